package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code stability} on executors that are processes, all checkpoints brought by Spark and the
 * tables reduced by the driver: the same as in one process, bit by bit, for other readers too.
 */
@Tag("cluster")
final class StabilityClusterIT {
  private static final List<String> TABLES =
      List.of(
          "gate_flips",
          "activations",
          "activation_bits",
          "frozen_gates",
          "path_stability",
          "t_pi",
          "path_space",
          "pullback_cosine");

  @TempDir static Path folder;

  private static String[] stability(Path data, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "stability",
                "--images",
                data.resolve("cifar10-sample/test").toString(),
                "--limit",
                "24",
                "--model",
                "cifar_resnet20",
                "--checkpoints",
                data.resolve("checkpoints/resnet20-cifar10/*_step01???.pth").toString(),
                "--batch-size",
                "4",
                "--partitions",
                "3",
                "--output",
                output));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static List<String> rows(String output, String table) throws Exception {
    return Rows.read(
        "SELECT * FROM read_parquet('%s/%s/*.parquet') ORDER BY ALL"
            .formatted(folder.resolve(output), table));
  }

  @Test
  void localCluster() throws Exception {
    Path data = Installation.data();
    // As many threads as an executor's core: a library may add up otherwise with more.
    Installation.curtain(folder, stability(data, "one", "--threads", "1")).expect(0);
    Installation.curtainOnLocalCluster(folder, stability(data, "local-cluster")).expect(0);
    for (String table : TABLES) {
      List<String> rows = rows("one", table);
      assertFalse(rows.isEmpty(), table);
      assertEquals(rows, rows("local-cluster", table), table);
    }
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Gram matrix by two executors in processes of their own: the same rows as from one process. */
@Tag("cluster")
final class GramClusterIT {
  @TempDir static Path folder;

  private static String[] gram(Path data, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gram",
                "--images",
                data.resolve("cifar10-sample/test").toString(),
                "--limit",
                "24",
                "--model",
                "cifar_resnet20",
                "--weights",
                data.resolve("weights/cifar10-resnet20.th").toString(),
                "--gate",
                "hard",
                "--batch-size",
                "4",
                "--block-size",
                "8",
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

  private static void assertSame(String output, List<String> tables) throws Exception {
    for (String table : tables) {
      List<String> rows = rows("one", table);
      assertFalse(rows.isEmpty(), table);
      assertEquals(rows, rows(output, table), table);
    }
  }

  @Test
  void localCluster() throws Exception {
    Path data = Installation.data();
    List<String> tables = List.of("members", "diagonal", "tiles");
    // As many threads as an executor's core: features may be added up otherwise with more.
    Installation.curtain(folder, gram(data, "one", "--threads", "1")).expect(0);
    Installation.curtainOnLocalCluster(folder, gram(data, "local-cluster")).expect(0);
    assertSame("local-cluster", tables);
    Installation.curtainOnLocalCluster(
            folder, gram(data, "stored", "--gate-store", folder.resolve("gates").toString()))
        .expect(0);
    assertSame("stored", tables);
    try (Stream<Path> left = Files.list(folder.resolve("gates"))) {
      assertEquals(List.of(), left.toList());
    }
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.jobs.fixtures.Commands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code calibrate}, and what its temperatures decide, on executors that are processes: the same
 * rows as in one process, bit by bit.
 */
@Tag("cluster")
final class CalibratedClusterIT {
  private static final int IMAGES = 8;

  @TempDir static Path folder;

  /** A command over the images, in one process or on two executors. */
  private static String command(Path data, boolean cluster, String name, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                name,
                "--images",
                data.resolve("cifar10-sample/test").toString(),
                "--limit",
                String.valueOf(IMAGES),
                "--model",
                "cifar_resnet20",
                "--weights",
                data.resolve("weights/cifar10-resnet20.th").toString(),
                "--batch-size",
                "4",
                "--partitions",
                "2",
                "--quiet",
                "--output",
                output(cluster, name).toString()));
    if (!cluster) {
      // As many threads as an executor's core: a library may add up otherwise with more.
      words.addAll(List.of("--master", "local[1]", "--threads", "1"));
    }
    if (!name.equals("calibrate")) {
      words.addAll(List.of("--calibration", output(cluster, "calibrate").toString()));
    }
    words.addAll(List.of(more));
    return String.join("\t", words);
  }

  private static Path output(boolean cluster, String name) {
    return folder.resolve((cluster ? "cluster-" : "one-") + name);
  }

  private static List<String> rows(boolean cluster, String name, String table) throws Exception {
    return Rows.read(
        "SELECT * FROM read_parquet('%s/%s/*.parquet') ORDER BY ALL"
            .formatted(output(cluster, name), table));
  }

  private static void assertSame(String name, String table, int count) throws Exception {
    List<String> rows = rows(false, name, table);
    assertEquals(count, rows.size(), name + ": " + table);
    assertEquals(rows, rows(true, name, table), name + ": " + table);
  }

  @Test
  void localCluster() throws Exception {
    Path data = Installation.data();
    List<String> commands = new ArrayList<>();
    String[] layer = {"--temperature", "0.5", "--temperature-unit", "layer-std"};
    for (boolean cluster : new boolean[] {false, true}) {
      commands.add(command(data, cluster, "calibrate"));
      commands.add(
          command(
              data,
              cluster,
              "ascend",
              with(
                  layer,
                  "--neuron",
                  "layer2.0.relu#1:4-5,0",
                  "--direction",
                  "both",
                  "--steps",
                  "2",
                  "--keep-steps")));
      commands.add(
          command(
              data,
              cluster,
              "measures",
              with(layer, "--measures", "noise_stability,sparsity,randomisation:1")));
    }
    Installation.programOnLocalCluster(folder, Commands.class, commands.toArray(String[]::new))
        .expect(0);
    // 16 + 32 + 64 channels in 7 + 6 + 6 layers
    assertSame("calibrate", "calibration", 19 + 7 * 16 + 6 * 32 + 6 * 64);
    assertSame("ascend", "ascents", IMAGES * 3 * 2 * 3);
    assertSame("measures", "measures", IMAGES * 2 * 3);
    assertSame("measures", "measures_summary", 2 * 3);
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code pullbacks} on executors that are processes, the network and libtorch brought by Spark: the
 * same rows as in one process, bit by bit.
 */
@Tag("cluster")
@Tag("brief")
final class PullbacksClusterIT {
  private static final int IMAGES = 24;

  @TempDir static Path folder;

  private static Path data;
  private static List<String> rows;

  @BeforeAll
  static void inOneProcess() throws Exception {
    data = Installation.data();
    // As many threads as an executor's core: a library may add up otherwise with more.
    Installation.curtain(folder, with(pullbacks("one"), "--threads", "1")).expect(0);
    rows = rows("one");
    assertEquals(2 * IMAGES, rows.size());
  }

  private static String[] pullbacks(String output) {
    return new String[] {
      "pullbacks",
      "--images",
      data.resolve("cifar10-sample/test").toString(),
      "--limit",
      String.valueOf(IMAGES),
      "--model",
      "cifar_resnet20",
      "--weights",
      data.resolve("weights/cifar10-resnet20.th").toString(),
      "--targets",
      "cat",
      "--with-gradient",
      "--batch-size",
      "4",
      "--partitions",
      "5",
      "--output",
      output
    };
  }

  private static String[] with(String[] arguments, String... more) {
    return java.util.stream.Stream.concat(
            java.util.Arrays.stream(arguments), java.util.Arrays.stream(more))
        .toArray(String[]::new);
  }

  private static List<String> rows(String output) throws Exception {
    return Rows.read(
        "SELECT * REPLACE (md5(pullback::varchar) AS pullback) FROM read_parquet('%s/pullbacks/*.parquet')"
                .formatted(folder.resolve(output))
            + " ORDER BY ordinal, temperature");
  }

  @Test
  void localCluster() throws Exception {
    Installation.curtainOnLocalCluster(folder, pullbacks("local-cluster")).expect(0);
    assertEquals(rows, rows("local-cluster"));
  }

  @Test
  void standaloneClusterThroughSparkSubmit() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      cluster.submit(pullbacks("standalone")).expect(0);
      assertEquals(rows, rows("standalone"));
      Finished refused = cluster.submit(with(pullbacks("gpu"), "--device", "gpu")).expect(1);
      assertTrue(
          refused.err().contains("curtain: --device gpu: Spark assigns no GPU to tasks; set"),
          refused.err());
      assertTrue(Files.notExists(folder.resolve("gpu")), "nothing is begun");
    }
  }
}

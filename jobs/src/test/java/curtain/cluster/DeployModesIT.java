package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver runs: each deploy mode ends as the command did, with its rows. */
@Tag("cluster")
final class DeployModesIT {
  @TempDir static Path folder;

  private static List<String> rows;

  @BeforeAll
  static void inOneProcess() throws Exception {
    Installation.curtain(
            folder, "demo data --train 1 --held-out 1 --gallery 2 --output data".split(" "))
        .expect(0);
    Installation.curtain(
            folder,
            ("demo train --images data/train --held-out data/held-out --labels data/classes.tsv"
                    + " --steps 1 --checkpoints 2 --batch-size 8 --output weights")
                .split(" "))
        .expect(0);
    // as many threads as an executor's core
    Installation.curtain(folder, pullbacks("one", "--threads", "1")).expect(0);
    rows = rows("one");
    assertTrue(rows.size() >= 20, rows.toString());
  }

  /** With full paths: the driver of a cluster runs in a folder of its own. */
  private static String[] pullbacks(String output, String... more) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("pullbacks", "--images", path("data/gallery")));
    command.addAll(List.of("--labels", path("data/classes.tsv"), "--model", "demo_cnn"));
    command.addAll(List.of("--weights", path("weights/step00000.safetensors")));
    command.addAll(List.of("--batch-size", "1", "--output", path(output)));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> rows(String output) throws Exception {
    return Rows.read(
        ("SELECT * REPLACE (md5(pullback::varchar) AS pullback)"
                + " FROM read_parquet('%s/pullbacks/*.parquet') ORDER BY ordinal, temperature")
            .formatted(folder.resolve(output)));
  }

  @Test
  void standalone() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      cluster.submit(pullbacks("client")).expect(0);
      assertEquals(rows, rows("client"));

      cluster.submitDriver(pullbacks("driver")).expect(0);
      assertEquals(rows, rows("driver"));
      cluster.submitDriver(pullbacks("driver", "--resume")).expect(0);
      cluster.submitDriver(pullbacks("driver"));
      cluster.submitDriver(pullbacks("gpu", "--device", "gpu"));
      String said = String.join("\n", cluster.ofDrivers());
      assertTrue(said.contains("driver is whole; there is nothing to do"), said);
      assertTrue(said.contains("driver exists; give --overwrite to replace it"), said);
      assertTrue(said.contains("--device gpu: Spark assigns no GPU to tasks"), said);
      assertTrue(Files.notExists(folder.resolve("gpu")), "nothing is begun");
    }
  }

  @Test
  void yarn() throws Exception {
    try (YarnCluster cluster = new YarnCluster()) {
      cluster.submit(folder, "client", pullbacks("yarn-client")).expect(0);
      assertEquals(rows, rows("yarn-client"));

      assertSucceeded(cluster.submit(folder, "cluster", pullbacks("yarn")));
      assertEquals(rows, rows("yarn"));
      assertSucceeded(cluster.submit(folder, "cluster", pullbacks("yarn", "--resume")));
      assertNotEquals(0, cluster.submit(folder, "cluster", pullbacks("yarn")).exitCode());
      assertSucceeded(
          cluster.submit(
              folder, "cluster", "figures", "--input", path("yarn"), "--output", path("figures")));
      assertTrue(Files.exists(folder.resolve("figures/_SUCCESS")), "no figures");

      FutureTask<Finished> attempts =
          new FutureTask<>(
              () -> cluster.submit(folder, "cluster", pullbacks("attempts", "--partitions", "20")));
      new Thread(attempts, "attempts").start();
      while (!attempts.isDone() && !hasRows(folder.resolve("attempts/_incomplete"))) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      cluster.killDriver();
      assertSucceeded(attempts.get());
      assertEquals(rows, rows("attempts"));
      String made = Files.readString(folder.resolve("attempts/_provenance.json"));
      assertTrue(made.contains("\"resumed\" : true"), made);
    }
  }

  /** The application's end as YARN knows it, which is that of spark-submit, too. */
  private static void assertSucceeded(Finished submitted) {
    submitted.expect(0);
    assertTrue(submitted.err().contains("final status: SUCCEEDED"), submitted.err());
  }

  /** Whether a shard is done. */
  private static boolean hasRows(Path incomplete) throws IOException {
    if (Files.notExists(incomplete)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(incomplete)) {
      return files.anyMatch(
          file -> file.toString().endsWith(".parquet") && !file.toString().contains("_temporary"));
    } catch (UncheckedIOException e) {
      return false; // what was listed has been moved
    }
  }
}

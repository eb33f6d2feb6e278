package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GPUs decide how many tasks run at once. */
@Tag("fast")
final class GpuSlotsTest {
  private static SparkConf conf(String executor, String task) {
    return new SparkConf(false)
        .set("spark.executor.resource.gpu.amount", executor)
        .set("spark.task.resource.gpu.amount", task)
        .set("spark.executor.cores", "64");
  }

  /** As Spark rounds. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "8, 1, 8", "1, 0.5, 2", "2, 0.3, 6", "4, 0.25, 16", "4, 2, 2"})
  void anExecutorHasAsManyAsItsGpusServe(String executor, String task, int slots) {
    assertEquals(slots, GpuSlots.of(conf(executor, task)).ofExecutor());
  }

  @Test
  void withoutGpusNothingIsDecidedHere() {
    assertFalse(GpuSlots.areAssigned(new SparkConf(false)));
    assertTrue(GpuSlots.areAssigned(conf("1", "0.5")));
  }

  /** Four executors of two GPUs each, which come one by one. */
  @Test
  void executorsAreWaitedFor() {
    AtomicInteger asked = new AtomicInteger();
    SparkConf conf = conf("2", "1").set("spark.executor.instances", "4");
    assertEquals(8, GpuSlots.of(conf).await(() -> Math.min(8, asked.getAndIncrement())));
    // where cores allow fewer
    assertEquals(1, new GpuSlots(2, 1, false, 100).await(() -> 1));
    // where more come than were promised, as workers give them
    asked.set(0);
    assertEquals(6, new GpuSlots(2, 1, false, 30_000).await(() -> Math.min(6, asked.addAndGet(2))));
  }

  @Test
  void whereNoneComesTheSettingsCount() {
    assertEquals(6, new GpuSlots(2, 3, false, 60).await(() -> 0));
    SparkConf dynamic = conf("1", "0.5").set("spark.dynamicAllocation.enabled", "true");
    assertEquals(
        20,
        GpuSlots.of(dynamic.set("spark.dynamicAllocation.maxExecutors", "10"))
            .await(
                () -> {
                  throw new AssertionError("they come when tasks wait for them");
                }));
  }

  /** The example is what Spark understands. */
  @Test
  void theExampleAssignsAGpuToEachTask() throws IOException {
    Properties example = new Properties();
    Path file = Path.of(System.getProperty("curtain.root"), "conf", "gpu.conf");
    try (Reader in = Files.newBufferedReader(file)) {
      example.load(in);
    }
    SparkConf conf = new SparkConf(false);
    example
        .stringPropertyNames()
        .forEach(name -> conf.set(name, example.getProperty(name).strip()));
    assertEquals(
        "gpu",
        ResourceUtils.parseAllResourceRequests(conf, "spark.executor").head().id().resourceName());
    assertTrue(GpuSlots.areAssigned(conf));
    assertEquals(1, GpuSlots.of(conf).ofExecutor());
    assertEquals(conf.get("spark.executor.cores"), conf.get("spark.task.cpus"));
    assertTrue(conf.contains("spark.curtain.natives"));
    assertTrue(
        conf.get("spark.executor.resource.gpu.discoveryScript").endsWith("getGpusResources.sh"));
  }
}

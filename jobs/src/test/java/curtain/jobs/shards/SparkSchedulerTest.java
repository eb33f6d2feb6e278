package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.engine.Warnings;
import curtain.images.source.ImageRef;
import curtain.images.source.NamelessUser;
import curtain.jobs.fixtures.Jvm;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retries, failures and progress on Spark. */
@Tag("engine")
class SparkSchedulerTest {
  private static final Set<Long> FAILED = ConcurrentHashMap.newKeySet();

  @TempDir Path dir;

  @BeforeEach
  void forget() {
    FAILED.clear();
  }

  /** Image 7 fails its task the first time, or always; odd ones are errors. */
  private record FlakyKernel(boolean always, long millis) implements ShardKernel {
    @Override
    public List<Table<?>> tables() {
      return List.of(Table.ERRORS);
    }

    @Override
    public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
        throws IOException {
      long results = 0;
      for (ImageRef image : images) {
        if (image.ordinal() == 7 && (FAILED.add(7L) || always)) {
          throw new java.io.UncheckedIOException(new IOException("disk on fire"));
        }
        try {
          Thread.sleep(millis);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        if (image.ordinal() % 2 == 1) {
          rows.write(Table.ERRORS, new ErrorRow(image.imageId(), image.ordinal(), "odd"));
          progress.done(0, 1);
        } else {
          results++;
          progress.done(1, 0);
        }
      }
      return results;
    }
  }

  private ShardedRun.Result run(ShardKernel kernel, String master, Meter meter) throws Exception {
    List<ImageRef> images =
        LongStream.range(0, 20)
            .mapToObj(i -> new ImageRef(i, "image" + i, null, null, "file:/x", 0, 1, null))
            .toList();
    SparkConf spark =
        new SparkConf()
            .setMaster(master)
            .setAppName("test")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.heartbeatInterval", "100ms");
    Configuration conf = new Configuration();
    try (SparkScheduler scheduler = new SparkScheduler(spark)) {
      return new ShardedRun(
              "test",
              "",
              Map.of(),
              images,
              kernel,
              1,
              4,
              Long.MAX_VALUE,
              new ShardedRun.Build("1", "unknown", Map.of(), null, null))
          .run(
              OutputDirectory.open(dir.resolve("out").toString(), Mode.RESUME, conf),
              scheduler,
              conf,
              meter);
    }
  }

  @Test
  void aTaskThatFailsIsTriedAgainAndCountsOnce() throws Exception {
    AtomicLong most = new AtomicLong();
    ShardedRun.Result result =
        run(
            new FlakyKernel(false, 1),
            "local[2,3]",
            (done, errors, fresh, total) -> most.accumulateAndGet(done, Math::max));
    assertEquals(Set.of(7L), FAILED);
    assertEquals(10, result.counts().images());
    assertEquals(Map.of("errors", 10L), result.counts().rows());
    assertTrue(most.get() <= 20, "a repeated task counted twice: " + most);
  }

  @Test
  void aTaskThatFailsForGoodGivesItsOwnMessageAndTheRestStays() throws Exception {
    IOException e =
        assertThrows(
            IOException.class,
            () -> run(new FlakyKernel(true, 1), "local[1]", (done, errors, fresh, total) -> {}));
    assertEquals("disk on fire", e.getMessage());
    ShardedRun.Result result =
        run(new FlakyKernel(false, 1), "local[1]", (done, errors, fresh, total) -> {});
    assertEquals(3, result.computed());
    assertEquals(10, result.counts().images());
  }

  /** Warns in every shard; the process warns once. */
  private record WarningKernel(String text) implements ShardKernel {
    @Override
    public List<Table<?>> tables() {
      return List.of(Table.ERRORS);
    }

    @Override
    public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress) {
      Warnings.add(text);
      progress.done(images.size(), 0);
      return images.size();
    }
  }

  @Test
  void aWarningOfTasksIsSaidOnce() throws Exception {
    String text = "computes with care in " + dir;
    List<String> said = new CopyOnWriteArrayList<>();
    run(
        new WarningKernel(text),
        "local[2]",
        new Meter() {
          @Override
          public void show(long done, long errors, long fresh, long total) {
            // not asked for
          }

          @Override
          public void warn(String warning) {
            said.add(warning);
          }
        });
    assertEquals(List.of(text), said);
  }

  /** Says where DJL's native libraries go. */
  private record WhereNativesGo() implements Task<Integer> {
    @Override
    public ShardResult run(Integer work, Configuration conf, ShardKernel.Ticker progress) {
      System.out.println("natives go to " + System.getProperty("ENGINE_CACHE_DIR"));
      return ShardResult.NONE;
    }
  }

  /** Runs a task in a process whose start was none of Curtain's, as an executor's is. */
  static final class Executor {
    private Executor() {}

    public static void main(String[] arguments) throws IOException {
      NamelessUser.logIn();
      SparkConf spark =
          new SparkConf().setMaster("local[1]").setAppName("test").set("spark.ui.enabled", "false");
      Scheduler.Watcher watcher =
          new Scheduler.Watcher() {
            @Override
            public void progress(long results, long errors) {
              // not asked for
            }

            @Override
            public boolean finished(ShardResult result) {
              return true;
            }
          };
      try (SparkScheduler scheduler = new SparkScheduler(spark)) {
        scheduler.run(new WhereNativesGo(), List.of(1), new Configuration(), watcher);
      }
    }
  }

  @Test
  void aTaskFindsAFolderForNativeLibrariesWhereTheHomeTakesNone() throws Exception {
    List<String> command = Jvm.command(Executor.class.getName(), "-Duser.home=/proc");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(Set.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR"));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("natives go to " + System.getProperty("java.io.tmpdir")), said);
    assertTrue(said.contains("curtain-native-"), said);
  }

  @Test
  void sparkThatBeganAheadIsUsedAndStopped() {
    SparkConf spark =
        new SparkConf().setMaster("local[3]").setAppName("test").set("spark.ui.enabled", "false");
    for (boolean used : List.of(false, true, false)) {
      // a second Spark in this process would not start beside the first
      try (SparkScheduler scheduler = new SparkScheduler(spark)) {
        scheduler.begin();
        if (used) {
          assertEquals(3, scheduler.slots());
        }
      }
    }
  }

  @Test
  void progressComesWhileTasksRun() throws Exception {
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    run(
        new FlakyKernel(false, 100),
        "local[1,2]",
        (done, errors, fresh, total) -> {
          seen.add(done);
          assertTrue(errors <= done && done <= total);
        });
    assertTrue(seen.stream().anyMatch(done -> done % 5 != 0), "seen: " + seen);
  }
}

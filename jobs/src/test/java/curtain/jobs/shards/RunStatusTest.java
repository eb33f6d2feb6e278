package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.source.ImageRef;
import curtain.jobs.fixtures.Run;
import curtain.jobs.tables.ErrorRow;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of outputs that are whole, half done, or written just now. */
@Tag("fast")
class RunStatusTest {
  private static final Configuration LOCAL = new Configuration();
  private static final int IMAGES = 40;
  private static final int SHARDS = 4;

  /** So that a silent lease is watched for some milliseconds. */
  private static final Lease.Pace QUICK =
      new Lease.Pace(Duration.ofMillis(50), Duration.ofMinutes(2));

  @TempDir Path dir;

  /** Every tenth image is an error; from a certain one on the disk fails. */
  private record Kernel(long failFrom) implements ShardKernel {
    @Override
    public List<Table<?>> tables() {
      return List.of(Table.ERRORS);
    }

    @Override
    public long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
        throws IOException {
      long results = 0;
      for (ImageRef image : images) {
        if (image.ordinal() >= failFrom) {
          throw new IOException("disk on fire");
        }
        if (image.ordinal() % 10 == 9) {
          rows.write(Table.ERRORS, new ErrorRow(image.imageId(), image.ordinal(), "odd"));
        } else {
          results++;
        }
      }
      return results;
    }
  }

  private record InThisThread() implements Scheduler {
    @Override
    public int slots() {
      return 1;
    }

    @Override
    public boolean isLocal() {
      return true;
    }

    @Override
    public <W extends Serializable> void run(
        Task<W> task, List<W> work, Configuration conf, Watcher watcher) throws IOException {
      for (W item : work) {
        watcher.finished(task.run(item, conf, (results, errors) -> {}));
      }
    }
  }

  private void run(Mode mode, long failFrom, String setting) throws IOException, RunException {
    List<ImageRef> images =
        LongStream.range(0, IMAGES)
            .mapToObj(i -> new ImageRef(i, "image" + i, null, null, "file:/x", 0, 1, null))
            .toList();
    ShardedRun run =
        new ShardedRun(
            "pullbacks",
            "",
            Map.of("setting", setting),
            images,
            new Kernel(failFrom),
            1,
            SHARDS,
            Long.MAX_VALUE,
            new ShardedRun.Build("1", "unknown", Map.of(), null, null));
    run.run(
        OutputDirectory.open(dir.toString(), mode, LOCAL),
        new InThisThread(),
        LOCAL,
        (done, errors, fresh, total) -> {});
  }

  private void stoppedAt(long image) {
    assertThrows(IOException.class, () -> run(Mode.RESUME, image, "a"));
  }

  private RunStatus read() throws IOException, RunException {
    return RunStatus.read(dir.toString(), LOCAL, QUICK);
  }

  private Run status(String... more) {
    String[] arguments = {"status", "--output", dir.toString()};
    return Run.curtain(
        more.length == 0
            ? arguments
            : new String[] {"status", "--output", dir.toString(), more[0]});
  }

  /** Sets when a file below the run's own folder was written. */
  private void written(String name, Instant when) throws IOException {
    Path incomplete = dir.resolve("_incomplete");
    Path file = incomplete.resolve(name);
    if (!Files.exists(file)) {
      try (var runs = Files.list(incomplete)) {
        file = runs.filter(Files::isDirectory).findFirst().orElseThrow().resolve(name);
      }
    }
    Files.setLastModifiedTime(file, FileTime.from(when));
  }

  private void lease(LeaseOwner owner, Instant when) throws IOException {
    try (OutputStream out = Files.newOutputStream(dir.resolve("_lock"))) {
      Storage.writeJson(out, owner);
    }
    Files.setLastModifiedTime(dir.resolve("_lock"), FileTime.from(when));
  }

  @Test
  void aWholeOutputSaysWhatItHas() throws Exception {
    run(Mode.NEW, IMAGES, "a");
    RunStatus status = read();
    assertEquals(RunState.WHOLE, status.state());
    assertEquals("40 36 4", status.images() + " " + status.results() + " " + status.errors());
    Run said = status();
    assertEquals(0, said.status(), said.err());
    assertTrue(said.out().contains("output      " + dir + ", of curtain pullbacks\n"), said.out());
    assertTrue(said.out().contains("state       whole since 2"), said.out());
    assertTrue(said.out().contains("images      40 of 40 done, 4 of them errors\n"), said.out());
  }

  @Test
  void aDeadRunSaysHowFarItCameAndAtWhatRate() throws Exception {
    stoppedAt(30);
    Instant now = Instant.now();
    written("_plan.json", now.minusSeconds(1000));
    written("_shards/00000.json", now.minusSeconds(900));
    written("_shards/00001.json", now.minusSeconds(110));
    written("_shards/00002.json", now.minusSeconds(100));
    RunStatus status = read();
    assertEquals(RunState.DEAD, status.state());
    assertEquals("pullbacks", status.command());
    assertEquals("4 3", status.shards() + " " + status.shardsDone());
    assertEquals("40 27 3", status.images() + " " + status.results() + " " + status.errors());
    // 20 images since the shard that was done 800 s before the last one
    assertEquals(0.025, status.rate());
    assertEquals(400, status.left());
    assertTrue(status.lastShard() >= 100 && status.lastShard() < 110, status.toString());
    assertNull(status.heartbeat());
    Run said = status();
    assertEquals(4, said.status(), said.err());
    assertTrue(
        said.out()
            .contains(
                "state       dead: no process has its lock; the same command with --resume goes"
                    + " on\n"),
        said.out());
    assertTrue(said.out().contains("shards      3 of 4 done (75 %), the last 1 min 4"), said.out());
    assertTrue(said.out().contains("0.025 images/s, about 6 min 40 s for the rest"), said.out());
    Run json = status("--json");
    assertEquals(4, json.status(), json.err());
    assertTrue(json.out().contains("\"shards_done\" : 3"), json.out());
    assertTrue(json.out().contains("\"state\" : \"dead\""), json.out());
    run(Mode.RESUME, IMAGES, "a");
    assertEquals(RunState.WHOLE, read().state());
  }

  @Test
  void theFirstShardsRateIsSinceThePlan() throws Exception {
    stoppedAt(10);
    Instant now = Instant.now();
    written("_plan.json", now.minusSeconds(100));
    written("_shards/00000.json", now.minusSeconds(50));
    assertEquals(0.2, read().rate());
    stoppedAt(0);
    assertEquals(1, read().shardsDone(), "what is done stays");
  }

  @Test
  void aRunThatHasDoneNoShardHasNoRate() throws Exception {
    stoppedAt(0);
    assertNull(read().rate());
    assertTrue(status().out().contains("rate        not known before a shard is done"));
  }

  @Test
  void aLockSaysThatARunIsAtWorkAndADeadReplacementLeavesTheOutput() throws Exception {
    run(Mode.NEW, IMAGES, "a");
    OutputDirectory output = OutputDirectory.open(dir.toString(), Mode.OVERWRITE, LOCAL);
    OutputLock lock = output.lock(text -> {});
    try {
      RunStatus begun = read();
      assertEquals(RunState.RUNNING, begun.state());
      assertTrue(begun.whole());
      assertEquals(3, status().status());
      assertTrue(status().out().contains("the whole output that it is to replace"));
    } finally {
      lock.close();
    }
    assertEquals(RunState.WHOLE, read().state());
    assertThrows(IOException.class, () -> run(Mode.OVERWRITE, 10, "b"));
    RunStatus dead = read();
    assertEquals(RunState.DEAD, dead.state());
    assertTrue(dead.whole());
    assertEquals(1, dead.shardsDone());
    assertTrue(status().out().contains("the whole output that it was to replace is there"));
  }

  @Test
  void aLeaseSaysWhoseItIsAndWhenItWasWritten() throws Exception {
    stoppedAt(20);
    Instant now = Instant.now();
    LeaseOwner elsewhere =
        new LeaseOwner("another", "elsewhere", "boot pid:[1]", 7, "9", null, 0, 3);
    lease(elsewhere, now);
    RunStatus fresh = RunStatus.read(dir.toString(), LOCAL);
    assertEquals(RunState.RUNNING, fresh.state());
    assertEquals("process 7 on elsewhere", fresh.why());
    assertTrue(fresh.heartbeat() <= 1, fresh.toString());

    lease(elsewhere, now.minusSeconds(7200));
    RunStatus old = read();
    assertEquals(RunState.DEAD, old.state());
    assertTrue(old.heartbeat() >= 7200, old.toString());
    assertTrue(old.why().startsWith("process 7 on elsewhere gave no sign in the"), old.why());

    lease(elsewhere, now.minusSeconds(60));
    assertEquals(RunState.UNKNOWN, read().state());
    lease(elsewhere, now.plusSeconds(3600)); // by another clock
    assertEquals(RunState.UNKNOWN, read().state());
  }

  @Test
  void aLeaseThatIsWrittenWhileItIsWatchedIsAtWorkWhateverTheClocksSay() throws Exception {
    stoppedAt(20);
    Instant old = Instant.now().minusSeconds(7200);
    LeaseOwner elsewhere =
        new LeaseOwner("another", "elsewhere", "boot pid:[1]", 7, "9", null, 0, 3);
    lease(elsewhere, old);
    Thread owner =
        new Thread(
            () -> {
              try {
                Thread.sleep(50);
                lease(elsewhere.after(4), old);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    owner.start();
    Lease.Pace pace = new Lease.Pace(Duration.ofSeconds(2), Duration.ofMinutes(2));
    RunStatus status = RunStatus.read(dir.toString(), LOCAL, pace);
    owner.join();
    assertEquals(RunState.RUNNING, status.state());
  }

  @Test
  void aProcessOfThisMachineIsSeen() throws Exception {
    stoppedAt(20);
    Process process = new ProcessBuilder("sleep", "60").start();
    Instant old = Instant.now().minusSeconds(7200);
    LeaseOwner here = LeaseOwner.here(null);
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
    LeaseOwner owner =
        new LeaseOwner("other", "here", here.processes(), process.pid(), start, null, 0, 3);
    try {
      lease(owner, old);
      assertEquals(RunState.RUNNING, RunStatus.read(dir.toString(), LOCAL).state());
    } finally {
      process.destroyForcibly().waitFor();
    }
    RunStatus ended = RunStatus.read(dir.toString(), LOCAL);
    assertEquals(RunState.DEAD, ended.state());
    assertEquals("process " + process.pid() + " on here has ended", ended.why());
  }

  @Test
  void whatIsNoOutputIsRefusedInOneLine() throws Exception {
    Files.writeString(dir.resolve("x"), "x");
    Run run = status();
    assertEquals(1, run.status());
    assertEquals(
        "curtain: --output %s is no output of Curtain: it has neither _provenance.json nor _incomplete%n"
            .formatted(dir),
        run.err());
    assertTrue(
        Run.curtain("status", "--output", dir + "/x").err().contains("/x is a file; name the"));
    assertTrue(
        Run.curtain("status", "--output", dir + "/y").err().contains("/y does not exist; a run"));
  }

  @Test
  void theSpaceThatIsMissingIsThatOfTheShardsThatAreDone() throws Exception {
    assertEquals("", SpaceNeeded.words(dir.toString(), LOCAL));
    stoppedAt(0);
    assertTrue(SpaceNeeded.words(dir.toString(), LOCAL).contains("is known when a shard is done"));
    stoppedAt(10);
    long one = SpaceNeeded.of(dir.toString(), LOCAL).orElseThrow() / 3;
    assertTrue(one > 100, "bytes of a shard's errors: " + one);
    stoppedAt(30);
    long last = SpaceNeeded.of(dir.toString(), LOCAL).orElseThrow();
    assertTrue(last > one / 2 && last < 2 * one, last + ", of " + one);
    assertTrue(
        SpaceNeeded.words(dir.toString(), LOCAL).startsWith("; what is missing needs about "));
  }
}

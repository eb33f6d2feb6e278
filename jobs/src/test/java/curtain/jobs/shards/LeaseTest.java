package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners that live, have ended, or are not to be seen from here. */
@Tag("fast")
class LeaseTest {
  private static final Lease.Pace QUICK =
      new Lease.Pace(Duration.ofMillis(5), Duration.ofMillis(600));

  /** Nobody waits for it: who takes over does so at once. */
  private static final Lease.Pace NEVER =
      new Lease.Pace(Duration.ofHours(1), Duration.ofHours(1000));

  private static final LeaseOwner ELSEWHERE =
      new LeaseOwner("another", "elsewhere", "boot pid:[1]", 7, "9", null, 0, 3);

  @TempDir Path dir;
  private FileSystem fs;
  private org.apache.hadoop.fs.Path lock;

  @BeforeEach
  void open() throws IOException {
    lock = new org.apache.hadoop.fs.Path("mortal:" + dir.resolve("_lock"));
    fs = Storage.of(lock, MortalFileSystem.configuration());
  }

  private void write(LeaseOwner owner) throws IOException {
    try (OutputStream out = Files.newOutputStream(dir.resolve("_lock"))) {
      Storage.writeJson(out, owner);
    }
  }

  private LeaseOwner read() throws IOException {
    return LeaseOwner.of(Files.readAllBytes(dir.resolve("_lock")));
  }

  private Lease take(LeaseOwner owner, Lease.Pace pace, Consumer<String> notes)
      throws IOException, RunException {
    return Lease.take(fs, lock, owner, pace, notes);
  }

  private static void notWatched(String text) {
    throw new AssertionError(text);
  }

  /** Takes it over at once, and gives it back. */
  private void takenAtOnce(LeaseOwner owner) throws IOException, RunException {
    Lease lease = take(owner, NEVER, LeaseTest::notWatched);
    assertEquals(owner, read());
    lease.close();
    assertFalse(Files.exists(dir.resolve("_lock")));
  }

  private static LeaseOwner here() {
    return LeaseOwner.here(null);
  }

  /** Another process of this machine, or an attempt at an application. */
  private static LeaseOwner other(long process, String start, String application, int attempt) {
    return new LeaseOwner(
        "another", "here", here().processes(), process, start, application, attempt, 3);
  }

  @Test
  void anOwnerThatHasEndedHereIsReplacedAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    write(other(ended.pid(), "1", null, 0));
    takenAtOnce(here());
    // a later process of the same number
    write(other(ProcessHandle.current().parent().orElseThrow().pid(), "1", null, 0));
    takenAtOnce(here());
    // this process, which does not hold it
    write(other(here().process(), here().start(), null, 0));
    takenAtOnce(here());
  }

  @Test
  void anEarlierAttemptAtTheSameApplicationIsReplacedAtOnce() throws Exception {
    LeaseOwner second = LeaseOwner.here("container_e12_1700000000000_0042_02_000001");
    assertEquals("1700000000000_0042 2", second.application() + " " + second.attempt());
    LeaseOwner first = LeaseOwner.here("container_1700000000000_0042_01_000001");
    assertTrue(second.outlives(elsewhere(first.application(), first.attempt())));
    assertFalse(first.outlives(elsewhere(second.application(), second.attempt())));
    assertFalse(second.outlives(elsewhere(second.application(), second.attempt())));
    assertFalse(second.outlives(elsewhere("1700000000000_0043", 1)));
    assertFalse(here().outlives(elsewhere(null, 0)));
    assertNull(here().application());
    write(elsewhere(first.application(), first.attempt()));
    takenAtOnce(second);
  }

  private static LeaseOwner elsewhere(String application, int attempt) {
    return new LeaseOwner("another", "elsewhere", "boot pid:[1]", 7, "9", application, attempt, 3);
  }

  @Test
  void anOwnerElsewhereIsReplacedWhenItHasBeenSilentForLong() throws Exception {
    write(ELSEWHERE);
    List<String> notes = new ArrayList<>();
    long start = System.nanoTime();
    Lease lease = take(here(), QUICK, notes::add);
    assertTrue(System.nanoTime() - start >= QUICK.patience().toNanos());
    assertEquals(4, notes.size(), notes.toString());
    assertEquals(
        "another run, process 7 on elsewhere, has begun in mortal:"
            + dir
            + "; it is taken for dead unless it writes there within 0 s",
        notes.get(0));
    lease.refuseLost();
    lease.close();
    // one that was killed when it had only made the file
    Files.createFile(dir.resolve("_lock"));
    notes.clear();
    take(here(), QUICK, notes::add).close();
    assertTrue(notes.get(0).startsWith("another run, of an unknown process, has"), notes.get(0));
  }

  /** Changes the file as soon as it is watched. */
  private String refused(LeaseOwner there, byte[] change) throws IOException {
    write(there);
    return assertThrows(
            RunException.class,
            () ->
                take(
                    here(),
                    QUICK,
                    text -> {
                      try {
                        Files.write(dir.resolve("_lock"), change);
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    }))
        .getMessage();
  }

  @Test
  void anOwnerThatWritesIsLeftAlone() throws Exception {
    String line =
        "--output mortal:"
            + dir
            + ": another run is writing there now, process %d on elsewhere; wait for its end, or"
            + " choose another directory";
    write(ELSEWHERE.after(4));
    byte[] later = Files.readAllBytes(dir.resolve("_lock"));
    assertEquals(line.formatted(7), refused(ELSEWHERE, later));
    assertEquals(line.formatted(7), refused(ELSEWHERE, new byte[0]));
    assertEquals(line.formatted(7), refused(ELSEWHERE, new byte[] {'{'}));
    assertEquals(0, Files.readAllBytes(dir.resolve("_lock"))[0] - '{');
  }

  /** The other run ends while it is watched. */
  @Test
  void aLeaseThatIsGivenBackIsTaken() throws Exception {
    write(ELSEWHERE);
    Lease lease =
        take(
            here(),
            QUICK,
            text -> {
              try {
                Files.delete(dir.resolve("_lock"));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    lease.refuseLost();
    lease.close();
  }

  @Test
  void aLivingProcessOfThisHostIsWatchedUntilItEnds() throws Exception {
    Process living = new ProcessBuilder("sleep", "60").start();
    try {
      String stat =
          Files.readString(Path.of("/proc/" + living.pid() + "/stat"), StandardCharsets.ISO_8859_1);
      String start = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19];
      LeaseOwner other = other(living.pid(), start, null, 0);
      write(other);
      List<String> notes = new ArrayList<>();
      take(here(), QUICK, notes::add).close();
      assertFalse(notes.isEmpty());
      living.destroyForcibly().waitFor();
      write(other);
      takenAtOnce(here());
    } finally {
      living.destroyForcibly();
    }
  }

  @Test
  void anOwnerWritesAgainAndAgainUntilAnotherHasTakenItsLease() throws Exception {
    LeaseOwner owner = here();
    Lease lease = take(owner, QUICK, LeaseTest::notWatched);
    String said =
        assertThrows(RunException.class, () -> take(here(), NEVER, LeaseTest::notWatched))
            .getMessage();
    assertTrue(said.contains("another run is writing there now, process " + owner.process()));
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    LeaseOwner seen = read();
    while (seen == null || seen.beats() < 3) {
      assertTrue(System.nanoTime() < deadline, "it does not beat");
      Thread.sleep(1);
      seen = read();
    }
    assertEquals(owner, seen.after(0));
    lease.refuseLost();
    lease.close();
    Lease quiet = take(here(), NEVER, LeaseTest::notWatched);
    write(ELSEWHERE);
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "--output mortal:"
              + dir
              + ": another run, process 7 on elsewhere, has taken it over; this one stops",
          assertThrows(RunException.class, quiet::refuseLost).getMessage());
    }
    quiet.close();
    assertEquals(ELSEWHERE, read());
    Files.delete(dir.resolve("_lock"));
    Lease deleted = take(here(), NEVER, LeaseTest::notWatched);
    Files.delete(dir.resolve("_lock"));
    assertThrows(RunException.class, deleted::refuseLost);
    deleted.close();
    assertNotNull(here().processes());
  }
}

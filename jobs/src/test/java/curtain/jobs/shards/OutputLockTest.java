package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Jvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs and one output, on disks with locks and without. */
@Tag("fast")
class OutputLockTest {
  @TempDir Path dir;

  private static Layout layout(Path output) {
    return Layout.of(new org.apache.hadoop.fs.Path(output.toUri()));
  }

  private static OutputLock take(Path output) throws IOException, RunException {
    return take(output, FileChannel::tryLock);
  }

  private static OutputLock take(Path output, OutputLock.Locking locking)
      throws IOException, RunException {
    return OutputLock.take(
        layout(output), FileSystem.getLocal(new Configuration()), locking, text -> {});
  }

  private static void refused(org.junit.jupiter.api.function.Executable run) {
    String message = assertThrows(RunException.class, run).getMessage();
    assertTrue(message.contains("another run is writing there now"), message);
  }

  /** Says whether another process, this one, may have the lock. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.out.println(channel.tryLock() == null ? "taken" : "free");
      }
    }
  }

  private static String other(Path lock) throws Exception {
    List<String> command = new ArrayList<>(Jvm.command(Other.class.getName()));
    command.add(lock.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void aLookFromTheSameProcessDoesNotGiveTheLockBack() throws Exception {
    Path output = dir.resolve("out");
    OutputLock lock = take(output);
    refused(() -> OutputLock.refuseTaken(layout(output)));
    refused(() -> take(output));
    Path link = Files.createSymbolicLink(dir.resolve("link"), output);
    refused(() -> OutputLock.refuseTaken(layout(link)));
    refused(() -> take(link));
    assertEquals("taken", other(output.resolve("_lock")));
    lock.close();
    assertFalse(Files.exists(output.resolve("_lock")));
    take(output).close();
  }

  @Test
  void aFileThatAnotherRunHasDeletedIsNoLock() throws Exception {
    Path output = dir.resolve("out");
    Path file = output.resolve("_lock");
    AtomicInteger asked = new AtomicInteger();
    OutputLock lock =
        take(
            output,
            channel -> {
              if (asked.incrementAndGet() == 1) {
                // one run ends and a third begins between this one's opening and locking
                Files.move(file, dir.resolve("deleted"));
                Files.createFile(file);
              }
              return channel.tryLock();
            });
    assertEquals(2, asked.get());
    assertEquals("taken", other(file));
    lock.close();
  }

  @Test
  void aLockIsGivenBackWhereItsFileCannotBeDeleted() throws Exception {
    Path output = dir.resolve("out");
    OutputLock lock = take(output);
    Path file = Files.move(output.resolve("_lock"), dir.resolve("file"));
    Files.createDirectories(output.resolve("_lock/full"));
    assertThrows(DirectoryNotEmptyException.class, lock::close);
    assertEquals("free", other(file));
  }

  @Test
  void onADiskWithoutLocksThereIsALease() throws Exception {
    Path output = dir.resolve("out");
    OutputLock.Locking none =
        channel -> {
          throw new IOException("No locks available");
        };
    for (int i = 0; i < 2; i++) {
      OutputLock lock = take(output, none);
      OutputLock.refuseTaken(layout(output));
      refused(() -> take(output, none));
      lock.refuseLost();
      try (Stream<Path> files = Files.list(output)) {
        assertEquals(List.of(output.resolve("_lock")), files.toList());
      }
      lock.close();
      assertFalse(Files.exists(output.resolve("_lock")));
    }
    take(output).close();
  }

  @Test
  void whatMayNotBeWrittenIsSaidWithTheReason() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    String message = assertThrows(IOException.class, () -> take(file.resolve("out"))).getMessage();
    assertTrue(message.startsWith("--output " + file + "/out cannot be written to: "), message);
    assertTrue(message.contains("director"), message);
    Path output = Files.createDirectory(dir.resolve("out"));
    assertEquals(
        "--output "
            + output
            + " cannot be written to: permission is denied; choose another"
            + " directory",
        OutputLock.unwritable(
            layout(output), new AccessDeniedException(output.resolve("_lock").toString())));
    Files.createFile(output.resolve("_lock"));
    assertEquals(
        "--output "
            + output
            + ": its _lock may not be opened, a run of another user has made it; delete it if that"
            + " run has ended, or choose another directory",
        OutputLock.unwritable(
            layout(output), new AccessDeniedException(output.resolve("_lock").toString())));
  }

  private static LocalOutput local(Path output) throws IOException, RunException {
    return LocalOutput.open(
        output, "demo data", Map.of(), Pattern.compile("images"), Mode.RESUME, new Configuration());
  }

  private static FileOutput files(Path output) throws IOException, RunException {
    return FileOutput.open(
        output.toString(),
        "figures",
        Pattern.compile("page.*"),
        Mode.RESUME,
        false,
        new Configuration());
  }

  private static Provenance made(String command, String start) {
    return new Provenance(
        "1", "unknown", command, command, start, start, false, Map.of(), null, null, Map.of(),
        List.of(), List.of(), 1, 1, 0, Map.of(), null);
  }

  @Test
  void twoRunsDoNotWriteOneLocalOutput() throws Exception {
    Path output = dir.resolve("out");
    LocalOutput first = local(output);
    LocalOutput second = local(output);
    Files.writeString(first.begin(text -> {}).resolve("images"), "first");
    refused(() -> second.begin(text -> {}));
    refused(() -> local(output));
    first.commit(made("demo data", "1"));
    first.close();
    String late = assertThrows(RunException.class, () -> second.begin(text -> {})).getMessage();
    assertTrue(late.contains("was written by another run meanwhile"), late);
    second.close();
    assertFalse(Files.exists(output.resolve("_lock")));
    assertEquals("first", Files.readString(output.resolve("images")));
    try (LocalOutput again = local(output)) {
      assertEquals("1", again.finished().start());
    }
    Files.createFile(Files.createDirectory(dir.resolve("killed")).resolve("_lock"));
    try (LocalOutput again = local(dir.resolve("killed"))) {
      again.begin(text -> {});
    }
  }

  @Test
  void aLookAtWholeFiguresLeavesTheWorkOfARunThatReplacesThem() throws Exception {
    Path output = dir.resolve("out");
    FileOutput first = files(output);
    OutputLock lock = first.lock(text -> {});
    first.begin();
    first.create("page1").close();
    first.commit(lock, made("figures", "1"));
    lock.close();
    FileOutput late = files(output);
    FileOutput again = files(output);
    OutputLock held = again.lock(text -> {});
    again.begin();
    again.create("page1").close();
    refused(() -> late.isFinished(Map.of()));
    again.commit(held, made("figures", "2"));
    held.close();
    assertTrue(late.isFinished(Map.of()));
    String message = assertThrows(RunException.class, () -> late.lock(text -> {})).getMessage();
    assertTrue(message.contains("was written by another run meanwhile"), message);
  }
}

package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a stopped program says. */
@Tag("fast")
class StoppingTest {
  private static final String RESUMED = "the same command with --resume goes on";
  private static final String IN_PLACE =
      "the same command with --resume in place of --overwrite goes on";
  private static final String AGAIN = "the same command begins again";
  private static final String SAME = "the same command goes on";

  @Test
  void theHintIsACommandThatIsTaken(@TempDir Path dir) throws IOException {
    String[] ingest = {"ingest", "--images", "a", "--output", "b"};
    assertEquals(RESUMED, Main.onceStopped(true, ingest));
    assertEquals(RESUMED, Main.onceStopped(false, ingest));
    assertEquals(
        SAME, Main.onceStopped(true, "ingest", "--images", "a", "--output", "b", "--resume"));
    assertEquals(
        IN_PLACE,
        Main.onceStopped(true, "ingest", "--images", "a", "--output", "b", "--overwrite"));
    Path file = Files.writeString(dir.resolve("options"), "--images a --output b --overwrite");
    assertEquals(IN_PLACE, Main.onceStopped(true, "ingest", "@" + file));
    assertEquals(RESUMED, Main.onceStopped(true, "ingest", "--nonsense"));
  }

  /** What is there, of other settings perhaps, is what --resume would look at. */
  @Test
  void aReplacementThatHasNotBegunBeginsAgain() {
    assertEquals(
        AGAIN, Main.onceStopped(false, "ingest", "--images", "a", "--output", "b", "--overwrite"));
    assertEquals(
        AGAIN, Main.onceStopped(false, "figures", "--input", "a", "--output", "b", "--overwrite"));
    assertEquals(AGAIN, Main.onceStopped(true, "demo", "--overwrite"));
  }

  @Test
  void commandsThatGoOnByThemselvesSaySo() {
    assertEquals(SAME, Main.onceStopped(true, "demo"));
    assertEquals(SAME, Main.onceStopped(false, "fetch", "resnet18", "--output", "a"));
    assertEquals(RESUMED, Main.onceStopped(false, "demo", "train"));
    for (String command : List.of("completion", "check", "status")) {
      assertEquals("nothing that is half written counts", Main.onceStopped(false, command));
    }
  }

  /** A process that waits, for the sign of a run on another machine. */
  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalIsSaidInOneLine(String signal, int status, @TempDir Path dir) throws Exception {
    Files.createDirectories(dir.resolve("_incomplete"));
    Files.writeString(
        dir.resolve("_lock"), "{\"id\": \"other\", \"host\": \"elsewhere\", \"process\": 7}");
    Files.setLastModifiedTime(
        dir.resolve("_lock"), java.nio.file.attribute.FileTime.fromMillis(1_000_000));
    List<String> command = new ArrayList<>(Jvm.command("curtain.jobs.Main"));
    command.addAll(List.of("status", "--output", dir.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!isWatching(process)) {
        assertTrue(process.isAlive() && System.nanoTime() < deadline, "it does not watch");
        Thread.sleep(100);
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(status, process.waitFor(), said);
      assertEquals("curtain: stopped; nothing that is half written counts\n", said);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether the main thread of a Java sleeps with the classes of a status loaded. */
  private static boolean isWatching(Process process) throws Exception {
    Process stacks =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString(),
                Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    String said = new String(stacks.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    stacks.waitFor();
    return said.contains("Holder.watched");
  }
}

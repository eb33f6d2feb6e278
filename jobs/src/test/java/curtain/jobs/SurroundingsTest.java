package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Jvm;
import curtain.jobs.fixtures.WeightsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program in processes whose surroundings are those of containers and other people. */
@Tag("engine")
class SurroundingsTest {
  @TempDir Path dir;

  @BeforeEach
  void inputs() throws IOException {
    Path images = Files.createDirectories(dir.resolve("images/cat"));
    for (int i = 0; i < 6; i++) {
      BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, 2 * i, 0xff8040 + i);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    WeightsFile.demoCnn(dir.resolve("net.safetensors"), 1);
  }

  private record Ended(int status, String log) {
    /** It ended so, and said one line. */
    Ended failed(String message) {
      assertEquals(1, status, log);
      String errors =
          log.lines().filter(line -> line.startsWith("curtain: ")).reduce("", String::concat);
      assertTrue(errors.contains(message), log);
      assertFalse(log.contains("\tat "), log);
      return this;
    }
  }

  private List<String> pullbacks(String output, String... options) {
    List<String> command =
        new ArrayList<>(
            Jvm.command(
                "curtain.jobs.Main",
                Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), Arrays.stream(options))
                    .toArray(String[]::new)));
    command.addAll(List.of("pullbacks", "--images", "images", "--model", "demo_cnn", "--weights"));
    command.addAll(
        List.of("net.safetensors", "--targets", "0", "--threads", "1", "--output", output));
    return command;
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Ended run(List<String> command, Map<String, String> environment) throws Exception {
    Process process = start(command, environment);
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "hangs");
      return new Ended(process.exitValue(), Files.readString(dir.resolve("log")));
    } finally {
      process.destroyForcibly();
    }
  }

  /** Under a shell that sets something first. */
  private static List<String> after(String shell, List<String> command) {
    List<String> all = new ArrayList<>(List.of("bash", "-c", shell + " && exec \"$@\"", "bash"));
    all.addAll(command);
    return all;
  }

  @ParameterizedTest
  @CsvSource({"077, rwx------", "002, rwxrwxr-x"})
  void outputsObeyTheUmask(String umask, String folders) throws Exception {
    Ended ended = run(after("umask " + umask, pullbacks("out")), Map.of());
    assertEquals(0, ended.status(), ended.log());
    Set<PosixFilePermission> folder = PosixFilePermissions.fromString(folders);
    Set<PosixFilePermission> file = PosixFilePermissions.fromString(folders.replace('x', '-'));
    try (Stream<Path> files = Files.walk(dir.resolve("out"))) {
      for (Path each : files.toList()) {
        assertEquals(
            Files.isDirectory(each) ? folder : file,
            Files.getPosixFilePermissions(each),
            each.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PYTORCH_VERSION", "PYTORCH_FLAVOR"})
  void aLibtorchOfTheEnvironmentIsRefusedInOneLine(String name) throws Exception {
    run(pullbacks("out"), Map.of(name, "2.1.0a0+fe05266")).failed(name + "=2.1.0a0+fe05266 in the");
  }

  @Test
  void tooSmallAHeapIsSaidInOneLine() throws Exception {
    run(pullbacks("out", "-Xmx64m"), Map.of()).failed("set CURTAIN_HEAP=512m or more");
  }

  @Test
  void withoutANameAndAHomeItRuns() throws Exception {
    Ended ended = run(pullbacks("out", "-Duser.name=?", "-Duser.home=?"), Map.of("HOME", "/proc"));
    assertEquals(0, ended.status(), ended.log());
  }

  @Test
  void whereTheHostNameHasNoAddressItRuns() throws Exception {
    Path hosts = Files.writeString(dir.resolve("hosts"), "127.0.0.1 localhost\n");
    Ended ended = run(pullbacks("out", "-Djdk.net.hosts.file=" + hosts), Map.of());
    assertEquals(0, ended.status(), ended.log());
  }

  @Test
  void aTemporaryDirectoryWithoutExecutionIsPassedOver() throws Exception {
    Path temporary = Files.createDirectory(dir.resolve("noexec"));
    assumeTrue(mounted(temporary, "noexec,size=64m"), "skipped: mount is not allowed here");
    try {
      Ended ended = run(pullbacks("out", "-Djava.io.tmpdir=" + temporary), Map.of());
      assertEquals(0, ended.status(), ended.log());
    } finally {
      new ProcessBuilder("umount", "-l", temporary.toString()).start().waitFor();
    }
  }

  @Test
  void aFullDiskIsSaidInOneLine() throws Exception {
    Path small = Files.createDirectory(dir.resolve("small"));
    assumeTrue(mounted(small, "size=64k"), "skipped: mount is not allowed here");
    try {
      run(pullbacks("small/out"), Map.of()).failed("no space is left on the disk of small/out");
    } finally {
      new ProcessBuilder("umount", "-l", small.toString()).start().waitFor();
    }
  }

  private static boolean mounted(Path folder, String options) throws Exception {
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "none", folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return mount.waitFor() == 0;
  }

  /** The first run is halted while the second looks. */
  @Test
  void aSecondRunIsRefusedAndAStoppedOneGoesOn() throws Exception {
    Path first = dir.resolve("log1");
    List<String> slow = pullbacks("out", "-Dspark.task.maxFailures=1");
    slow.addAll(List.of("--partitions", "6", "--batch-size", "1", "--overwrite"));
    Process running =
        new ProcessBuilder(slow)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(first.toFile())
            .start();
    try {
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
      while (!Files.exists(dir.resolve("out/_incomplete/_plan.json"))) {
        assertTrue(running.isAlive() && System.nanoTime() < deadline, Files.readString(first));
        Thread.sleep(2);
      }
      new ProcessBuilder("kill", "-STOP", Long.toString(running.pid())).start().waitFor();
      List<String> second = pullbacks("out");
      second.add("--resume");
      run(second, Map.of()).failed("another run is writing there now");
      new ProcessBuilder("kill", "-TERM", Long.toString(running.pid())).start().waitFor();
      new ProcessBuilder("kill", "-CONT", Long.toString(running.pid())).start().waitFor();
      assertTrue(running.waitFor(2, TimeUnit.MINUTES));
      assertEquals(143, running.exitValue(), Files.readString(first));
      assertEquals(
          List.of(
              "curtain: stopped; the same command with --resume in place of --overwrite goes on"),
          Files.readString(first).lines().filter(l -> l.startsWith("curtain: ")).toList());
      assertFalse(Files.exists(dir.resolve("out/_SUCCESS")));
      Ended resumed = run(second, Map.of());
      assertEquals(0, resumed.status(), resumed.log());
      assertFalse(Files.exists(dir.resolve("out/_lock")));
    } finally {
      running.destroyForcibly();
    }
  }

  /** Arabic has other digits, Turkish another i. */
  @Test
  void whatIsWrittenIsTheSameInEveryLocale() throws Exception {
    byte[] program = null;
    String first = null;
    for (String locale : List.of("en-US", "ar-EG", "tr-TR")) {
      String[] options = {
        "-XX:TieredStopAtLevel=1",
        "-Duser.language=" + locale.substring(0, 2),
        "-Duser.country=" + locale.substring(3)
      };
      List<String> export = new ArrayList<>(Jvm.command("curtain.jobs.Main", options));
      export.addAll(List.of("export", "--model", "demo_cnn", "--weights", "net.safetensors"));
      export.addAll(List.of("--output", locale + ".pt"));
      Ended ended = run(export, Map.of());
      assertEquals(0, ended.status(), ended.log());
      List<String> pulled = pullbacks(locale, options);
      pulled.addAll(List.of("--temperature", "0.5,1e1", "--batch-size", "4"));
      Ended done = run(pulled, Map.of());
      assertEquals(0, done.status(), done.log());
      byte[] exported = Files.readAllBytes(dir.resolve(locale + ".pt"));
      program = program == null ? exported : program;
      assertArrayEquals(program, exported, locale);
      // the order of names in a footer is another in every process, so rows are compared
      String table = "'" + dir.resolve(locale) + "/pullbacks/*.parquet'";
      first = first == null ? table : first;
      try (DuckDb duckDb = new DuckDb()) {
        String differences = "select count(*) from (select * from %s except all select * from %s)";
        assertEquals(List.of("12"), duckDb.rows("select count(*) from " + table));
        assertEquals(List.of("0"), duckDb.rows(differences.formatted(first, table)), locale);
        assertEquals(List.of("0"), duckDb.rows(differences.formatted(table, first)), locale);
      }
    }
  }
}

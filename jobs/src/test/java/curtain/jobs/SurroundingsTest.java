package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Jvm;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.WeightsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The program in processes whose surroundings are those of containers and other people: several at
 * once, and with {@code -Dcurtain.full=true} also each by itself.
 */
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

  /** With Hadoop's own local file system, as the program has it. */
  private List<String> pullbacks(String output, String... options) {
    String files = "-Dspark.hadoop.fs.file.impl=" + LocalFileSystem.class.getName();
    List<String> command =
        new ArrayList<>(
            Jvm.command(
                "curtain.jobs.Main",
                Stream.concat(Stream.of(files), Stream.of(options)).toArray(String[]::new)));
    command.addAll(arguments(output));
    return command;
  }

  /** Of a command that reads the inputs, with whole paths. */
  private List<String> arguments(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("pullbacks", "--images", dir.resolve("images").toString()));
    arguments.addAll(List.of("--model", "demo_cnn", "--weights"));
    arguments.addAll(List.of(dir.resolve("net.safetensors").toString(), "--targets", "0"));
    arguments.addAll(List.of("--threads", "1", "--output", dir.resolve(output).toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** In this process. */
  private Ended here(List<String> arguments) {
    Run run = Run.curtain(arguments.toArray(String[]::new));
    return new Ended(run.status(), run.out() + run.err());
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

  /**
   * What a container or another person may bring along.
   *
   * @param locale a language and a country: Arabic has other digits, Turkish another i
   * @param umask and the permissions of folders under it
   * @param nameless whether the user has neither a name nor a home
   * @param addressless whether the host's name has no address
   * @param noexec whether nothing in the temporary directory may be executed; left out where mount
   *     is not allowed
   */
  private record Brought(
      String locale,
      String umask,
      String folders,
      boolean nameless,
      boolean addressless,
      boolean noexec) {}

  private static Stream<Brought> surroundings() {
    Stream<Brought> together =
        Stream.of(
            new Brought("ar-EG", "077", "rwx------", true, false, false),
            new Brought("tr-TR", "002", "rwxrwxr-x", false, true, true));
    Stream<Brought> alone =
        Stream.of(
            new Brought("en-US", "077", "rwx------", false, false, false),
            new Brought("en-US", "022", "rwxr-xr-x", true, false, false),
            new Brought("en-US", "022", "rwxr-xr-x", false, true, false),
            new Brought("en-US", "022", "rwxr-xr-x", false, false, true));
    return Shared.full() ? Stream.concat(together, alone) : together;
  }

  @Test
  void itRunsAndWritesTheSameAndObeysTheUmask() throws Exception {
    byte[] program = null;
    String first = null;
    int runs = 0;
    boolean mounted = true;
    for (Brought brought : surroundings().toList()) {
      String name = "out" + runs++;
      mounted &= pull(name, brought);
      assertPermissions(dir.resolve(name), brought.folders());
      List<String> export =
          new ArrayList<>(Jvm.command("curtain.jobs.Main", locale(brought).toArray(String[]::new)));
      export.addAll(List.of("export", "--model", "demo_cnn", "--weights", "net.safetensors"));
      export.addAll(List.of("--output", name + ".pt"));
      Ended ended = run(export, Map.of());
      assertEquals(0, ended.status(), ended.log());
      byte[] exported = Files.readAllBytes(dir.resolve(name + ".pt"));
      program = program == null ? exported : program;
      assertArrayEquals(program, exported, brought.toString());
      // the order of names in a footer is another in every process, so rows are compared
      String table = "'" + dir.resolve(name) + "/pullbacks/*.parquet'";
      first = first == null ? table : first;
      try (DuckDb duckDb = new DuckDb()) {
        String differences = "select count(*) from (select * from %s except all select * from %s)";
        assertEquals(List.of("12"), duckDb.rows("select count(*) from " + table));
        assertEquals(List.of("0"), duckDb.rows(differences.formatted(first, table)));
        assertEquals(List.of("0"), duckDb.rows(differences.formatted(table, first)));
      }
    }
    assumeTrue(mounted, "skipped, in part: mount is not allowed here");
  }

  private static List<String> locale(Brought brought) {
    return List.of(
        "-Duser.language=" + brought.locale().substring(0, 2),
        "-Duser.country=" + brought.locale().substring(3));
  }

  /** Takes pullbacks; false if what was to be mounted was not. */
  private boolean pull(String name, Brought brought) throws Exception {
    List<String> options = new ArrayList<>(locale(brought));
    Map<String, String> environment = brought.nameless() ? Map.of("HOME", "/proc") : Map.of();
    if (brought.nameless()) {
      options.addAll(List.of("-Duser.name=?", "-Duser.home=?"));
    }
    if (brought.addressless()) {
      Path hosts = Files.writeString(dir.resolve("hosts"), "127.0.0.1 localhost\n");
      options.add("-Djdk.net.hosts.file=" + hosts);
    }
    Path temporary = Files.createDirectory(dir.resolve(name + "-noexec"));
    boolean mounted = brought.noexec() && mounted(temporary, "noexec,size=64m");
    if (mounted) {
      options.add("-Djava.io.tmpdir=" + temporary);
    }
    try {
      List<String> command = pullbacks(name, options.toArray(String[]::new));
      command.addAll(List.of("--temperature", "0.5,1e1", "--batch-size", "4"));
      Ended ended = run(after("umask " + brought.umask(), command), environment);
      assertEquals(0, ended.status(), brought + ": " + ended.log());
    } finally {
      if (mounted) {
        unmount(temporary);
      }
    }
    return mounted || !brought.noexec();
  }

  private static void assertPermissions(Path output, String folders) throws IOException {
    Set<PosixFilePermission> folder = PosixFilePermissions.fromString(folders);
    Set<PosixFilePermission> file = PosixFilePermissions.fromString(folders.replace('x', '-'));
    try (Stream<Path> files = Files.walk(output)) {
      for (Path each : files.toList()) {
        assertEquals(
            Files.isDirectory(each) ? folder : file,
            Files.getPosixFilePermissions(each),
            each.toString());
      }
    }
  }

  private static List<String> ofAnotherLibtorch() {
    List<String> all = List.of("PYTORCH_VERSION", "PYTORCH_FLAVOR");
    return Shared.full() ? all : all.subList(0, 1);
  }

  @ParameterizedTest
  @MethodSource("ofAnotherLibtorch")
  void aLibtorchOfTheEnvironmentIsRefusedInOneLine(String name) throws Exception {
    run(pullbacks("out"), Map.of(name, "2.1.0a0+fe05266")).failed(name + "=2.1.0a0+fe05266 in the");
  }

  @Test
  void tooSmallAHeapIsSaidInOneLine() throws Exception {
    run(pullbacks("out", "-Xmx64m"), Map.of()).failed("set CURTAIN_HEAP=512m or more");
  }

  @Test
  void aFullDiskIsSaidInOneLine() throws Exception {
    Path small = Files.createDirectory(dir.resolve("small"));
    assumeTrue(mounted(small, "size=64k"), "skipped: mount is not allowed here");
    try {
      Ended full = here(arguments("small/out"));
      full.failed("no space is left on the disk of " + small + "/out (");
      assertTrue(full.log().contains(" of 64.0 KiB left); free some,"), full.log());
      assertTrue(
          full.log().contains("how much it needs is known when a shard is done"), full.log());
    } finally {
      unmount(small);
    }
  }

  private static void unmount(Path folder) throws Exception {
    new ProcessBuilder("umount", "-l", folder.toString()).start().waitFor();
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
      List<String> second = arguments("out", "--resume");
      here(second).failed("another run is writing there now");
      List<String> status = List.of("status", "--output", dir.resolve("out").toString());
      Ended frozen = here(status);
      assertEquals(3, frozen.status(), frozen.log());
      assertTrue(frozen.log().contains("running: a process has its lock"), frozen.log());
      new ProcessBuilder("kill", "-TERM", Long.toString(running.pid())).start().waitFor();
      new ProcessBuilder("kill", "-CONT", Long.toString(running.pid())).start().waitFor();
      assertTrue(running.waitFor(2, TimeUnit.MINUTES));
      assertEquals(143, running.exitValue(), Files.readString(first));
      assertEquals(
          List.of(
              "curtain: stopped; the same command with --resume in place of --overwrite goes on"),
          Files.readString(first).lines().filter(l -> l.startsWith("curtain: ")).toList());
      assertFalse(Files.exists(dir.resolve("out/_SUCCESS")));
      Ended stopped = here(status);
      assertEquals(4, stopped.status(), stopped.log());
      assertTrue(stopped.log().contains("dead: no process has its lock"), stopped.log());
      Ended resumed = here(second);
      assertEquals(0, resumed.status(), resumed.log());
      assertFalse(Files.exists(dir.resolve("out/_lock")));
    } finally {
      running.destroyForcibly();
    }
  }
}

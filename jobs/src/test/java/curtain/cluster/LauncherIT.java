package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code ./curtain}, and the examples of conf/: one of them through it, the others in this process,
 * or with {@code -Dcurtain.full=true} all of them through it.
 */
@Tag("engine")
final class LauncherIT {
  @TempDir Path folder;

  @Test
  void withoutACommandTheCommandsAreListed() throws Exception {
    Finished help = Installation.curtain(folder).expect(0);
    assertTrue(help.out().contains("ingest"), help.out());
    assertEquals("", help.err());
  }

  @Test
  void worksThroughALinkWithSpacesInItsPath() throws Exception {
    Path link = Files.createDirectory(folder.resolve("a folder")).resolve("my curtain");
    Files.createSymbolicLink(link, Installation.LAUNCHER);
    Path second = folder.resolve("a link to the link");
    Files.createSymbolicLink(second, Path.of("a folder", "my curtain"));
    Finished help;
    try {
      help =
          Finished.run(List.of(second.toString(), "ingest", "--help"), Map.of(), folder).expect(0);
    } finally {
      // JUnit warns of links that lead out of its folder.
      Files.delete(link);
    }
    assertTrue(help.out().contains("--images"), help.out());
  }

  @Test
  void exitCodesPassThrough() throws Exception {
    Installation.curtain(folder, "ingest", "--no-such-option").expect(2);
    Finished missing =
        Installation.curtain(folder, "ingest", "--images", "nowhere", "--output", "out").expect(1);
    assertEquals(1, missing.err().lines().count(), missing.err());
  }

  @ParameterizedTest
  @CsvSource({
    "ingest, images/imagenette/val",
    "pullbacks, weights/resnet50.pth",
    "calibrate, weights/resnet50.pth",
    "ascend, weights/resnet50.pth",
    "measures, weights/resnet50.pth",
    "figures, out/imagenette-resnet50",
    "stability, checkpoints/resnet20",
    "gram, weights/resnet50.pth",
    "kernel, out/gram",
    "report, out/report.html",
    "status, out/imagenette-resnet50",
    "export, out/resnet50-pullbacks.pt",
    "bench pullbacks, weights/resnet50.pth",
    "bench stability, weights/resnet50.pth",
    "bench gram, weights/resnet50.pth"
  })
  void exampleIsValid(String command, String absent) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add("@" + Installation.ROOT.resolve("conf/" + words.get(0) + ".args"));
    // What it names is not there, which comes after all options were understood.
    if (command.equals("pullbacks") || Shared.full()) {
      Finished missing = Installation.curtain(folder, words.toArray(String[]::new)).expect(1);
      assertMissing(absent, missing.err());
    } else {
      Run missing = Run.curtain(words.toArray(String[]::new));
      assertEquals(1, missing.status(), missing.err());
      assertMissing(absent, missing.err());
    }
  }

  private static void assertMissing(String absent, String err) {
    assertTrue(err.contains(absent), err);
    assertEquals(1, err.lines().count(), err);
  }

  /** These need nothing but a place to write to, or a server. */
  @ParameterizedTest
  @CsvSource({
    "demo, out/demo/data cannot be written",
    "fetch --from http://127.0.0.1:9, no connection"
  })
  void exampleOfWhatReadsNothingIsValid(String command, String failure) throws Exception {
    Files.writeString(folder.resolve("out"), "no directory");
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add("@" + Installation.ROOT.resolve("conf/" + words.get(0) + ".args"));
    words.add("--quiet");
    Finished failed = Installation.curtain(folder, words.toArray(String[]::new)).expect(1);
    assertTrue(failed.err().contains(failure), failed.err());
    assertEquals(1, failed.err().lines().count(), failed.err());
  }

  /** What it finds missing is in its report. */
  @Test
  void exampleOfCheckIsValid() throws Exception {
    String conf = "@" + Installation.ROOT.resolve("conf/check.args");
    Run missing = Run.curtain("check", conf);
    assertEquals(1, missing.status(), missing.err());
    assertTrue(missing.out().contains("weights/resnet50.pth does not exist"), missing.out());
    assertTrue(missing.out().contains("images/imagenette/val does not exist"), missing.out());
    assertEquals("", missing.err());
  }

  /** Its folder of natives is not there. */
  @Test
  void exampleOfDevicesIsValid() {
    String conf = "@" + Installation.ROOT.resolve("conf/devices.args");
    Run missing = Run.curtain("devices", conf);
    assertEquals(1, missing.status(), missing.err());
    assertTrue(missing.err().startsWith("curtain: --natives /opt/libtorch is no"), missing.err());
    assertEquals(1, missing.err().lines().count(), missing.err());
  }

  @Test
  void everyCommandHasAnExample() throws Exception {
    String help = Run.curtain("--help").out();
    List<String> commands =
        help.lines()
            .dropWhile(line -> !line.startsWith("Commands:"))
            .filter(line -> line.matches("  [a-z].*"))
            .map(line -> line.strip().replaceFirst(" .*", ""))
            .filter(name -> !name.equals("completion")) // it has no options
            .map(name -> name + ".args")
            .sorted()
            .toList();
    try (Stream<Path> conf = Files.list(Installation.ROOT.resolve("conf"))) {
      assertEquals(
          commands,
          conf.map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".args"))
              .sorted()
              .toList());
    }
  }

  /** Of this start, or one of another test, meanwhile, without which starts go on. */
  @Test
  @Timeout(180)
  void classesComeFromTheRehearsal() throws Exception {
    while (!areShared(folder.resolve("classes.log"))) {
      Thread.sleep(1000);
    }
  }

  private boolean areShared(Path log) throws Exception {
    Map<String, String> environment =
        Map.of("CURTAIN_JAVA_OPTS", "-Xlog:class+load:file=" + log + "::filecount=0");
    Finished version =
        Finished.run(List.of(Installation.LAUNCHER.toString(), "--version"), environment, folder)
            .expect(0);
    assertEquals("", version.err());
    try (Stream<String> lines = Files.lines(log)) {
      return lines.anyMatch(line -> line.matches(".* curtain\\.jobs\\.Main source: shared.*"));
    }
  }

  @Test
  void aFileOfClassesThatJavaDoesNotTakeIsPassedOverInSilence() throws Exception {
    for (byte[] content : List.of(new byte[0], new byte[] {1}, new byte[1 << 16])) {
      Path damaged = Files.write(folder.resolve("damaged.jsa"), content);
      Finished version =
          Finished.run(
                  List.of(Installation.LAUNCHER.toString(), "--version"),
                  Map.of("CURTAIN_JAVA_OPTS", "-XX:SharedArchiveFile=" + damaged),
                  folder)
              .expect(0);
      assertTrue(version.out().startsWith("curtain "), version.out());
      assertEquals("", version.err());
    }
  }

  @Test
  void aRecorderRunsWithoutThem() throws Exception {
    Path recording = folder.resolve("recording.jfr");
    Finished.run(
            List.of(Installation.LAUNCHER.toString(), "--version"),
            Map.of(
                "CURTAIN_JAVA_OPTS",
                "-Xlog:jfr*=off -XX:StartFlightRecording:settings=profile,filename=" + recording),
            folder)
        .expect(0);
    assertTrue(Files.size(recording) > 0, "nothing was recorded");
  }

  @Test
  void anotherJavaIsRefusedOrPassedOver() throws Exception {
    // A JDK that says it is version 11, and would fail if it were started.
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nexit 77\n");
    assertTrue(java.toFile().setExecutable(true), "cannot be made executable");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"11.0.2\"\n");
    Finished help =
        Finished.run(
            List.of(Installation.LAUNCHER.toString(), "--help"),
            Map.of("JAVA_HOME", folder.resolve("jdk").toString()),
            folder);
    assertTrue(
        help.exitCode() == 0 || help.err().contains("is version 11; install a JDK 17"),
        help.exitCode() + ": " + help.err());
  }

  @Test
  void executorsGetTheSameEnvironment() throws IOException {
    // Executors of a cluster get by spark-defaults.conf what the launcher takes from native.env.
    List<String> defaults =
        Files.readAllLines(Installation.ROOT.resolve("conf/spark-defaults.conf")).stream()
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .toList();
    List<String> variables =
        Files.readAllLines(Installation.ROOT.resolve("conf/native.env")).stream()
            .filter(line -> line.matches("[A-Z_]+=.*"))
            .toList();
    assertEquals(6, variables.size());
    for (String variable : variables) {
      String line = "spark.executorEnv." + variable.replaceFirst("=", " ");
      assertTrue(defaults.contains(line), "conf/spark-defaults.conf lacks: " + line);
    }
  }

  @Test
  void everyJavaGetsTheSameOptions() throws IOException {
    Properties defaults = new Properties();
    try (Reader in =
        Files.newBufferedReader(Installation.ROOT.resolve("conf/spark-defaults.conf"))) {
      defaults.load(in);
    }
    List<String> all =
        Files.readAllLines(Installation.ROOT.resolve("conf/jvm.options")).stream()
            .filter(line -> line.startsWith("-"))
            .toList();
    List<String> opens =
        all.stream().filter(line -> line.matches("--add-opens.*|-Djdk\\..*")).toList();
    assertEquals(
        opens, Files.readAllLines(Installation.STANDALONE.resolve("java-opts")), "java-opts");
    assertSame(all, defaults, "spark.driver.defaultJavaOptions");
    assertSame(all, defaults, "spark.driver.extraJavaOptions");
    // Spark itself opens packages of executors
    List<String> rest = all.stream().filter(option -> !opens.contains(option)).toList();
    assertSame(rest, defaults, "spark.executor.defaultJavaOptions");
  }

  @Test
  void defaultsOfClustersAreOnesThatAreRead() throws IOException {
    Properties defaults = new Properties();
    try (Reader in =
        Files.newBufferedReader(Installation.ROOT.resolve("conf/spark-defaults.conf"))) {
      defaults.load(in);
    }
    for (String name : defaults.stringPropertyNames()) {
      assertTrue(
          name.startsWith("spark.executorEnv.")
              || name.startsWith("spark.metrics.conf.driver.sink.prometheusServlet.")
              || Set.of(
                      "spark.plugins",
                      "spark.executor.memory",
                      "spark.executor.memoryOverhead",
                      "spark.executor.defaultJavaOptions",
                      "spark.driver.defaultJavaOptions",
                      "spark.driver.extraJavaOptions")
                  .contains(name),
          name + ": nothing of Curtain's reads it; it writes by no committer of Hadoop's");
    }
  }

  private static void assertSame(List<String> options, Properties defaults, String name) {
    assertEquals(Set.copyOf(options), Set.of(defaults.getProperty(name).split(" ")), name);
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocalFileSystem;

/** What the build made, as a user finds it in a checkout: where the launcher, jar and Spark are. */
final class Installation {
  /** Set by the build; without it (an IDE) tests run in the module's directory. */
  static final Path ROOT =
      Path.of(System.getProperty("curtain.root", "..")).toAbsolutePath().normalize();

  static final Path LAUNCHER = ROOT.resolve("curtain");
  static final Path JAR = ROOT.resolve("jobs/target/curtain.jar");
  static final Path NATIVES = ROOT.resolve("jobs/target/natives");
  static final Path SPARK_HOME = ROOT.resolve("deploy/spark/target/home");
  static final Path STANDALONE = ROOT.resolve("deploy/standalone");

  /**
   * Of processes that tests start: most of a short one's time would go into optimising code that it
   * leaves soon afterwards.
   */
  static final Map<String, String> BRIEF = Map.of("CURTAIN_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

  /** The same of all Javas below them, executors too; each says so in its log. */
  static final Map<String, String> BRIEF_ALL =
      Map.of("JDK_JAVA_OPTIONS", BRIEF.get("CURTAIN_JAVA_OPTS"));

  private Installation() {}

  /** Photos and weights beside the checkout; skips the test where they are not. */
  static Path data() {
    String shared = System.getProperty("curtain.shared");
    Path data =
        (shared == null ? ROOT.resolve("../shared") : Path.of(shared)).resolve("data").normalize();
    assumeTrue(Files.isDirectory(data), "skipped: no " + data + " (set curtain.shared)");
    return data;
  }

  /** Runs {@code ./curtain} with these arguments, to its end. */
  static Finished curtain(Path workingDirectory, String... arguments)
      throws IOException, InterruptedException {
    return curtain(workingDirectory, Map.of(), arguments);
  }

  /** Runs {@code ./curtain} with these arguments, and these variables, to its end. */
  static Finished curtain(Path workingDirectory, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of(LAUNCHER.toString()), Stream.of(arguments)).toList();
    Map<String, String> environment = new HashMap<>(BRIEF);
    environment.putAll(variables);
    // Several run while other tests hold memory: a small heap each.
    environment.put("CURTAIN_HEAP", "1g");
    return Finished.run(command, environment, workingDirectory);
  }

  /**
   * Runs {@code ./curtain} on a Spark whose two executors are JVMs of their own, with one core and
   * 1 GiB each ({@code local-cluster}).
   */
  static Finished curtainOnLocalCluster(Path workingDirectory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    Map<String, String> environment = new HashMap<>(BRIEF_ALL);
    environment.put("CURTAIN_HEAP", "1g");
    OneCluster only = OneCluster.await();
    try {
      return Finished.run(command, environment, workingDirectory);
    } finally {
      only.close();
    }
  }

  /** Runs a program of the tests in one process, as the launcher runs the program. */
  static Finished program(Path workingDirectory, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = java("-Dcurtain.home=" + ROOT);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return Finished.run(
        command,
        Map.of("SPARK_LOCAL_IP", "127.0.0.1", "OMP_WAIT_POLICY", "passive"),
        workingDirectory);
  }

  /** A Java with the tests and what was packaged on its class path, and with these options. */
  private static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("@" + ROOT.resolve("conf/jvm.options"), "-Xmx1g"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dspark.ui.enabled=false"));
    // not that of the tests, which executors do not have
    command.add("-Dspark.hadoop.fs.file.impl=" + LocalFileSystem.class.getName());
    command.addAll(List.of(options));
    Path tests = ROOT.resolve("jobs/target/test-classes");
    Path conf = ROOT.resolve("conf");
    command.add("-cp");
    command.add("%s:%s:%s:%s/jars/*:%s/*".formatted(conf, tests, JAR, SPARK_HOME, NATIVES));
    return command;
  }

  /** Runs a program of the tests on such a Spark, with the jars that a user would name. */
  static Finished programOnLocalCluster(
      Path workingDirectory, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> jars = new ArrayList<>(List.of(JAR.toString()));
    try (Stream<Path> natives = Files.list(NATIVES)) {
      natives.map(Path::toString).sorted().forEach(jars::add);
    }
    List<String> command =
        java("-Dspark.master=local-cluster[2,1,1024]", "-Dspark.jars=" + String.join(",", jars));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    OneCluster only = OneCluster.await();
    try {
      return Finished.run(
          command,
          Map.of(
              "SPARK_HOME", SPARK_HOME.toString(),
              "SPARK_SCALA_VERSION", "2.12",
              "SPARK_LOCAL_IP", "127.0.0.1"),
          workingDirectory);
    } finally {
      only.close();
    }
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

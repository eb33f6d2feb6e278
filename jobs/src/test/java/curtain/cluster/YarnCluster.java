package curtain.cluster;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A YARN on loopback: a ResourceManager and a NodeManager, each a process, on the local file
 * system. Logs, the applications' too, are under {@code jobs/target/yarn-cluster}.
 */
final class YarnCluster implements AutoCloseable {
  /** Hadoop's servers and Spark's client, which the profile {@code yarn} of the build lays out. */
  private static final Path JARS = Installation.ROOT.resolve("jobs/target/yarn");

  private static final Path FOLDER = Installation.ROOT.resolve("jobs/target/yarn-cluster");
  private static final Path CONF = FOLDER.resolve("conf");
  private static final String SERVER = "org.apache.hadoop.yarn.server.";
  private static final int SECONDS = 120;

  private final OneCluster only;
  private final List<Process> servers = new ArrayList<>();

  /** Starts it and waits for both; skips the test where the build has not laid out the jars. */
  YarnCluster() throws IOException, InterruptedException {
    assumeTrue(Files.isDirectory(JARS), "skipped: no " + JARS + " (-Dgroups=cluster, or -Pyarn)");
    only = OneCluster.await();
    boolean started = false;
    try {
      Installation.deleteTree(FOLDER);
      Files.createDirectories(CONF);
      Files.writeString(CONF.resolve("core-site.xml"), xml(Map.of("fs.defaultFS", "file:///")));
      Files.writeString(CONF.resolve("yarn-site.xml"), xml(yarn()));
      serve("resourcemanager.ResourceManager", "Transitioned to active state");
      serve("nodemanager.NodeManager", "Registered with ResourceManager");
      started = true;
    } finally {
      if (!started) {
        close();
      }
    }
  }

  private static Map<String, String> yarn() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    String manager = "yarn.resourcemanager.";
    String node = "yarn.nodemanager.";
    for (String address :
        List.of(
            manager + "address",
            manager + "scheduler.address",
            manager + "resource-tracker.address",
            manager + "admin.address",
            manager + "webapp.address",
            node + "address",
            node + "localizer.address",
            node + "webapp.address")) {
      settings.put(address, "127.0.0.1:" + freePort());
    }
    settings.put(
        manager + "scheduler.class", SERVER + "resourcemanager.scheduler.fifo.FifoScheduler");
    settings.put(manager + "am.max-attempts", "2");
    settings.put("yarn.scheduler.minimum-allocation-mb", "128");
    settings.put(node + "local-dirs", FOLDER.resolve("local").toString());
    settings.put(node + "log-dirs", FOLDER.resolve("logs").toString());
    settings.put(node + "resource.memory-mb", "6144");
    settings.put(node + "pmem-check-enabled", "false");
    settings.put(node + "vmem-check-enabled", "false");
    settings.put(node + "disk-health-checker.enable", "false");
    return settings;
  }

  private static String xml(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(
            each ->
                "<property><name>%s</name><value>%s</value></property>"
                    .formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining("\n", "<configuration>\n", "\n</configuration>\n"));
  }

  private void serve(String name, String ready) throws IOException, InterruptedException {
    Path log = FOLDER.resolve(name + ".log");
    List<String> command =
        java("-Xmx512m", "%s/*:%s/jars/*".formatted(JARS, Installation.SPARK_HOME));
    command.add(SERVER + name);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Process server = builder.start();
    servers.add(server);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!Files.readString(log, StandardCharsets.ISO_8859_1).contains(ready)) {
      if (!server.isAlive() || System.nanoTime() > end) {
        fail(name + " has not come up; its log is " + log);
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** A Java that logs as the daemons of {@code deploy/standalone} do. */
  private static List<String> java(String heap, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("@" + Installation.ROOT.resolve("conf/jvm.options"), heap));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add("%s:%s:%s".formatted(CONF, Installation.STANDALONE, classPath));
    return command;
  }

  /**
   * Runs a command of Curtain through spark-submit, to the application's end.
   *
   * @param mode {@code client} or {@code cluster}
   */
  Finished submit(Path workingDirectory, String mode, String... arguments)
      throws IOException, InterruptedException {
    Path client;
    try (Stream<Path> jars = Files.list(JARS)) {
      client = jars.filter(jar -> jar.toString().contains("spark-yarn")).findFirst().orElseThrow();
    }
    String jars = Installation.SPARK_HOME + "/jars/*";
    List<String> command = java("-Xmx1g", client + ":" + jars);
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "yarn", "--deploy-mode", mode));
    command.addAll(List.of("--properties-file", path("conf/spark-defaults.conf")));
    for (String setting :
        List.of(
            "spark.yarn.jars=local:%s,local:%s".formatted(jars, client),
            "spark.executor.instances=1",
            "spark.executor.memory=1g",
            "spark.executor.memoryOverhead=512m",
            "spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1",
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1",
            // its filter is in a library of YARN's that is not among these
            "spark.ui.enabled=false")) {
      command.addAll(List.of("--conf", setting));
    }
    try (Stream<Path> natives = Files.list(Installation.NATIVES)) {
      command.add("--jars");
      command.add(natives.map(jar -> "local:" + jar).sorted().collect(Collectors.joining(",")));
    }
    command.addAll(List.of("--class", "curtain.jobs.Main", "local:" + Installation.JAR));
    command.addAll(List.of(arguments));
    return Finished.run(
        command,
        Map.of(
            "HADOOP_CONF_DIR",
            CONF.toString(),
            "SPARK_HOME",
            Installation.SPARK_HOME.toString(),
            "SPARK_SCALA_VERSION",
            "2.12",
            "SPARK_LOCAL_IP",
            "127.0.0.1"),
        workingDirectory);
  }

  private static String path(String name) {
    return Installation.ROOT.resolve(name).toString();
  }

  /** Kills the driver that YARN runs, as a node that is lost does. */
  void killDriver() {
    List<ProcessHandle> drivers =
        servers.stream()
            .flatMap(server -> server.toHandle().descendants())
            .filter(
                process ->
                    process.info().command().orElse("").endsWith("java")
                        && Stream.of(process.info().arguments().orElse(new String[0]))
                            .anyMatch("org.apache.spark.deploy.yarn.ApplicationMaster"::equals))
            .toList();
    if (drivers.size() != 1) {
      fail(String.format(Locale.ROOT, "%d drivers run", drivers.size()));
    }
    drivers.get(0).destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        servers.stream()
            .map(Process::toHandle)
            .flatMap(server -> Stream.concat(server.descendants(), Stream.of(server)))
            .toList();
    all.forEach(ProcessHandle::destroyForcibly);
    try {
      for (Process server : servers) {
        server.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while YARN was stopped");
    } finally {
      only.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

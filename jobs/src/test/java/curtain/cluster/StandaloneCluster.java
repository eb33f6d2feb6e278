package curtain.cluster;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Spark master and two workers, of one core each, as processes on loopback: what {@code
 * deploy/standalone} starts. Logs are under {@code jobs/target/standalone}.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String FOLDER = "CURTAIN_CLUSTER";
  private static final String OPTIONS = "SPARK_SUBMIT_OPTIONS";

  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final OneCluster only = OneCluster.await();
  private final Thread stopAtExit = new Thread(this::stopQuietly);

  /** Starts the cluster and waits for its workers. */
  StandaloneCluster(Path workingDirectory) throws IOException, InterruptedException {
    this(workingDirectory, Map.of());
  }

  /** Starts the cluster with more variables, and waits for its workers. */
  StandaloneCluster(Path workingDirectory, Map<String, String> variables)
      throws IOException, InterruptedException {
    this.workingDirectory = workingDirectory;
    Path folder = Installation.ROOT.resolve("jobs/target/standalone");
    Installation.deleteTree(folder);
    this.environment = new HashMap<>(Installation.BRIEF_ALL);
    environment.putAll(variables);
    environment.put(FOLDER, folder.toString());
    environment.put("CURTAIN_CLUSTER_PORT", Integer.toString(freePort()));
    environment.put("CURTAIN_HEAP", "1g");
    environment.put("MEMORY", "1g");
    environment.put(OPTIONS, "--conf spark.executor.memory=1g");
    Runtime.getRuntime().addShutdownHook(stopAtExit);
    boolean started = false;
    try {
      script("start.sh", environment).expect(0);
      started = true;
    } finally {
      if (!started) {
        only.close();
      }
    }
  }

  /** Runs a command of Curtain through spark-submit, to its end. */
  Finished submit(String... arguments) throws IOException, InterruptedException {
    return script("submit.sh", environment, arguments);
  }

  /** Runs a command of Curtain through spark-submit, with more variables than the cluster has. */
  Finished submit(Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    Map<String, String> there = new HashMap<>(environment);
    there.putAll(variables);
    return script("submit.sh", there, arguments);
  }

  /** Has a worker run the driver of such a command, and waits for its end. */
  Finished submitDriver(String... arguments) throws IOException, InterruptedException {
    Map<String, String> there = new HashMap<>(environment);
    there.merge(
        OPTIONS,
        " --deploy-mode cluster --conf spark.standalone.submit.waitAppCompletion=true"
            + " --conf spark.driver.extraJavaOptions=-Dof.the.user=1",
        String::concat);
    return script("submit.sh", there, arguments);
  }

  /** The messages of Curtain's of all drivers that workers ran; spark-submit does not tell. */
  List<String> ofDrivers() throws IOException {
    Path cluster = Path.of(environment.get(FOLDER));
    try (Stream<Path> logs =
        Files.find(cluster, 3, (log, is) -> log.toString().matches(".*/driver-[0-9-]+/stderr"))) {
      List<String> messages = new ArrayList<>();
      for (Path log : logs.sorted().toList()) {
        Files.readAllLines(log).stream()
            .filter(line -> line.startsWith("curtain"))
            .forEach(messages::add);
      }
      return messages;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      script("stop.sh", environment).expect(0);
      Runtime.getRuntime().removeShutdownHook(stopAtExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the cluster was stopped");
    } finally {
      only.close();
    }
  }

  private void stopQuietly() {
    try {
      script("stop.sh", environment);
    } catch (IOException | InterruptedException e) {
      System.err.println("the cluster may still run: " + e);
    }
  }

  private Finished script(String name, Map<String, String> variables, String... arguments)
      throws IOException, InterruptedException {
    String script = Installation.STANDALONE.resolve(name).toString();
    return Finished.run(
        Stream.concat(Stream.of(script), Stream.of(arguments)).toList(),
        variables,
        workingDirectory);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

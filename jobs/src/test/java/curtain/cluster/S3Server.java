package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An S3 server on loopback, S3Proxy, in a process of its own, with {@link S3Traffic} before it. It
 * keeps an object as the file of its key, so that any reader of files can look at a bucket.
 */
final class S3Server implements AutoCloseable {
  private static final String BUCKET = "bucket";
  private static final Path MODULE = Installation.ROOT.resolve("deploy/s3/target");

  /** Without it the server logs every step, which takes longer than the steps. */
  private static final String QUIET =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %level %logger{0}: %msg%n</pattern></encoder>
        </appender>
        <root level="warn"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private static final int SECONDS = 60;
  private static final int OK = 200;

  private final Path folder;
  private final URI address;
  private final Process server;
  private final S3Traffic traffic;

  /**
   * Starts it, with an empty bucket; skips the test where the build has not fetched it.
   *
   * @param folder an empty directory
   */
  S3Server(Path folder) throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(MODULE.resolve("server.classpath")),
        "skipped: no " + MODULE + " (mvn package makes it, unless -Dmaven.test.skip is given)");
    this.folder = folder;
    Files.createDirectories(bucket());
    int port = freePort();
    this.address = URI.create("http://127.0.0.1:" + port);
    Path settings = folder.resolve("s3proxy.properties");
    Files.write(
        settings,
        List.of(
            "s3proxy.endpoint=" + address,
            "s3proxy.authorization=none",
            "jclouds.provider=filesystem-nio2",
            "jclouds.filesystem.basedir=" + folder));
    Path logging = folder.resolve("logback.xml");
    Files.writeString(logging, QUIET);
    Path log = folder.resolve("s3proxy.log");
    this.server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + logging,
                "-cp",
                Files.readString(MODULE.resolve("server.classpath")).strip(),
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean started = false;
    try {
      await(port, log);
      this.traffic = new S3Traffic(address);
      started = true;
    } finally {
      if (!started) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  private void await(int port, Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        if (!server.isAlive() || System.nanoTime() > end) {
          fail("the S3 server has not come up:\n" + Files.readString(log));
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** What goes to and fro. */
  S3Traffic traffic() {
    return traffic;
  }

  /** The variables of a process that uses it. */
  Map<String, String> environment() throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("AWS_ACCESS_KEY_ID", "anybody");
    environment.put("AWS_SECRET_ACCESS_KEY", "a secret");
    environment.put("AWS_REGION", "us-east-1");
    environment.put("AWS_ENDPOINT_URL", traffic.address());
    environment.put(
        "SPARK_DIST_CLASSPATH", Files.readString(MODULE.resolve("sdk.classpath")).strip());
    return environment;
  }

  /** The directory whose files are the bucket's objects. */
  Path bucket() {
    return folder.resolve(BUCKET);
  }

  /** The URI of a key. */
  static String uri(String key) {
    return "s3a://" + BUCKET + "/" + key;
  }

  /** Puts a file, or a directory with all that is in it, into the bucket. */
  void put(Path from, String key) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.equals(from) ? "" : "/" + from.relativize(file);
        HttpRequest put =
            HttpRequest.newBuilder(address.resolve("/" + BUCKET + "/" + key + name))
                .timeout(Duration.ofSeconds(SECONDS))
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .build();
        int status = client.send(put, HttpResponse.BodyHandlers.discarding()).statusCode();
        assertEquals(OK, status, file.toString());
      }
    }
  }

  /** The files of objects whose keys begin so and end so. */
  List<Path> objects(String prefix, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(bucket())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> bucket().relativize(file).toString().startsWith(prefix))
          .filter(file -> file.toString().endsWith(suffix))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    traffic.close();
    server.destroyForcibly();
    try {
      server.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the S3 server was stopped");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on an S3 server, what its requests are, and what happens when things go wrong. */
@Tag("cluster")
final class S3ClusterIT {
  private static final int IMAGES = 40;

  /** Of requests for each image, from its file to the rows; more is a mistake. */
  private static final double MOST_PER_IMAGE = 15;

  private static final int GONE_SECONDS = 20;

  @TempDir static Path folder;

  private static S3Server s3;

  @BeforeAll
  static void start() throws Exception {
    Path data = Installation.data();
    s3 = new S3Server(folder);
    s3.put(data.resolve("cifar10-sample/test"), "photos");
    for (String name : List.of("20", "30")) {
      s3.put(data.resolve("weights/cifar10-resnet20.th"), "checkpoints/" + name + ".th");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (s3 != null) {
      s3.close();
    }
  }

  private static String[] over(String command, String images, String output, String... more) {
    List<String> words =
        new ArrayList<>(List.of(command, "--images", S3Server.uri(images), "--limit", "" + IMAGES));
    words.addAll(List.of("--partitions", "2", "--output", S3Server.uri(output)));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String[] through(String command, String output, String... more) {
    List<String> network =
        new ArrayList<>(
            List.of("--model", "cifar_resnet20", "--weights", S3Server.uri("checkpoints/20.th")));
    network.addAll(List.of(more));
    return over(command, "photos", output, network.toArray(String[]::new));
  }

  private static Finished curtain(String... arguments) throws Exception {
    return Installation.curtain(folder, s3.environment(), arguments);
  }

  private static long count(String files) throws Exception {
    String row =
        Rows.read(
                "SELECT count(*) AS n FROM read_parquet('%s')"
                    .formatted(s3.bucket().resolve(files)))
            .get(0);
    return Long.parseLong(row.substring(row.indexOf('=') + 1));
  }

  @Test
  void everyCommandReadsAndWritesS3() throws Exception {
    Map<String, String[]> commands = new LinkedHashMap<>();
    commands.put("ingest", over("ingest", "photos", "ingest", "--transform", "none"));
    commands.put("pullbacks", through("pullbacks", "pullbacks"));
    commands.put("ascend", through("ascend", "ascend", "--steps", "2"));
    commands.put("measures", through("measures", "measures"));
    commands.put("calibrate", through("calibrate", "calibrate"));
    commands.put(
        "stability",
        over(
            "stability",
            "photos",
            "stability",
            "--model",
            "cifar_resnet20",
            "--checkpoints",
            S3Server.uri("checkpoints")));
    commands.put("gram", through("gram", "gram", "--gate", "hard", "--block-size", "16"));
    commands.put("gram top", through("gram", "gram-top", "--gate", "hard", "--keep", "top:3"));
    commands.put(
        "kernel",
        new String[] {
          "kernel", "--input", S3Server.uri("gram"), "--output", S3Server.uri("kernel")
        });
    commands.put(
        "figures",
        new String[] {
          "figures", "--input", S3Server.uri("pullbacks"), "--output", S3Server.uri("figures")
        });
    commands.put(
        "report",
        new String[] {"report", "--input", S3Server.uri("pullbacks"), "--output", "r.html"});
    commands.put(
        "check",
        new String[] {
          "check",
          "--images",
          S3Server.uri("photos"),
          "--model",
          "cifar_resnet20",
          "--weights",
          S3Server.uri("checkpoints/20.th")
        });
    commands.put(
        "export",
        new String[] {
          "export",
          "--model",
          "cifar_resnet20",
          "--weights",
          S3Server.uri("checkpoints/20.th"),
          "--output",
          "program.pt"
        });
    for (Map.Entry<String, String[]> command : commands.entrySet()) {
      s3.traffic().counts();
      curtain(command.getValue()).expect(0);
      Map<String, Long> requests = s3.traffic().counts();
      long all = requests.values().stream().mapToLong(Long::longValue).sum();
      System.out.printf(Locale.ROOT, "%s: %d requests, %s%n", command.getKey(), all, requests);
      assertFalse(requests.containsKey("CopyObject"), command.getKey() + requests);
    }
    assertEquals(List.of(), s3.objects(".mpus", ""), "uploads are left");
    for (String output : List.of("ingest", "pullbacks", "ascend", "measures", "gram", "kernel")) {
      assertTrue(Files.exists(s3.bucket().resolve(output + "/_SUCCESS")), output);
      assertEquals(List.of(), s3.objects(output + "/_incomplete", ""), output);
    }
    assertEquals(IMAGES, count("pullbacks/pullbacks/*.parquet"));
    assertEquals(IMAGES, count("ingest/images/*.parquet"));
    assertEquals(IMAGES, count("gram/members/*.parquet"));
    assertTrue(count("measures/measures_summary/*.parquet") > 0);
    assertTrue(count("stability/gate_flips/*.parquet") > 0);
    assertTrue(count("calibrate/calibration/*.parquet") > 0);
    assertTrue(count("kernel/neighbours/*.parquet") > 0);
    assertFalse(s3.objects("figures/", ".png").isEmpty(), "no figures");
  }

  /** What a run of so many images asks for beyond one of fewer. */
  @Test
  void requestsGrowWithImagesByFewForEach() throws Exception {
    Map<Integer, Map<String, Long>> requests = new HashMap<>();
    for (int images : new int[] {IMAGES, 3 * IMAGES}) {
      String output = "grow" + images;
      List<String> arguments = new ArrayList<>(List.of(through("pullbacks", output)));
      arguments.set(arguments.indexOf("" + IMAGES), "" + images);
      s3.traffic().counts();
      curtain(arguments.toArray(String[]::new)).expect(0);
      requests.put(images, s3.traffic().counts());
      assertEquals(images, count(output + "/pullbacks/*.parquet"));
    }
    System.out.println("pullbacks of " + requests);
    long more = sum(requests.get(3 * IMAGES)) - sum(requests.get(IMAGES));
    double each = more / (2.0 * IMAGES);
    System.out.printf(Locale.ROOT, "%.2f requests for each image%n", each);
    assertTrue(each < MOST_PER_IMAGE, "requests for each image: " + each);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void aServerThatIsGoneForAWhileCostsNoRow() throws Exception {
    CompletableFuture<Finished> run = begin(through("pullbacks", "gone"));
    awaitBegun("gone");
    s3.traffic().goAway(GONE_SECONDS);
    run.get(5, TimeUnit.MINUTES).expect(0);
    assertEquals(IMAGES, count("gone/pullbacks/*.parquet"));
    assertEquals(List.of(), s3.objects(".mpus", ""), "uploads are left");
  }

  @Test
  void aKilledRunIsResumedAndAWholeOutputStaysUntilItsReplacementIsWhole() throws Exception {
    curtain(through("pullbacks", "kept")).expect(0);
    List<Path> before = s3.objects("kept/pullbacks", ".parquet");
    assertEquals(2, before.size());
    List<String> words =
        new ArrayList<>(List.of(through("pullbacks", "kept", "--overwrite", "--batch-size", "8")));
    words.set(words.indexOf("--partitions") + 1, "5");
    // parts are late: it does not come to its end
    s3.traffic()
        .let(
            (kind, number) ->
                kind.equals("UploadPart") ? S3Traffic.Fate.SLOW : S3Traffic.Fate.WELL);
    Process process = process(words.toArray(String[]::new));
    try {
      await(() -> !s3.objects("kept/_incomplete", "00000.json").isEmpty(), process);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      s3.traffic().let((kind, number) -> S3Traffic.Fate.WELL);
    }
    assertEquals(before, s3.objects("kept/pullbacks", ".parquet"));
    assertTrue(Files.exists(s3.bucket().resolve("kept/_SUCCESS")));
    assertEquals(IMAGES, count("kept/pullbacks/*.parquet"));
    assertFalse(s3.objects(".mpus", "").isEmpty(), "no upload waits");
    words.set(words.indexOf("--overwrite"), "--resume");
    curtain(words.toArray(String[]::new)).expect(0);
    assertEquals(5, s3.objects("kept/pullbacks", ".parquet").size());
    assertEquals(IMAGES, count("kept/pullbacks/*.parquet"));
    assertEquals(List.of(), s3.objects(".mpus", ""), "uploads are left");
  }

  @Test
  void executorsOfAClusterGetTheDriversCredentials() throws Exception {
    Map<String, String> variables = s3.environment();
    // of the processes that start.sh starts; what the driver has besides goes with the job
    Map<String, String> sdk = Map.of("SPARK_DIST_CLASSPATH", variables.get("SPARK_DIST_CLASSPATH"));
    try (StandaloneCluster cluster = new StandaloneCluster(folder, sdk)) {
      cluster.submit(variables, through("pullbacks", "standalone")).expect(0);
    }
    assertEquals(IMAGES, count("standalone/pullbacks/*.parquet"));
  }

  private static CompletableFuture<Finished> begin(String... arguments) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return curtain(arguments);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static Process process(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Installation.LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("killed.log").toFile());
    builder.environment().putAll(s3.environment());
    builder.environment().putAll(Installation.BRIEF);
    return builder.start();
  }

  /** Something that happens while a process runs. */
  @FunctionalInterface
  private interface Event {
    boolean happened() throws IOException;
  }

  private static void awaitBegun(String output) throws Exception {
    await(() -> !s3.objects(output + "/_incomplete", "_plan.json").isEmpty(), null);
  }

  private static void await(Event event, Process process) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!happened(event)) {
      assertTrue(
          (process == null || process.isAlive()) && System.nanoTime() < end,
          "it did not come so far");
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static boolean happened(Event event) throws IOException {
    try {
      return event.happened();
    } catch (UncheckedIOException e) {
      return false; // a file that was listed is gone by now
    }
  }
}

package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Utils;
import curtain.engine.OneDnn;
import curtain.jobs.fixtures.Jvm;
import curtain.jobs.fixtures.WeightsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tasks that Spark assigns GPUs to, of addresses that a script pretends, on two executors of four
 * cores; their libtorch is the CPU's.
 */
@Tag("cluster")
final class GpuTasksIT {
  private static final Pattern EXECUTOR =
      Pattern.compile("executor (\\d+), \\S+, GPU address (\\S+?)(?:, (\\d+) tasks at once)?\n");

  private static final Pattern TASK =
      Pattern.compile("task (\\d+) of stage 0: demo_cnn on cpu, batch size 3, fp32");

  /** That of {@link Jvm}. */
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  @TempDir Path dir;

  /** More of Java's options. */
  private List<String> options = List.of();

  /** What executors have logged. */
  private String logged;

  private Finished curtain(String gpus, String ofTask, String... arguments) throws Exception {
    String found = "{\"name\": \"gpu\", \"addresses\": [%s]}".formatted(gpus);
    Path script = Files.writeString(dir.resolve("gpus.sh"), "#!/bin/sh\necho '" + found + "'\n");
    assertTrue(script.toFile().setExecutable(true));
    String amount = Integer.toString(gpus.split(",", -1).length);
    List<String> command =
        new ArrayList<>(
            Jvm.command(
                "curtain.jobs.Main",
                "-Dspark.executor.extraClassPath=" + CLASS_PATH,
                "-Dspark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1"
                    + " -Dlog4j2.configurationFile="
                    + Installation.STANDALONE.resolve("log4j2.properties"),
                "-Dspark.hadoop.fs.file.impl=" + LocalFileSystem.class.getName(),
                "-Dspark.ui.enabled=false",
                "-Dspark.worker.resource.gpu.amount=" + amount,
                "-Dspark.worker.resource.gpu.discoveryScript=" + script,
                "-Dspark.executor.resource.gpu.amount=" + amount,
                "-Dspark.task.resource.gpu.amount=" + ofTask));
    command.addAll(1, options);
    command.addAll(List.of(arguments));
    command.addAll(List.of("--master", "local-cluster[2,4,1024]"));
    OneCluster only = OneCluster.await();
    try {
      Finished finished =
          Finished.run(
              command,
              Map.of(
                  "SPARK_HOME", Installation.SPARK_HOME.toString(),
                  "SPARK_SCALA_VERSION", "2.12",
                  "SPARK_LOCAL_IP", "127.0.0.1"),
              dir);
      logged = executorLogs();
      return finished;
    } finally {
      only.close();
    }
  }

  private static String executorLogs() throws IOException {
    Path work = Installation.SPARK_HOME.resolve("work");
    StringBuilder logs = new StringBuilder();
    if (!Files.isDirectory(work)) {
      return ""; // no executor has started
    }
    try (Stream<Path> files =
        Files.find(work, 3, (file, is) -> file.getFileName().toString().equals("stderr"))) {
      for (Path file : files.toList()) {
        logs.append(Files.readString(file));
      }
    }
    return logs.toString();
  }

  /** The folder in which DJL has unpacked the libtorch of the class path. */
  private static Path unpacked() throws IOException {
    OneDnn.available(); // starts the engine
    try (Stream<Path> folders = Files.list(Utils.getEngineCacheDir("pytorch"))) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches("\\d.*-cpu-.*"))
          .filter(folder -> Files.exists(folder.resolve("libtorch.so")))
          .max(Path::compareTo)
          .orElseThrow();
    }
  }

  /** Two GPUs an executor, each for two tasks; the libtorch is of a folder. */
  @Test
  void executorsSayWhatTheirTasksGet() throws Exception {
    String natives = unpacked().toString();
    Finished shared =
        curtain("\"0\", \"GPU-1b2c\"", "0.5", "devices", "--on-executors", "--natives", natives)
            .expect(0);
    Set<String> answers =
        EXECUTOR
            .matcher(shared.out())
            .results()
            .map(found -> found.group(1) + " " + found.group(2) + " " + found.group(3))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("0 0 2", "0 GPU-1b2c 2", "1 0 2", "1 GPU-1b2c 2"), answers, shared.out());
    assertTrue(shared.out().contains("driver, which computes nothing\n"), shared.out());
    String why = "no GPU    libtorch 2.7.1 (cpu) of " + natives + " computes on no GPU";
    assertEquals(5, shared.out().split(Pattern.quote(why), -1).length, shared.out());
    assertFalse(shared.out().contains("got no task"), shared.out());
  }

  /** The archive's is of another version, which shows that it is looked at. */
  @Test
  void executorsFindTheLibtorchOfAnArchive() throws Exception {
    Path archive = dir.resolve("libtorch.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("libtorch/lib/libtorch.so"));
      zip.putNextEntry(new ZipEntry("libtorch/build-version"));
      zip.write("2.6.0+cu126".getBytes(StandardCharsets.UTF_8));
    }
    options = List.of("-Dspark.archives=" + archive + "#natives");
    Finished told =
        curtain("\"0\"", "1", "devices", "--on-executors", "--natives", "natives/libtorch")
            .expect(1);
    assertTrue(
        told.out().contains("/natives/libtorch/lib: this libtorch is 2.6.0, and Curtain's"),
        told.out());
  }

  private String[] pullbacks(String output, String... more) throws IOException {
    Path images = Files.createDirectories(dir.resolve("images/cat"));
    for (int i = 0; i < 40; i++) {
      BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xff8040 + i);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
    }
    Path weights = WeightsFile.demoCnn(dir.resolve("net.safetensors"), 1);
    return Stream.concat(
            Stream.of(
                "pullbacks",
                "--images",
                images.getParent().toString(),
                "--model",
                "demo_cnn",
                "--weights",
                weights.toString(),
                "--targets",
                "0",
                "--batch-size",
                "3",
                "--output",
                dir.resolve(output).toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  /** One GPU an executor: two tasks at once. By cores it were eight, and fourteen shards. */
  @Test
  void gpusDecideThePlanAndNativesOfTheCpuComputeWithAWarning() throws Exception {
    Finished run = curtain("\"0\"", "1", pullbacks("out")).expect(0);
    List<String> warnings =
        run.err().lines().filter(line -> line.contains("computes on the CPU")).toList();
    assertEquals(1, warnings.size(), run.err());
    assertTrue(
        warnings.get(0).startsWith("curtain pullbacks: computes on the CPU, though there is a GPU"),
        run.err());
    String plan = Files.readString(dir.resolve("out/_provenance.json"));
    assertTrue(plan.contains("\"device\" : \"auto\""), plan);
    Set<String> tasks =
        TASK.matcher(logged).results().map(MatchResult::group).collect(Collectors.toSet());
    assertEquals(7, tasks.size(), logged); // 40 images, two batches of 3 in a shard
  }

  @Test
  void aGpuThatWasAskedForIsMissedInOneLine() throws Exception {
    Finished run = curtain("\"0\"", "1", pullbacks("out", "--device", "gpu", "--quiet")).expect(1);
    List<String> said = run.err().lines().filter(line -> line.startsWith("curtain: ")).toList();
    assertEquals(1, said.size(), run.err());
    assertTrue(
        said.get(0).startsWith("curtain: device gpu: libtorch 2.7.1 (cpu) of the class path"),
        run.err());
  }
}

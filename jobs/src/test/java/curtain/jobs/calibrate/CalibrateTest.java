package curtain.jobs.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Python;
import curtain.jobs.fixtures.Run;
import curtain.jobs.task.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calibrations, and pullbacks at temperatures in their units, against the reference; with {@code
 * -Dcurtain.full=true} also of deep networks on photos, and the run that is resumed was killed.
 */
@Tag("reference")
class CalibrateTest {
  private static DuckDb duckDb;

  /** By model, see {@link #calibrated}. */
  @TempDir static Path calibrations;

  @TempDir Path dir;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private Run run(String command, String model, Path output, String... more) {
    boolean cifar = model.startsWith("cifar");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--images",
                Shared.path(cifar ? Shared.CIFAR_IMAGES : Shared.MORE_PHOTOS).toString(),
                "--model",
                model,
                "--weights",
                weights(model).toString(),
                "--device",
                "cpu",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  /** Trained where there are any, else those that a test made. */
  private Path weights(String model) {
    return switch (model) {
      case "cifar_resnet20" -> Shared.path(Shared.CIFAR_WEIGHTS);
      case "cifar_resnet56" -> Shared.path(Shared.CIFAR_WEIGHTS_56);
      case "squeezenet1_1" -> Shared.path(Shared.SQUEEZENET_WEIGHTS);
      default -> dir.resolve(model + ".pth");
    };
  }

  private Run calibrate(String model, Path output, String... more) {
    return run("calibrate", model, output, more);
  }

  /** So many that quantiles of a channel's pre-activations are distinct. */
  private static int images(String model) {
    return model.startsWith("cifar") ? 16 : 3;
  }

  /** Of a few images; made by the first test that uses it, and changed by none. */
  private Path calibrated(String model) {
    Path output = calibrations.resolve(model);
    if (!Files.exists(output)) {
      String images = String.valueOf(images(model));
      Run run = calibrate(model, output, "--limit", images, "--batch-size", images);
      assertEquals(0, run.status(), run.err());
    }
    return output;
  }

  private static List<String> rows(Path output, String columns) throws Exception {
    return duckDb.rows(
        "select %s from '%s/calibration/*.parquet' order by layer, channel nulls first"
            .formatted(columns, output));
  }

  /** The reference's calibration of the first images; see calibration.py for what is more. */
  private List<String> reference(String model, int limit, Path quantiles, List<String> more)
      throws Exception {
    boolean cifar = model.startsWith("cifar");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Shared.real("reference/oracle.py").toString(),
                model,
                weights(model).toString(),
                Shared.path(cifar ? Shared.CIFAR_IMAGES : Shared.MORE_PHOTOS).toString(),
                cifar ? "32" : "224",
                String.valueOf(limit),
                quantiles.toString()));
    arguments.addAll(more);
    return Python.run(dir, "calibration.py", arguments.toArray(String[]::new));
  }

  /** The calibration, and pullbacks at it, of several factors at once and of a single one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cifar_resnet20 | 19 | layer-std:0.3 channel-std:0.5,0.3",
        "squeezenet1_1  | 26 | layer-std:0.5 channel-std:0.3",
      })
  void agreesWithTheReference(String model, int layers, String scales) throws Exception {
    Shared.python();
    Path output = calibrated(model);
    // of channels the quantiles, of layers also the histograms' edges and what lies below them
    Path quantiles = dir.resolve("quantiles");
    List<String> ranks =
        new ArrayList<>(
            rows(
                output,
                "layer || ' ' || coalesce(channel, -1) || ' ' || array_to_string(quantiles, ' ')"));
    ranks.removeIf(row -> row.contains(" -1 "));
    List<String> histograms =
        duckDb.rows(
            ("select layer || ' -1 ' || array_to_string(list_concat(quantiles, edges), ' ') || ' '"
                    + " || array_to_string(list_concat([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99],"
                    + " list_transform(range(len(edges)), i -> 0.001 +"
                    + " coalesce(list_sum(shares[1:i]), 0))), ' ')"
                    + " from '%1$s/calibration/*.parquet' join '%1$s/histograms/*.parquet' using"
                    + " (layer, name) where channel is null and len(shares) = 80 and len(edges) ="
                    + " 81 and list_min(shares) >= 0 and abs(list_sum(shares) - 0.998) < 1e-9 and"
                    + " list_sort(edges) = edges")
                .formatted(output));
    assertEquals(layers, histograms.size());
    ranks.addAll(histograms);
    Files.write(quantiles, ranks);
    List<Pulled> pulled = pull(model, output, scales, 2);
    List<String> expected = reference(model, images(model), quantiles, asked(pulled, 2));
    List<String> actual =
        rows(output, "layer, coalesce(channel, -1), count, mean, std, len(quantiles), name");
    assertEquals(expected.size(), actual.size());
    double worst = 0;
    double rank = 0;
    double layerStd = 0;
    int whole = 0;
    for (int i = 0; i < actual.size(); i++) {
      String[] e = expected.get(i).split(" ");
      String[] a = actual.get(i).split("\\|", -1);
      assertEquals(List.of(e).subList(0, 3), List.of(a).subList(0, 3));
      assertEquals("7", a[5]);
      if (a[1].equals("-1")) {
        layerStd = Double.parseDouble(e[4]);
        whole++;
      }
      for (int column : new int[] {3, 4}) {
        worst =
            Math.max(
                worst,
                Math.abs(Double.parseDouble(e[column]) - Double.parseDouble(a[column])) / layerStd);
      }
      rank = Math.max(rank, Double.parseDouble(e[5]));
    }
    System.out.printf(
        "%s: mean and std within %.2e of the layer's std, ranks within %.5f%n", model, worst, rank);
    assertEquals(layers, whole);
    assertTrue(worst <= 1e-5, model + ": " + worst);
    assertTrue(rank <= 0.005, model + ": " + rank);
    for (Pulled each : pulled) {
      assertAgrees(model, each, 2);
    }
  }

  @Test
  void partitionsChangeNothing() throws Exception {
    String[] partitions = {"1", "3", "7", "3"};
    List<Map<String, double[]>> all = new ArrayList<>();
    for (int i = 0; i < partitions.length; i++) {
      Path output = dir.resolve("out" + i);
      Run run =
          calibrate(
              "cifar_resnet20",
              output,
              "--limit",
              "14",
              "--batch-size",
              i == 2 ? "3" : "2",
              "--partitions",
              partitions[i]);
      assertEquals(0, run.status(), run.err());
      Map<String, double[]> found = new HashMap<>();
      for (String row : rows(output, "layer || ':' || coalesce(channel, -1), mean, std")) {
        String[] parts = row.split("\\|", -1);
        found.put(
            parts[0], new double[] {Double.parseDouble(parts[1]), Double.parseDouble(parts[2])});
      }
      all.add(found);
      assertEquals(
          List.of("19|0|0"),
          duckDb.rows(
              ("select count(*) filter (channel is null), (select count(*) from"
                      + " '%1$s/errors/*.parquet'), count(*) filter (list_sort(quantiles) <>"
                      + " quantiles) from '%1$s/calibration/*.parquet'")
                  .formatted(output)));
    }
    for (Map.Entry<String, double[]> row : all.get(0).entrySet()) {
      for (Map<String, double[]> other : all) {
        double[] own = other.get(row.getKey());
        double unit = Math.max(Math.abs(row.getValue()[0]), row.getValue()[1]);
        assertEquals(row.getValue()[0], own[0], 1e-9 * unit, "mean of " + row.getKey());
        assertEquals(row.getValue()[1], own[1], 1e-9 * row.getValue()[1], "std of " + row.getKey());
      }
    }
    assertEquals(rows(dir.resolve("out1"), "*"), rows(dir.resolve("out3"), "*"));
  }

  @Test
  void errorsAreRowsAndAStoppedRunIsResumed() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images/cat"));
    try (var some = Files.list(Shared.path(Shared.CIFAR_IMAGES).resolve("cat"))) {
      for (Path image : some.sorted().limit(9).toList()) {
        Files.copy(image, images.resolve(image.getFileName().toString()));
      }
    }
    Path odd = Files.writeString(images.resolve("00000.png"), "no image");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "calibrate",
                "--images",
                images.getParent().toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--partitions",
                "3",
                "--batch-size",
                "2",
                "--device",
                "cpu",
                "--output",
                dir.resolve("out").toString(),
                "--max-errors",
                "0"));
    Run stopped = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(1, stopped.status());
    assertTrue(stopped.err().contains("more than --max-errors 0 allows"), stopped.err());
    arguments.set(arguments.size() - 1, "1");
    arguments.add("--resume");
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("9 of 10 images are in "), run.err());
    assertEquals(
        List.of("cat/" + odd.getFileName()),
        duckDb.rows("select image_id from '" + dir.resolve("out") + "/errors/*.parquet'"));
    assertEquals(
        List.of("9216"), rows(dir.resolve("out"), "count").subList(1, 2), "9 images, 32 x 32");
    JsonNode made = new ObjectMapper().readTree(dir.resolve("out/_provenance.json").toFile());
    assertEquals("calibrate", made.path("command").asText());
    assertEquals(19 + 16 * 7 + 32 * 6 + 64 * 6, made.path("rows").path("calibration").asInt());
    assertEquals(
        Sha256.of(Shared.path(Shared.CIFAR_WEIGHTS)),
        made.path("settings").path("weights_sha256").asText());
    arguments.addAll(List.of("--mean", "0.5,0.5,0.5"));
    Run refused = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("--resume: "), refused.err());
  }

  /** Means are summed shard by shard, so that an interrupted run has the same bits. */
  @Test
  void aStoppedRunIsResumedToTheSameRows() throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "calibrate",
                "--images",
                Shared.path(Shared.CIFAR_IMAGES).toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--limit",
                "12",
                "--partitions",
                "6",
                "--batch-size",
                "2",
                "--device",
                "cpu",
                "--threads",
                "1",
                "--quiet",
                "--output",
                dir.resolve("out").toString()));
    KilledRun.stopped(arguments, dir.resolve("log"), dir.resolve("out"), "_shards", 2);
    assertFalse(Files.exists(dir.resolve("out/_SUCCESS")), "it was too fast to be killed");
    int done = KilledRun.files(KilledRun.begun(dir.resolve("out"), "_shards"), ".json").size();
    assertTrue(done >= 2 && done < 6, done + " of 6 shards");
    arguments.add("--resume");
    Run resumed = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, resumed.status(), resumed.err());
    arguments.remove("--resume");
    arguments.set(arguments.size() - 1, dir.resolve("whole").toString());
    assertEquals(0, Run.curtain(arguments.toArray(String[]::new)).status());
    assertEquals(rows(dir.resolve("whole"), "*"), rows(dir.resolve("out"), "*"));
    String histograms = "select * from '%s/histograms/*.parquet' order by layer";
    List<String> drawn = duckDb.rows(histograms.formatted(dir.resolve("whole")));
    assertEquals(19, drawn.size());
    assertEquals(drawn, duckDb.rows(histograms.formatted(dir.resolve("out"))));
    assertEquals(
        List.of("12288"), rows(dir.resolve("out"), "count").subList(1, 2), "12 images, 32 x 32");
  }

  /**
   * A deep network; with -Dcurtain.full=true also two on photos, that nobody trained, each in both
   * units.
   */
  @ParameterizedTest
  @MethodSource("deepNetworks")
  void calibratedPullbacksOfDeepNetworksAgree(String model, String unit) throws Exception {
    Shared.python();
    if (!model.startsWith("cifar")) {
      Python.weights(dir, model, Shared.path(Shared.MORE_PHOTOS), 4);
    }
    Path calibration = dir.resolve("calibration");
    assertEquals(0, calibrate(model, calibration, "--limit", "1", "--batch-size", "1").status());
    List<Pulled> pulled = pull(model, calibration, unit + ":0.3", 1);
    Path none = Files.writeString(dir.resolve("quantiles"), "");
    reference(model, 1, none, asked(pulled, 1));
    assertAgrees(model, pulled.get(0), 1);
  }

  private static List<Arguments> deepNetworks() {
    List<Arguments> all =
        List.of(
            Arguments.of("cifar_resnet56", "layer-std"),
            Arguments.of("resnet50", "layer-std"),
            Arguments.of("densenet121", "channel-std"),
            Arguments.of("resnet50", "channel-std"),
            Arguments.of("densenet121", "layer-std"));
    return Shared.full() ? all : all.subList(0, 1);
  }

  /**
   * Pullbacks at a temperature.
   *
   * @param rows output of the command
   * @param expected file for the reference's
   */
  private record Pulled(String unit, String factor, Path rows, Path expected) {}

  /** Takes pullbacks of the first images at each unit and its factors. */
  private List<Pulled> pull(String model, Path calibration, String scales, int images)
      throws Exception {
    List<Pulled> pulled = new ArrayList<>();
    for (String scale : scales.split(" ", -1)) {
      String unit = scale.split(":", -1)[0];
      String factors = scale.split(":", -1)[1];
      Path output = dir.resolve(unit);
      Run run =
          run(
              "pullbacks",
              model,
              output,
              "--limit",
              "" + images,
              "--batch-size",
              "" + images,
              "--targets",
              "7",
              "--calibration",
              calibration.toString(),
              "--temperature-unit",
              unit,
              "--temperature",
              factors);
      assertEquals(0, run.status(), run.err());
      JsonNode settings =
          new ObjectMapper().readTree(output.resolve("_provenance.json").toFile()).path("settings");
      assertEquals(unit, settings.path("temperature-unit").asText());
      assertEquals(factors, settings.path("temperature").asText());
      assertEquals(64, settings.path("calibration_sha256").asText().length());
      for (String factor : factors.split(",", -1)) {
        pulled.add(new Pulled(unit, factor, output, dir.resolve(unit + factor)));
      }
    }
    return pulled;
  }

  /** The arguments for which the reference writes these pullbacks. */
  private static List<String> asked(List<Pulled> pulled, int images) {
    List<String> asked = new ArrayList<>(List.of("" + images));
    for (Pulled each : pulled) {
      asked.addAll(List.of(each.unit(), each.factor(), "7", each.expected().toString()));
    }
    return asked;
  }

  private static void assertAgrees(String model, Pulled pulled, int images) throws Exception {
    DoubleBuffer expected =
        ByteBuffer.wrap(Files.readAllBytes(pulled.expected()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asDoubleBuffer();
    List<String> rows =
        duckDb.rows(
            ("select temperature_unit, gate, array_to_string(pullback, ' ') from"
                    + " '%s/pullbacks/*.parquet' where temperature = %s order by ordinal")
                .formatted(pulled.rows(), pulled.factor()));
    assertEquals(images, rows.size());
    for (String row : rows) {
      String[] parts = row.split("\\|", -1);
      assertEquals(pulled.unit() + "|sigmoid", parts[0] + "|" + parts[1]);
      double error = error(parts[2].split(" ", -1), expected);
      String what = model + ", T = " + pulled.factor() + " " + pulled.unit();
      System.out.printf("%s: error %.2e%n", what, error);
      assertTrue(error <= 1e-4, what + ": " + error);
    }
  }

  /** The first step of a walk at calibrated temperatures is along the pullback at them. */
  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, channel-std",
    "cifar_resnet20, channel-std",
    "cifar_resnet20, layer-std"
  })
  void aStepOfAWalkIsAlongThePullback(String model, String unit) throws Exception {
    Path calibration = calibrated(model);
    String[] same = {
      "--limit",
      "2",
      "--batch-size",
      "2",
      "--calibration",
      calibration.toString(),
      "--temperature-unit",
      unit,
      "--temperature",
      "0.5,0.1"
    };
    Path pulled = dir.resolve("pulled");
    assertEquals(0, run("pullbacks", model, pulled, same).status());
    Path walked = dir.resolve("walked");
    List<String> walk = new ArrayList<>(List.of(same));
    // a step that the box does not cut short for all pixels, in a ball beyond it
    walk.addAll(List.of("--steps", "1", "--alpha", "2", "--eps", "50", "--keep-steps"));
    Run run = run("ascend", model, walked, walk.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    List<String> steps =
        duckDb.rows(
            ("select o.temperature, o.temperature_unit, array_to_string(o.image, ' '),"
                    + " array_to_string(e.image, ' '), array_to_string(p.pullback, ' ') from"
                    + " '%1$s/ascents/*.parquet' o join '%1$s/ascents/*.parquet' e using (ordinal,"
                    + " target, temperature) join '%2$s/pullbacks/*.parquet' p using (ordinal,"
                    + " target, temperature) where o.step = 0 and e.step = 1 and e.logits[1] ="
                    + " p.logit and e.temperature_unit = p.temperature_unit order by ordinal")
                .formatted(walked, pulled));
    assertEquals(4, steps.size());
    for (String step : steps) {
      String[] parts = step.split("\\|", -1);
      assertEquals(unit, parts[1]);
      double[] x = values(parts[2]);
      double[] y = values(parts[3]);
      double[] v = values(parts[4]);
      double norm = Math.sqrt(Arrays.stream(v).map(each -> each * each).sum());
      double error = 0;
      for (int i = 0; i < x.length; i++) {
        error += Math.pow(y[i] - Math.max(-1, Math.min(1, x[i] + 2 * v[i] / norm)), 2);
      }
      System.out.printf(
          "%s, T = %s %s: a step within %.1e%n", model, parts[0], unit, Math.sqrt(error));
      assertTrue(Math.sqrt(error) <= 5e-5, model + ": " + Math.sqrt(error));
    }
    JsonNode settings =
        new ObjectMapper().readTree(walked.resolve("_provenance.json").toFile()).path("settings");
    assertEquals(unit, settings.path("temperature-unit").asText());
    assertEquals(64, settings.path("calibration_sha256").asText().length());
  }

  private static double[] values(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** |actual - expected| / |expected|, in the Euclidean norm. */
  private static double error(String[] actual, DoubleBuffer expected) {
    double difference = 0;
    double norm = 0;
    for (String value : actual) {
      double e = expected.get();
      difference += Math.pow(Double.parseDouble(value) - e, 2);
      norm += e * e;
    }
    return Math.sqrt(difference / norm);
  }

  @Test
  void otherCalibrationsAreRefused() throws Exception {
    Path calibration = copy(calibrated("cifar_resnet20"), dir.resolve("calibration"));
    String[] use = {"--calibration", calibration.toString(), "--temperature-unit", "layer-std"};
    refused(2, "--temperature-unit layer-std needs --calibration", use[2], use[3]);
    refused(2, "--calibration has no effect with --temperature-unit absolute", use[0], use[1]);
    refused(
        1,
        "is another network's: its mean is 0.485,0.456,0.406, here it is 0.5,0.5,0.5",
        use[0],
        use[1],
        use[2],
        use[3],
        "--mean",
        "0.5,0.5,0.5");
    refused(
        1, "--calibration " + dir + "/none does not exist", use[0], dir + "/none", use[2], use[3]);
    String[] over = {use[0], use[1], use[2], use[3], "--overwrite"};
    Run around = run("pullbacks", "cifar_resnet20", calibration, over);
    assertEquals(1, around.status());
    assertTrue(
        around.err().contains("--output %1$s holds --calibration %1$s".formatted(calibration)),
        around.err());
    Run other = run("pullbacks", "squeezenet1_1", dir.resolve("out"), use);
    assertEquals(1, other.status());
    assertTrue(
        other.err().contains("its model is cifar_resnet20, here it is squeezenet1_1"), other.err());
    // the same provenance above other rows
    Path made = calibration.resolve("_provenance.json");
    String text = Files.readString(made);
    Path squeezenet = copy(calibrated("squeezenet1_1"), dir.resolve("squeezenet"));
    rewrite(squeezenet.resolve("_provenance.json"), text);
    refused(1, "has other layers or channels", use[0], squeezenet.toString(), use[2], use[3]);
    rewrite(made, text.replaceAll("(weights_sha256\"\\s*:\\s*\")..", "$1zz"));
    refused(1, "is another network's: its weights_sha256 is zz", use);
  }

  private static Path copy(Path from, Path to) throws Exception {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** Without the checksum that Hadoop keeps beside it. */
  private static void rewrite(Path file, String text) throws Exception {
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.writeString(file, text);
  }

  private void refused(int status, String message, String... more) {
    Run run = run("pullbacks", "cifar_resnet20", dir.resolve("out"), more);
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }
}

package curtain.jobs.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.WeightsFile;
import curtain.jobs.task.Sha256;
import curtain.weights.StateDictFile;
import curtain.weights.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The command from files to tables; with {@code -Dcurtain.full=true} the run that is resumed was
 * killed.
 */
@Tag("engine")
class AscendTest {
  private static final String COLUMNS =
      "struct<image_id:string,ordinal:bigint,label:int,target:int,neuron:string,direction:string,"
          + "gate:string,temperature:double,temperature_unit:string,logits:array<float>,"
          + "shape:array<int>,image:array<float>,difference:array<float>,step:int>";
  private static DuckDb duckDb;

  @TempDir Path dir;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static List<String> arguments(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ascend",
                "--images",
                Shared.path(Shared.CIFAR_IMAGES).toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  /** Runs; an option that is given replaces the usual one. */
  private static Run cifar(Path output, String... more) {
    List<String> arguments = arguments(output);
    for (int i = 0; i < more.length; i++) {
      int at = arguments.indexOf(more[i]);
      if (more[i].startsWith("--") && at >= 0) {
        arguments.set(at + 1, more[++i]);
      } else {
        arguments.add(more[i]);
      }
    }
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static List<String> rows(Path output, String select) throws Exception {
    return duckDb.rows(select.replace("ascents", "'" + output + "/ascents/*.parquet'"));
  }

  @Test
  void theLastPointOfEachWalk() throws Exception {
    Path output = dir.resolve("out");
    Run run = cifar(output, "--limit", "3", "--targets", "top:2", "--batch-size", "6");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("3 of 3 images are in " + output + " ("), run.err());
    assertEquals(
        List.of("6|3|10|sigmoid|0.3|absolute|pullback"),
        rows(
            output,
            "select count(*), count(distinct image_id), min(step), any_value(gate),"
                + " any_value(temperature), any_value(temperature_unit), any_value(direction)"
                + " from ascents where step = 10 and neuron is null and label = 0"
                + " and len(logits) = 11 and shape = [3, 32, 32]"
                + " and len(image) = 3072 and len(difference) = 3072"
                + " and list_max(image) <= 1 and list_min(image) >= -1"
                + " and sqrt(list_dot_product(difference::double[], difference::double[]))"
                + " between 20 and 100.0001 and logits[11] > logits[1]"));
    assertEquals(
        List.of("0"), duckDb.rows("select count(*) from '" + output + "/errors/*.parquet'"));
    // the walk begins at the image's own logit, as pullbacks has it
    Path pulled = dir.resolve("pulled");
    List<String> arguments =
        arguments(pulled, "--limit", "3", "--targets", "top:2", "--batch-size", "3", "--quiet");
    arguments.set(0, "pullbacks");
    assertEquals(0, Run.curtain(arguments.toArray(String[]::new)).status());
    assertEquals(
        List.of("6|0.0"),
        duckDb.rows(
            ("select count(*), max(abs(logits[1] - logit)) from '%s/ascents/*.parquet' join"
                    + " '%s/pullbacks/*.parquet' using (image_id, ordinal, target)")
                .formatted(output, pulled)));
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      assertEquals(COLUMNS, spark.read().parquet(output + "/ascents").schema().catalogString());
      assertEquals(6, spark.read().parquet(output + "/ascents").collectAsList().size());
    }
    JsonNode made = new ObjectMapper().readTree(output.resolve("_provenance.json").toFile());
    assertEquals("ascend", made.path("command").asText());
    assertEquals("fp32", made.path("precision").asText());
    assertEquals(3, made.path("results").asInt());
    assertEquals(6, made.path("rows").path("ascents").asInt());
    JsonNode settings = made.path("settings");
    Map.of(
            "model", "cifar_resnet20",
            "weights_sha256", Sha256.of(Shared.path(Shared.CIFAR_WEIGHTS)),
            "gate", "sigmoid",
            "temperature", "0.3",
            "targets", "top:2",
            "direction", "pullback",
            "steps", "10",
            "alpha", "20.0",
            "eps", "100.0",
            "keep-steps", "false")
        .forEach((name, value) -> assertEquals(value, settings.path(name).asText(), name));
  }

  @Test
  void everyStepInBothDirections() throws Exception {
    Path output = dir.resolve("out");
    String[] walk = {
      "--limit",
      "3",
      "--batch-size",
      "6",
      "--targets",
      "dog,0",
      "--steps",
      "4",
      "--alpha",
      "2",
      "--eps"
    };
    assertEquals(
        0,
        cifar(output, with(walk, "5", "--direction", "both", "--keep-steps", "--quiet")).status());
    List<String> order =
        rows(output, "select ordinal, target, direction, gate, temperature, step from ascents");
    List<String> expected = new ArrayList<>();
    for (int image = 0; image < 3; image++) {
      for (String target : List.of("5", "0")) {
        for (String way : List.of("pullback|sigmoid|0.3", "gradient|hard|null")) {
          for (int step = 0; step <= 4; step++) {
            expected.add(image + "|" + target + "|" + way + "|" + step);
          }
        }
      }
    }
    assertEquals(expected, order);
    // steps of at most alpha, in the ball and the box; differences are from the original
    assertEquals(
        List.of("60|true|true|true|true|true"),
        rows(
            output,
            "select count(*), bool_and(list_distance(image, previous) <= 2.0001 or step = 0),"
                + " bool_and(list_distance(image, original) <= 5.0001),"
                + " bool_and(abs(list_distance(image, original)"
                + " - sqrt(list_dot_product(difference, difference))) < 1e-4),"
                + " bool_and(list_max(image) <= 1 and list_min(image) >= -1),"
                + " bool_and(len(list_distinct(walk)) = 1)"
                + " from (select *, lag(image, 1, image) over w as previous,"
                + " first_value(image) over w as original,"
                + " list(logits) over (partition by ordinal, target, direction) as walk"
                + " from ascents window w as (partition by ordinal, target, direction"
                + " order by step))"));
    // the same without --keep-steps, and along one direction alone
    Path last = dir.resolve("last");
    assertEquals(0, cifar(last, with(walk, "5", "--direction", "both", "--quiet")).status());
    String select = "select * from ascents";
    assertEquals(rows(output, select + " where step = 4"), rows(last, select));
    Path gradient = dir.resolve("gradient");
    assertEquals(0, cifar(gradient, with(walk, "5", "--direction", "gradient")).status());
    assertEquals(rows(last, select + " where direction = 'gradient'"), rows(gradient, select));
  }

  /** A walk at each temperature, as by itself; the gradient has none. */
  @Test
  void aWalkForEachTemperature() throws Exception {
    String[] walk = {
      "--limit", "2", "--batch-size", "2", "--steps", "2", "--quiet", "--temperature"
    };
    Path all = dir.resolve("all");
    assertEquals(0, cifar(all, with(walk, "3,0.3", "--direction", "both")).status());
    List<String> expected = new ArrayList<>();
    for (int image = 0; image < 2; image++) {
      for (String way :
          List.of("pullback|3.0|absolute", "pullback|0.3|absolute", "gradient|null|null")) {
        expected.add(image + "|" + way);
      }
    }
    assertEquals(
        expected,
        rows(all, "select ordinal, direction, temperature, temperature_unit from ascents"));
    String select = "select * from ascents";
    for (String temperature : List.of("3", "0.3")) {
      Path one = dir.resolve("t" + temperature);
      assertEquals(0, cifar(one, with(walk, temperature)).status());
      assertEquals(rows(all, select + " where temperature = " + temperature), rows(one, select));
    }
    assertEquals(
        List.of("true"),
        rows(all, "select count(distinct md5(image::varchar)) = 6 from ascents"),
        "temperatures matter");
    JsonNode settings =
        new ObjectMapper().readTree(all.resolve("_provenance.json").toFile()).path("settings");
    assertEquals("3.0,0.3", settings.path("temperature").asText());
    assertEquals("absolute", settings.path("temperature-unit").asText());
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void theSameRowsFromAnyNumberOfPartitions() throws Exception {
    String[] walk = {"--limit", "5", "--targets", "top:3", "--steps", "3", "--batch-size", "2"};
    Path one = dir.resolve("one");
    assertEquals(0, cifar(one, with(walk, "--partitions", "1", "--quiet")).status());
    Path three = dir.resolve("three");
    assertEquals(0, cifar(three, with(walk, "--partitions", "3", "--master", "local[2]")).status());
    String select = "select * from ascents order by ordinal, target";
    assertEquals(15, rows(one, select).size());
    assertEquals(rows(one, select), rows(three, select));
  }

  /** Without weights in the last map every direction is zero: the image stays as it is. */
  @Test
  void zeroDirectionsRepeatTheImage() throws Exception {
    Path weights = weights(0);
    Path output = dir.resolve("out");
    Run run =
        cifar(
            output,
            "--limit",
            "2",
            "--batch-size",
            "2",
            "--targets",
            "3",
            "--weights",
            weights.toString(),
            "--direction",
            "both",
            "--keep-steps");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("44|2|true|true"),
        rows(
            output,
            "select count(*), count(distinct md5(image::varchar)),"
                + " bool_and(list_max(difference) = 0 and list_min(difference) = 0),"
                + " bool_and(len(list_distinct(logits)) = 1) from ascents"));
  }

  @Test
  void whatIsNotFiniteIsAnError() throws Exception {
    Path output = dir.resolve("out");
    String weights = weights(Float.MAX_VALUE).toString();
    String[] two = {"--limit", "2", "--batch-size", "2", "--targets", "3"};
    Run run = cifar(output, with(two, "--weights", weights));
    assertEquals(1, run.status(), run.err());
    assertTrue(
        run.err().contains("none of the 2 images could be used, most often: the"), run.err());
    assertEquals(
        List.of("0|the network's logit, pullback or gradient is not finite"),
        duckDb.rows(
            "select ordinal, reason from '" + output + "/errors/*.parquet' where ordinal = 0"));
    assertEquals(List.of("0"), rows(output, "select count(*) from ascents"));
  }

  /** The trained weights, those of the last map all alike. */
  private Path weights(float value) throws Exception {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(StateDictFile.read(Shared.path(Shared.CIFAR_WEIGHTS)).tensors());
    float[] values = new float[tensors.get("linear.weight").values().length];
    Arrays.fill(values, value);
    tensors.put("linear.weight", Tensor.of(tensors.get("linear.weight").shape(), values));
    return WeightsFile.write(dir.resolve("constant.safetensors"), tensors);
  }

  /** A run that stopped at an error keeps what it has, and goes on from there. */
  @Test
  void aStoppedRunIsResumedAndOtherSettingsAreRefused() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images/cat"));
    try (Stream<Path> some = Files.list(Shared.path(Shared.CIFAR_IMAGES).resolve("cat"))) {
      for (Path image : some.sorted().limit(7).toList()) {
        Files.copy(image, images.resolve(image.getFileName().toString()));
      }
    }
    Files.writeString(images.resolve("zz.png"), "no image");
    String[] cut = {
      "--images",
      images.toString(),
      "--steps",
      "2",
      "--partitions",
      "4",
      "--batch-size",
      "2",
      "--threads",
      "1",
      "--quiet"
    };
    Path output = dir.resolve("out");
    Run stopped = cifar(output, with(cut, "--max-errors", "0"));
    assertEquals(1, stopped.status());
    Map<Path, FileTime> before = files(KilledRun.begun(output, "ascents"));
    assertFalse(before.isEmpty(), stopped.err());
    assertFalse(Files.exists(output.resolve("_SUCCESS")));

    Run refused = cifar(output, with(cut, "--resume", "--alpha", "3", "--direction", "both"));
    assertEquals(1, refused.status());
    assertTrue(
        refused
            .err()
            .contains("--direction was pullback, is both; --alpha was 20.0, is 3.0; give the same"),
        refused.err());
    assertTrue(cifar(output, cut).err().contains("--resume"), "it exists");

    Run resumed = cifar(output, with(cut, "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Map<Path, FileTime> after = files(output.resolve("ascents"));
    before.forEach((file, time) -> assertEquals(time, after.get(file), file + " was kept"));
    Path whole = dir.resolve("whole");
    assertEquals(0, cifar(whole, cut).status());
    String select = "select * from ascents order by ordinal";
    assertEquals(7, rows(output, select).size());
    assertEquals(rows(whole, select), rows(output, select));
  }

  @Test
  void aCancelledRunIsResumedToTheSameRows() throws Exception {
    String[] cut = {
      "--limit",
      "12",
      "--steps",
      "3",
      "--partitions",
      "6",
      "--batch-size",
      "2",
      "--direction",
      "both",
      "--threads",
      "1",
      "--quiet"
    };
    Path output = dir.resolve("out");
    KilledRun.stopped(arguments(output, cut), dir.resolve("log"), output, "_shards", 2);
    assertFalse(Files.exists(output.resolve("_SUCCESS")), "it was too fast to be killed");
    int done = KilledRun.files(KilledRun.begun(output, "_shards"), ".json").size();
    assertTrue(done >= 2 && done < 6, done + " of 6 shards");
    Map<Path, FileTime> before = files(KilledRun.begun(output, "ascents"));
    Run resumed = cifar(output, with(cut, "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Map<Path, FileTime> after = files(output.resolve("ascents"));
    long kept =
        before.entrySet().stream().filter(f -> f.getValue().equals(after.get(f.getKey()))).count();
    assertTrue(kept >= done, kept + " files of " + done + " shards were kept");
    Path whole = dir.resolve("whole");
    assertEquals(0, cifar(whole, cut).status());
    String select = "select * from ascents order by ordinal, direction";
    assertEquals(24, rows(output, select).size());
    assertEquals(rows(whole, select), rows(output, select));
  }

  private static Map<Path, FileTime> files(Path directory) throws Exception {
    Map<Path, FileTime> found = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        found.put(Path.of(KilledRun.named(file)), Files.getLastModifiedTime(file));
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--targets dgo | 2 | --targets: target dgo is no index, directory or name of the class list; nearest: dog (",
        "--steps 0 | 2 | Invalid value for option '--steps': '0' is no whole number from 1 to 65536",
        "--eps 0 | 2 | Invalid value for option '--eps': '0' is no number above 0",
        "--alpha -20 | 2 | Invalid value for option '--alpha': '-20' is no number above 0",
        "--model cifar_resnet32 | 1 | 60 missing (layer1.3.conv1.weight, layer1.3.bn1.weight, layer1.3.bn1.bias, ...); these are the weights of cifar_resnet20 (",
        "--images nowhere | 1 | --images nowhere does not exist",
        "--temperature 0.3,0.3 | 2 | --temperature names one of [0.3, 0.3] twice",
        "--temperature-unit layer-std | 2 | --temperature-unit layer-std needs --calibration, an output of curtain calibrate",
        "--calibration nowhere | 2 | --calibration has no effect with --temperature-unit absolute; give layer-std or channel-std",
        "--calibration nowhere --temperature-unit layer-std --direction gradient | 2 | --calibration has no effect with --direction gradient, which has no temperature",
        "--direction gradient --temperature 0.3 | 2 | --temperature has no effect with --direction gradient, which has no temperature, and hard gates and pools; leave it out, or give --direction both",
        "--direction gradient --temperature-unit layer-std | 2 | --temperature-unit has no effect with --direction gradient,",
        "--direction gradient --gate sigmoid | 2 | --gate has no effect with --direction gradient,",
        "--direction gradient --pool hard | 2 | --pool has no effect with --direction gradient,",
        "--direction gradient --compat authors | 2 | --compat has no effect with --direction gradient,",
        "--keep-steps --steps 16383 | 2 | --keep-steps: a target's walks give 16,384 images; at once a task's memory holds 16,383 here: give fewer --steps, or temperatures to another run",
        "--calibration nowhere --temperature-unit layer-std | 1 | --calibration nowhere does not exist",
      })
  void refusedBeforeTheOutputIsTouched(String more, int status, String message) {
    Path output = dir.resolve("out");
    Run run = cifar(output, more.strip().split(" "));
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void helpNamesEveryOption() {
    Run help = Run.curtain("ascend", "--help");
    assertEquals(0, help.status());
    for (String option :
        List.of(
            "--alpha",
            "--eps",
            "--steps",
            "--direction",
            "--keep-steps",
            "--targets",
            "--temperature=T[,T...]",
            "--temperature-unit",
            "--calibration",
            "pairs of image and target")) {
      assertTrue(help.out().contains(option), option);
    }
  }
}

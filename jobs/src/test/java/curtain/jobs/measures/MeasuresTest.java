package curtain.jobs.measures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Run;
import curtain.measures.Gini;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The command from files to tables; what measures are is tested where they are computed. With
 * {@code -Dcurtain.full=true} on more images, with more gates, and the run that is resumed was
 * killed.
 */
@Tag("engine")
class MeasuresTest {
  private static final String COLUMNS =
      "struct<image_id:string,ordinal:bigint,label:int,target:int,direction:string,gate:string,"
          + "temperature:double,temperature_unit:string,pool:string,measure:string,value:double>";
  private static final String SUMMARY =
      "struct<direction:string,gate:string,temperature:double,temperature_unit:string,pool:string,"
          + "measure:string,images:bigint,mean:double,standard_error:double,difference:double,"
          + "difference_low:double,difference_high:double>";
  private static final String[] ONE = {"--limit", "1", "--batch-size", "4", "--quiet"};
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
                "measures",
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
    for (int i = 0; i < more.length; i++) {
      int at = arguments.indexOf(more[i]);
      if (more[i].startsWith("--") && at >= 0) {
        arguments.set(at + 1, more[++i]);
      } else {
        arguments.add(more[i]);
      }
    }
    return arguments;
  }

  /** Runs; an option that is given replaces the usual one. */
  private static Run cifar(Path output, String... more) {
    return Run.curtain(arguments(output, more).toArray(String[]::new));
  }

  private static List<String> rows(Path output, String select) throws Exception {
    return duckDb.rows(
        select
            .replace("@summary", "'" + output + "/measures_summary/*.parquet'")
            .replace("@measures", "'" + output + "/measures/*.parquet'"));
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void rowsOfEveryTargetDirectionAndMeasure() throws Exception {
    Path output = dir.resolve("out");
    String[] what = {"--limit", "3", "--targets", "top:2", "--temperature", "0.3,1"};
    Run run = cifar(output, with(what, "--measures", "sparsity,noise_stability"));
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err()
            .contains(
                "curtain measures: 2 measures of 3 directions; at most 6 passes for an image and a"
                    + " target, 5 of them with a backward pass; 3 images"),
        run.err());
    assertTrue(run.err().contains("3 of 3 images are in " + output + " ("), run.err());
    List<String> expected = new ArrayList<>();
    for (int image = 0; image < 3; image++) {
      for (int target = 0; target < 2; target++) {
        for (String direction :
            List.of(
                "pullback|sigmoid|0.3|absolute|softmax",
                "pullback|sigmoid|1.0|absolute|softmax",
                "gradient|hard|null|null|hard")) {
          for (String measure : List.of("noise_stability", "sparsity")) {
            expected.add(image + "|0|" + direction + "|" + measure + "|true");
          }
        }
      }
    }
    assertEquals(
        expected,
        rows(
            output,
            "select ordinal, label, direction, gate, temperature, temperature_unit, pool, measure,"
                + " value > 0 and value < 1 from @measures"));
    // every value is that of its row's direction
    Path pulled = dir.resolve("pulled");
    List<String> pull = arguments(pulled, with(what, "--with-gradient", "--quiet"));
    pull.set(0, "pullbacks");
    assertEquals(0, Run.curtain(pull.toArray(String[]::new)).status());
    List<String> directions =
        duckDb.rows(
            ("select ordinal, target, coalesce(temperature, 0), array_to_string(pullback, ' ')"
                    + " from '%s/pullbacks/*.parquet' order by all")
                .formatted(pulled));
    List<String> measured =
        rows(
            output,
            "select ordinal, target, coalesce(temperature, 0), value from @measures"
                + " where measure = 'sparsity' order by all");
    assertEquals(18, measured.size());
    for (int i = 0; i < measured.size(); i++) {
      String[] direction = directions.get(i).split("\\|", -1);
      String[] own = measured.get(i).split("\\|", -1);
      assertEquals(List.of(direction).subList(0, 3), List.of(own).subList(0, 3));
      String[] numbers = direction[3].split(" ", -1);
      float[] v = new float[numbers.length];
      for (int j = 0; j < v.length; j++) {
        v[j] = Float.parseFloat(numbers[j]);
      }
      assertEquals(Gini.of(v), Double.parseDouble(own[3]), 1e-6);
    }
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      assertEquals(COLUMNS, spark.read().parquet(output + "/measures").schema().catalogString());
      assertEquals(
          SUMMARY, spark.read().parquet(output + "/measures_summary").schema().catalogString());
    }
    JsonNode made = new ObjectMapper().readTree(output.resolve("_provenance.json").toFile());
    assertEquals("measures", made.path("command").asText());
    assertEquals(36, made.path("rows").path("measures").asInt());
    assertEquals(6, made.path("rows").path("measures_summary").asInt());
    Map.of(
            "targets", "top:2",
            "temperature", "0.3,1.0",
            "direction", "pullback,gradient",
            "measures", "noise_stability,sparsity",
            "masks", "none",
            "seed", "314")
        .forEach(
            (name, value) -> assertEquals(value, made.path("settings").path(name).asText(), name));
  }

  /** Against the same in SQL; an image with two targets counts once. */
  @Test
  void theSummaryIsThatOfTheRows() throws Exception {
    Path output = dir.resolve("out");
    String images = Shared.full() ? "5" : "2";
    String[] what = {"--targets", "top:2", "--direction", "smoothgrad", "--quiet"};
    Run run = cifar(output, with(what, "--limit", images));
    assertEquals(0, run.status(), run.err());
    assertEquals("", run.err());
    List<String> names =
        List.of(
            "noise_stability",
            "insertion",
            "deletion",
            "sparsity",
            "target_specificity",
            "randomisation:1",
            "randomisation:half",
            "randomisation:all");
    List<String> expected = new ArrayList<>();
    for (String direction : List.of("pullback|0.3", "gradient|null", "smoothgrad|null")) {
      names.forEach(name -> expected.add(direction + "|" + name + "|" + images));
    }
    assertEquals(
        expected, rows(output, "select direction, temperature, measure, images from @summary"));
    String means =
        "with per as (select m.direction, m.measure, m.ordinal, avg(m.value) as v,"
            + " avg(m.value - g.value) as d from @measures m join @measures g"
            + " on m.ordinal = g.ordinal and m.target = g.target and m.measure = g.measure"
            + " and g.direction = 'gradient' group by all),"
            + " whole as (select direction, measure, avg(v) as mean,"
            + " stddev_samp(v) / sqrt(count(*)) as error, avg(d) as difference,"
            + " 1.96 * stddev_samp(d) / sqrt(count(*)) as within from per group by all)"
            + " select count(*), max(abs(s.mean - w.mean)) < 1e-12,"
            + " max(abs(s.standard_error - w.error)) < 1e-12,"
            + " max(abs(s.difference - w.difference)) < 1e-12,"
            + " max(abs(s.difference_low - w.difference + w.within)) < 1e-12,"
            + " max(abs(s.difference_high - w.difference - w.within)) < 1e-12,"
            + " count(s.difference_low), count(s.difference)"
            + " from @summary s join whole w using (direction, measure)";
    assertEquals(List.of("24|true|true|true|true|true|16|16"), rows(output, means));
    assertEquals(
        List.of("8"),
        rows(
            output,
            "select count(*) from @summary where direction = 'gradient' and difference is null"
                + " and difference_low is null and difference_high is null"));
  }

  @Test
  void oneImageHasAMeanAndNoError() throws Exception {
    Path output = dir.resolve("out");
    assertEquals(0, cifar(output, with(ONE, "--measures", "sparsity")).status());
    assertEquals(
        List.of("pullback|1|true|null|true|null|null", "gradient|1|true|null|false|null|null"),
        rows(
            output,
            "select direction, images, mean > 0, standard_error, difference is not null,"
                + " difference_low, difference_high from @summary"));
  }

  @Test
  void partitionsChangeNoBitAndBatchesLittle() throws Exception {
    int images = Shared.full() ? 7 : 3;
    String[] what = {"--limit", "" + images, "--batch-size", Shared.full() ? "3" : "2", "--quiet"};
    Path one = dir.resolve("one");
    assertEquals(0, cifar(one, with(what, "--partitions", "1")).status());
    Path three = dir.resolve("three");
    assertEquals(0, cifar(three, with(what, "--partitions", "3", "--master", "local[2]")).status());
    String measures = "select * from @measures order by ordinal, direction desc, measure";
    assertEquals(images * 2 * 8, rows(one, measures).size());
    assertEquals(rows(one, measures), rows(three, measures));
    assertEquals(rows(one, "select * from @summary"), rows(three, "select * from @summary"));
    Path other = dir.resolve("other");
    assertEquals(0, cifar(other, with(what, "--batch-size", "16")).status());
    List<String> worst =
        duckDb.rows(
            ("select count(*), max(abs(a.value - b.value)) from '%s/measures/*.parquet' a join"
                    + " '%s/measures/*.parquet' b using (ordinal, target, direction, measure)")
                .formatted(one, other));
    System.out.println("batches of few and 16: " + worst);
    assertTrue(Double.parseDouble(worst.get(0).split("\\|", -1)[1]) <= 1e-5, worst.toString());
    Path seed = dir.resolve("seed");
    assertEquals(
        0, cifar(seed, with(what, "--seed", "-1", "--measures", "noise_stability")).status());
    String stability = "select value from @measures where measure = 'noise_stability'";
    assertNotEquals(rows(one, stability), rows(seed, stability));
  }

  @Test
  void aStoppedRunIsResumedAndOtherSettingsAreRefused() throws Exception {
    Path output = dir.resolve("out");
    String[] cut = {
      "--limit",
      "10",
      "--partitions",
      "5",
      "--batch-size",
      "2",
      "--quiet",
      "--threads",
      "1",
      "--measures",
      "noise_stability,insertion"
    };
    KilledRun.stopped(arguments(output, cut), dir.resolve("log"), output, "_shards", 2);
    assertFalse(Files.exists(output.resolve("_SUCCESS")), "it was too fast to be killed");
    Map<String, FileTime> before = KilledRun.files(KilledRun.begun(output, "measures"), ".parquet");
    int done = KilledRun.files(KilledRun.begun(output, "_shards"), ".json").size();
    assertTrue(done >= 2 && done < 5, done + " of 5 shards");

    Run refused = cifar(output, with(cut, "--resume", "--seed", "1", "--direction", "smoothgrad"));
    assertEquals(1, refused.status());
    assertTrue(
        refused
            .err()
            .contains(
                "--direction was pullback,gradient, is pullback,gradient,smoothgrad;"
                    + " --seed was 314, is 1; give the same"),
        refused.err());

    Run resumed = cifar(output, with(cut, "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Map<String, FileTime> after = KilledRun.files(output.resolve("measures"), ".parquet");
    assertEquals(5, after.size());
    long kept =
        before.entrySet().stream().filter(f -> f.getValue().equals(after.get(f.getKey()))).count();
    assertTrue(kept >= done, kept + " files of " + done + " shards were kept");
    Path whole = dir.resolve("whole");
    assertEquals(0, cifar(whole, cut).status());
    String measures = "select * from @measures order by ordinal, direction desc, measure";
    assertEquals(40, rows(output, measures).size());
    assertEquals(rows(whole, measures), rows(output, measures));
    assertEquals(rows(whole, "select * from @summary"), rows(output, "select * from @summary"));
  }

  private void mask(String name, int side, boolean all) throws Exception {
    BufferedImage mask = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        mask.getRaster().setSample(x, y, 0, all || x < side / 2 ? 1 : 0);
      }
    }
    ImageIO.write(mask, "png", dir.resolve("masks").resolve(name).toFile());
  }

  @Test
  void masks() throws Exception {
    Files.createDirectories(dir.resolve("masks/airplane"));
    List<String> ids;
    try (Stream<Path> some = Files.list(Shared.path(Shared.CIFAR_IMAGES).resolve("airplane"))) {
      ids = some.map(path -> "airplane/" + path.getFileName()).sorted().limit(4).toList();
    }
    mask(ids.get(0), 32, true);
    mask(ids.get(2).replace(".jpg", ".png"), 32, false);
    mask(ids.get(3), 31, true);
    Path output = dir.resolve("out");
    String masks = dir.resolve("masks").toString();
    Run run =
        cifar(
            output,
            "--limit",
            "4",
            "--batch-size",
            "4",
            "--masks",
            masks,
            "--measures",
            "localisation,pointing_game",
            "--quiet");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("0|4|1.0", "2|4|null"),
        rows(
            output,
            "select ordinal, count(*) filter (value between 0 and 1),"
                + " case when ordinal = 0 then min(value) end from @measures group by ordinal"
                + " order by ordinal"));
    assertEquals(
        List.of(
            "1|no mask file:" + masks + "/" + ids.get(1).replace(".jpg", ".png"),
            "3|its mask file:"
                + masks
                + "/"
                + ids.get(3)
                + ": it is 31 x 31 pixels, the image 32 x 32"),
        duckDb
            .rows("select ordinal, reason from '" + output + "/errors/*.parquet' order by ordinal")
            .stream()
            .map(row -> row.contains("file:") ? row : row.replace("mask /", "mask file:/"))
            .toList());
    // with masks all measures are the default
    Path all = dir.resolve("all");
    assertEquals(0, cifar(all, with(ONE, "--masks", masks)).status());
    assertEquals(List.of("20"), rows(all, "select count(*) from @measures"));
    Files.copy(dir.resolve("masks").resolve(ids.get(0)), dir.resolve("masks/another.png"));
    Run changed = cifar(all, with(ONE, "--masks", masks, "--resume"));
    assertEquals(1, changed.status());
    assertTrue(changed.err().contains("masks_listing_sha256"), changed.err());
  }

  @Test
  void temperaturesInUnitsOfACalibration() throws Exception {
    Path calibration = dir.resolve("calibration");
    List<String> calibrate = arguments(calibration, "--limit", "3", "--batch-size", "3", "--quiet");
    calibrate.set(0, "calibrate");
    assertEquals(0, Run.curtain(calibrate.toArray(String[]::new)).status());
    Path output = dir.resolve("out");
    String[] what = {
      "--limit",
      "2",
      "--batch-size",
      "2",
      "--measures",
      "sparsity",
      "--quiet",
      "--temperature-unit",
      "layer-std"
    };
    Run run =
        cifar(output, with(what, "--calibration", calibration.toString(), "--temperature", "0.5"));
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("pullback|0.5|layer-std", "gradient|null|null"),
        rows(output, "select direction, temperature, temperature_unit from @summary"));
    assertEquals(
        2, cifar(dir.resolve("none"), what).status(), "a unit without a calibration is refused");
  }

  private static List<String> gates() {
    return Shared.full()
        ? List.of("guided", "leaky:0.3", "b-silu", "deconv")
        : List.of("guided", "leaky:0.3");
  }

  /** Also those whose backward pass depends on the incoming gradient. */
  @ParameterizedTest
  @MethodSource("gates")
  void everyGate(String gate) throws Exception {
    Path output = dir.resolve("out");
    Run run =
        cifar(
            output,
            "--limit",
            "1",
            "--batch-size",
            "2",
            "--gate",
            gate,
            "--measures",
            "sparsity,randomisation:1",
            "--quiet");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of(gate + "|true", gate + "|true", "hard|true", "hard|true"),
        rows(output, "select gate, value between -1 and 1 from @measures"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--measures sparcity | 2 | Invalid value for option '--measures' (NAME[,NAME...]): 'sparcity' is no measure; the nearest is sparsity (of noise_stability, ",
        "--measures sparsity,sparsity | 2 | --measures names one of [sparsity, sparsity] twice",
        "--measures localisation | 2 | --measures localisation needs --masks",
        "--measures sparsity --masks . | 2 | --masks has no effect without localisation or pointing_game among --measures",
        "--masks nowhere | 1 | masks nowhere is no directory",
        "--masks src/test --output src | 1 | --output src holds --masks src/test; choose another directory",
        "--direction up | 2 | Invalid value for option '--direction' (NAME[,NAME...]): 'up' is none of pullback, gradient, smoothgrad, integrated_gradients",
        "--direction smoothgrad,smoothgrad | 2 | --direction names one of [smoothgrad, smoothgrad] twice",
        "--seed x | 2 | Invalid value for option '--seed': 'x' is not a long",
        "--temperature-unit layer-std | 2 | --temperature-unit layer-std needs --calibration",
        "--targets label,dog | 2 | --targets: ",
        "--model cifar_resnet32 | 1 | 60 missing (layer1.3.conv1.weight, layer1.3.bn1.weight, layer1.3.bn1.bias, ...); these are the weights of cifar_resnet20 (",
      })
  void refusedBeforeTheOutputIsTouched(String more, int status, String message) {
    Path output = dir.resolve("out");
    Run run = cifar(output, more.split(" ", -1));
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));
  }
}

package curtain.jobs.pullbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.OddImages;
import curtain.jobs.fixtures.Run;
import curtain.jobs.task.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
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
 * The command from files to tables; with {@code -Dcurtain.full=true} in more partitions and
 * batches.
 */
@Tag("engine")
class PullbacksTest {
  private static final String COLUMNS =
      "image_id:string,ordinal:bigint,label:int,target:int,neuron:string,gate:string,"
          + "temperature:double,temperature_unit:string,pool:string,logit:float,probability:float,"
          + "norm:double,cosine_to_gradient:double,shape:array<int>";
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
                "pullbacks",
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

  private static Run cifar(Path output, String... more) {
    return Run.curtain(arguments(output, more).toArray(String[]::new));
  }

  private static List<String> rows(Path output, String columns) throws Exception {
    return duckDb.rows(
        "select %s from '%s/pullbacks/*.parquet' order by ordinal, target, temperature nulls last"
            .formatted(columns, output));
  }

  private static SparkSession spark() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", "false")
        .getOrCreate();
  }

  @Test
  void everyTableIsThereAndBothReadersReadIt() throws Exception {
    Path output = dir.resolve("out");
    Run run =
        cifar(
            output,
            "--limit",
            "10",
            "--batch-size",
            "5",
            "--temperature",
            "0.15,0.3",
            "--targets",
            "top:2",
            "--with-gradient",
            "--keep-decisions");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("10 of 10 images are in " + output + " ("), run.err());

    List<String> order =
        duckDb.rows(
            "select ordinal, gate, temperature, temperature_unit, pool from '"
                + output
                + "/pullbacks/*.parquet'");
    assertEquals(10 * 2 * 3, order.size());
    for (int i = 0; i < order.size(); i++) {
      String kind =
          List.of(
                  "sigmoid|0.15|absolute|softmax",
                  "sigmoid|0.3|absolute|softmax",
                  "hard|null|null|hard")
              .get(i % 3);
      assertEquals(i / 6 + "|" + kind, order.get(i));
    }
    assertEquals(
        List.of("10|60|60|60|20|20"),
        duckDb.rows(
            "select count(distinct image_id), count(*), count(*) filter (neuron is null),"
                + " count(*) filter (len(pullback) = 3072 and shape = [3, 32, 32]"
                + " and abs(norm - sqrt(list_dot_product(pullback::double[], pullback::double[])))"
                + " <= 1e-9 * norm),"
                + " count(*) filter (cosine_to_gradient = 1),"
                + " count(*) filter (temperature = 0.3 and cosine_to_gradient between 0.01 and 0.9999)"
                + " from '"
                + output
                + "/pullbacks/*.parquet'"));
    // The first target is the larger one, and probabilities belong to logits.
    assertEquals(
        List.of("0"),
        duckDb.rows(
            "select count(*) from (select ordinal, logit, probability, lag(logit) over w as before,"
                + " lag(probability) over w as p from (select *, row_number() over () as n from '"
                + output
                + "/pullbacks/*.parquet') where temperature = 0.3 window w as (partition by"
                + " ordinal order by n)) where before < logit or probability > p"));
    assertEquals(
        List.of("190|relu|19|true"),
        duckDb.rows(
            "select count(*), any_value(kind), count(distinct name),"
                + " bool_and(8 * octet_length(data) = list_product(shape)) from '"
                + output
                + "/decisions/*.parquet'"));
    assertEquals(
        List.of("0"), duckDb.rows("select count(*) from '" + output + "/errors/*.parquet'"));

    try (SparkSession spark = spark()) {
      assertEquals(
          "struct<" + COLUMNS + ",pullback:array<float>>",
          spark.read().parquet(output + "/pullbacks").schema().catalogString());
      assertEquals(60, spark.read().parquet(output + "/pullbacks").collectAsList().size());
      assertEquals(
          "struct<image_id:string,layer:int,name:string,kind:string,shape:array<int>,data:binary>",
          spark.read().parquet(output + "/decisions").schema().catalogString());
      assertEquals(190, spark.read().parquet(output + "/decisions").collectAsList().size());
      assertEquals(0, spark.read().parquet(output + "/errors").count());
    }

    JsonNode made = new ObjectMapper().readTree(output.resolve("_provenance.json").toFile());
    assertEquals("pullbacks", made.path("command").asText());
    assertEquals("fp32", made.path("precision").asText());
    assertEquals("cpu", made.path("device").asText());
    assertEquals("2.7.1", made.path("libraries").path("pytorch").asText());
    assertEquals(1, made.path("machines").size());
    JsonNode machine = made.path("machines").path(0);
    assertEquals("2.7.1", machine.path("torch").asText());
    assertTrue(machine.path("threads").asInt() > 0, machine.toString());
    assertFalse(machine.path("processor").asText().isEmpty(), machine.toString());
    assertTrue(machine.path("instructions").toString().contains("avx2"), machine.toString());
    assertTrue(machine.path("integer_products").isNull(), machine.toString());
    assertEquals(10, made.path("results").asInt());
    assertEquals(60, made.path("rows").path("pullbacks").asInt());
    JsonNode settings = made.path("settings");
    Map.of(
            "model", "cifar_resnet20",
            "weights_sha256", Sha256.of(Shared.path(Shared.CIFAR_WEIGHTS)),
            "gate", "sigmoid",
            "pool", "softmax",
            "compat", "none",
            "temperature", "0.15,0.3",
            "temperature-unit", "absolute",
            "targets", "top:2",
            "store", "float32",
            "transform", "none")
        .forEach((name, value) -> assertEquals(value, settings.path(name).asText(), name));
  }

  /** The cosine is computed on request, and nothing else depends on that. */
  @Test
  void theCosineIsComputedOnRequest() throws Exception {
    String[] common = {"--limit", "5", "--targets", "top:2", "--keep-decisions", "--quiet"};
    Path none = dir.resolve("none");
    Path cosines = dir.resolve("cosines");
    Path gradients = dir.resolve("gradients");
    assertEquals(0, cifar(none, common).status());
    assertEquals(0, cifar(cosines, with(common, "--cosine")).status());
    assertEquals(0, cifar(gradients, with(common, "--with-gradient")).status());
    assertEquals(List.of("10|0"), rowCounts(none, "count(*), count(cosine_to_gradient)"));
    assertEquals(List.of("10|10"), rowCounts(cosines, "count(*), count(cosine_to_gradient)"));
    String rest = "* exclude (cosine_to_gradient)";
    assertEquals(rows(none, rest), rows(cosines, rest));
    assertEquals(
        rows(cosines, "*"),
        rows(gradients, "*").stream().filter(row -> row.contains("|sigmoid|")).toList());
    assertEquals(decisions(none), decisions(cosines));

    Run refused = cifar(none, with(common, "--cosine", "--resume"));
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("--cosine was false, is true; give the same"), refused.err());
  }

  private static List<String> rowCounts(Path output, String counts) throws Exception {
    return duckDb.rows("select " + counts + " from '" + output + "/pullbacks/*.parquet'");
  }

  private static List<String> decisions(Path output) throws Exception {
    return duckDb.rows(
        "select image_id, layer, md5(hex(data)) from '"
            + output
            + "/decisions/*.parquet' order by image_id, kind, layer");
  }

  @Test
  void halvesOrNothing() throws Exception {
    String[] common = {"--limit", "5", "--batch-size", "5", "--targets", "label", "--quiet"};
    Path floats = dir.resolve("floats");
    Path halves = dir.resolve("halves");
    Path none = dir.resolve("none");
    assertEquals(0, cifar(floats, common).status());
    assertEquals(0, cifar(halves, with(common, "--store", "float16")).status());
    assertEquals(0, cifar(none, with(common, "--store", "none")).status());
    String rest = "* exclude (pullback)";
    assertEquals(rows(floats, rest), rows(halves, rest));
    assertEquals(rows(floats, rest), rows(none, "*"));
    assertEquals(List.of("0|0", "1|0"), rows(none, "ordinal, target").subList(0, 2));
    List<String> expected = rows(floats, "pullback");
    List<String> bytes = rows(halves, "hex(pullback)");
    for (int i = 0; i < expected.size(); i++) {
      String[] values = expected.get(i).replaceAll("[\\[\\] ]", "").split(",", -1);
      byte[] stored = java.util.HexFormat.of().parseHex(bytes.get(i));
      assertEquals(2 * values.length, stored.length);
      for (int j = 0; j < values.length; j++) {
        double value = Double.parseDouble(values[j]);
        int half = (stored[2 * j] & 0xff) | (stored[2 * j + 1] & 0xff) << 8;
        int exponent = half >> 10 & 31;
        double magnitude =
            Math.scalb((exponent == 0 ? 0.0 : 1024.0) + (half & 1023), Math.max(exponent, 1) - 25);
        double decoded = half >= 0x8000 ? -magnitude : magnitude;
        assertEquals(value, decoded, Math.max(Math.abs(value) / 2048, 3e-8));
      }
    }
    try (SparkSession spark = spark()) {
      assertEquals(
          "struct<" + COLUMNS + ",pullback:binary>",
          spark.read().parquet(halves + "/pullbacks").schema().catalogString());
      assertEquals(
          "struct<" + COLUMNS + ">",
          spark.read().parquet(none + "/pullbacks").schema().catalogString());
    }
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void imagesThatCannotBeUsedAreErrorRows() throws Exception {
    Path photos = Files.createDirectory(dir.resolve("photos"));
    OddImages.write(photos);
    Path output = dir.resolve("out");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "pullbacks",
                "--images",
                photos.toString(),
                "--model",
                "squeezenet1_1",
                "--weights",
                Shared.path(Shared.SQUEEZENET_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--store",
                "none",
                "--batch-size",
                "7",
                "--output",
                output.toString(),
                "--max-errors",
                "3"));
    Run failed = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(1, failed.status());
    assertTrue(
        failed
            .err()
            .contains("curtain: 4 images could not be used, more than --max-errors 3 allows; "),
        failed.err());
    assertFalse(Files.exists(output.resolve("_SUCCESS")));

    arguments.set(arguments.size() - 1, "4");
    arguments.add("--resume");
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("24 of 28 images are in " + output + " ("), run.err());
    assertTrue(
        run.err().endsWith("; 4 could not be used: " + output + "/errors says why\n"), run.err());
    assertEquals(
        List.of(
            "holiday/bomb.png",
            "n01440764/empty.JPEG",
            "n01443537/text.JPEG",
            "n01443537/truncated.JPEG"),
        duckDb.rows("select image_id from '" + output + "/errors/*.parquet' order by ordinal"));
    List<String> images = rows(output, "image_id, label");
    assertEquals(OddImages.GOOD, images.size());
    assertTrue(images.contains("n01440764/really_a_png.JPEG|0"), images.toString());
  }

  /** HDFS's own mount table stands for a file system that is not the local one. */
  @Test
  void imagesWeightsAndOutputMayLieOnAnotherFileSystem() throws Exception {
    String mount = "spark.hadoop.fs.viewfs.mounttable.store.link./data";
    Path store = Files.createDirectory(dir.resolve("store"));
    Path images = Files.createDirectory(store.resolve("cat"));
    try (Stream<Path> some = Files.list(Shared.path(Shared.CIFAR_IMAGES).resolve("cat"))) {
      for (Path image : some.sorted().limit(5).toList()) {
        Files.copy(image, images.resolve(image.getFileName().toString()));
      }
    }
    Files.copy(Shared.path(Shared.CIFAR_WEIGHTS), store.resolve("resnet20.th"));
    System.setProperty(mount, store.toUri().toString());
    try {
      String[] arguments = {
        "pullbacks",
        "--images",
        "viewfs://store/data/cat",
        "--model",
        "cifar_resnet20",
        "--weights",
        "viewfs://store/data/resnet20.th",
        "--output",
        "viewfs://store/data/out",
        "--batch-size",
        "5"
      };
      Run run = Run.curtain(arguments);
      assertEquals(0, run.status(), run.err());
      assertEquals(5, rows(store.resolve("out"), "image_id").size());
      arguments[6] = "viewfs://store/data/nowhere.th";
      arguments[8] = "viewfs://store/data/other";
      Run missing = Run.curtain(arguments);
      assertEquals(1, missing.status());
      assertTrue(missing.err().contains("nowhere.th does not exist"), missing.err());
      assertFalse(Files.exists(store.resolve("other")));
    } finally {
      System.clearProperty(mount);
    }
  }

  @Test
  void theSameRowsFromAnyNumberOfPartitionsAndAnyBatch() throws Exception {
    String kept = "* replace (md5(pullback::varchar) as pullback, md5(logit::varchar) as logit)";
    Path one = dir.resolve("one");
    String[] common = {"--limit", "10", "--quiet", "--with-gradient"};
    assertEquals(0, cifar(one, with(common, "--partitions", "1", "--batch-size", "4")).status());
    for (String partitions : Shared.full() ? List.of("2", "3") : List.of("3")) {
      Path other = dir.resolve("p" + partitions);
      Run run =
          cifar(
              other,
              with(
                  common, "--partitions", partitions, "--batch-size", "4", "--master", "local[2]"));
      assertEquals(0, run.status(), run.err());
      assertEquals(rows(one, kept), rows(other, kept));
    }
    for (String batch : Shared.full() ? List.of("16", "5", "1") : List.of("1")) {
      Path other = dir.resolve("b" + batch);
      Run run = cifar(other, with(common, "--partitions", "2", "--batch-size", batch));
      assertEquals(0, run.status(), run.err());
      String exact = "image_id, ordinal, label, target, gate, temperature, pool, shape";
      assertEquals(rows(one, exact), rows(other, exact));
      List<String> worst =
          duckDb.rows(
              ("select max(abs(a.norm / b.norm - 1)), max(abs(a.cosine_to_gradient -"
                      + " b.cosine_to_gradient)), max(abs(a.logit - b.logit)),"
                      + " max(list_distance(a.pullback, b.pullback) / a.norm)"
                      + " from '%s/pullbacks/*.parquet' a join '%s/pullbacks/*.parquet' b"
                      + " on a.ordinal = b.ordinal and a.gate = b.gate")
                  .formatted(one, other));
      System.out.println("batch 4 and " + batch + ": " + worst);
      for (String value : worst.get(0).split("\\|", -1)) {
        assertTrue(Double.parseDouble(value) <= 1e-5, "batch " + batch + ": " + worst);
      }
    }
  }

  @Test
  void aKilledRunIsResumedAndOtherSettingsAreRefused() throws Exception {
    Path output = dir.resolve("out");
    String[] cut = {"--limit", "64", "--partitions", "8", "--batch-size", "4", "--quiet"};
    KilledRun.of(
        arguments(output, with(cut, "--threads", "1")), dir.resolve("log"), output, "_shards", 3);
    assertFalse(Files.exists(output.resolve("_SUCCESS")), "it was too fast to be killed");
    Map<String, FileTime> before =
        KilledRun.files(KilledRun.begun(output, "pullbacks"), ".parquet");
    int done = KilledRun.files(KilledRun.begun(output, "_shards"), ".json").size();
    assertTrue(done >= 3 && done < 8, done + " of 8 shards");

    Run refused =
        cifar(output, with(cut, "--resume", "--temperature", "0.5", "--gate", "softsign"));
    assertEquals(1, refused.status());
    assertTrue(
        refused
            .err()
            .contains(
                "--gate was sigmoid, is softsign; --temperature was 0.3, is 0.5; give the same"),
        refused.err());

    Run resumed = cifar(output, with(cut, "--threads", "2", "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    // on another machine, as far as the last digits go
    List<String> said = resumed.err().lines().toList();
    assertEquals(2, said.size(), resumed.err());
    assertTrue(
        said.get(0)
            .matches(
                "curtain pullbacks: was begun on another machine: .*, 1 thread, .*2 threads, .*"),
        resumed.err());
    assertTrue(
        said.get(1).startsWith("curtain pullbacks: was computed on different machines: "),
        resumed.err());
    JsonNode machines =
        new ObjectMapper().readTree(output.resolve("_provenance.json").toFile()).path("machines");
    assertEquals(1, machines.path(0).path("threads").asInt());
    assertEquals(2, machines.path(1).path("threads").asInt());
    Map<String, FileTime> after = KilledRun.files(output.resolve("pullbacks"), ".parquet");
    assertEquals(8, after.size());
    long kept =
        before.entrySet().stream().filter(f -> f.getValue().equals(after.get(f.getKey()))).count();
    assertTrue(kept >= done, kept + " files of " + done + " shards were kept");
    Path whole = dir.resolve("whole");
    assertEquals(0, cifar(whole, cut).status());
    String columns = "* replace (md5(pullback::varchar) as pullback)";
    assertEquals(64, rows(output, "ordinal").size());
    assertEquals(rows(whole, columns), rows(output, columns));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--targets dgo | 2 | --targets: target dgo is no index, directory or name of the class list; nearest: dog (",
        "--targets 3,cat | 2 | --targets: '3,cat' names class 3 (cat) twice (",
        "--targets 10 | 2 | --targets: target 10 is not within 0..9 (",
        "--targets top:11 | 2 | --targets: top:11 takes a number from 1 to 10, the network's classes (",
        "--neuron layer1.0.relu:0 | 2 | --neuron: 'layer1.0.relu' is no layer; nearest: layer1.0.relu#0, or an index of a ReLU call, 0 to 18 (",
        "--neuron 19:0 | 2 | --neuron: layer 19 is none of the network's ReLU calls, 0 to 18 (",
        "--neuron 18:64 | 2 | --neuron: channel 64 is none of those of layer3.2.relu#1, 0 to 63 (",
        "--neuron relu:0:32:0 | 2 | --neuron: Y = '32' is no position of relu, 0 to 31 (",
        "--device gpu | 1 | device gpu: libtorch 2.7.1 (cpu) of the class path computes on no GPU; give natives",
        "--model cifar_resnet32 | 1 | 60 missing (layer1.3.conv1.weight, layer1.3.bn1.weight, layer1.3.bn1.bias, ...); these are the weights of cifar_resnet20 (",
        "--weights nowhere.pth | 1 | --weights nowhere.pth does not exist",
        "--weights pom.xml | 1 | pom.xml: is XML text, not weights",
        "--images nowhere | 1 | --images nowhere does not exist",
      })
  void refusedBeforeTheOutputIsTouched(String more, int status, String message) {
    List<String> arguments = arguments(dir.resolve("out"));
    String[] pair = more.strip().split(" ");
    int at = arguments.indexOf(pair[0]);
    if (at >= 0) {
      arguments.set(at + 1, pair[1]);
    } else {
      arguments.addAll(List.of(pair));
    }
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }
}

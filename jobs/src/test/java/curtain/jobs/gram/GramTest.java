package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Run;
import curtain.jobs.gram.GramOutput.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command from files to tables, on CIFAR-10 images and a trained ResNet-20: 20 images, or with
 * {@code -Dcurtain.full=true} 40, and then the run that is resumed was killed.
 */
@Tag("engine")
class GramTest {
  private static final int IMAGES = Shared.full() ? 40 : 20;
  private static final int LAYERS = 19;
  private static final String BLOCK = Shared.full() ? "16" : "8";
  private static DuckDb duckDb;

  /** Of hard gates, in three rows of blocks, with single layers; and what the command said. */
  private static Path whole;

  private static String said;

  @TempDir static Path shared;
  @TempDir Path dir;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
    whole = shared.resolve("whole");
    String[] options = {"--gate", "hard", "--keep-layers", "--block-size", BLOCK};
    Run run = run(cifar(), whole, with(options, "--limit", String.valueOf(IMAGES)));
    assertEquals(0, run.status(), run.err());
    said = run.err();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static List<String> arguments(Path images, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gram",
                "--images",
                images.toString(),
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

  private static Run run(Path images, Path output, String... more) {
    return Run.curtain(arguments(images, output, more).toArray(String[]::new));
  }

  private Path cifar(String name, String... more) {
    Path output = dir.resolve(name);
    List<String> all = new ArrayList<>(List.of("--limit", String.valueOf(IMAGES)));
    all.addAll(List.of(more));
    Run run = run(cifar(), output, all.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private static Path cifar() {
    return Shared.path(Shared.CIFAR_IMAGES);
  }

  private static List<String> query(Path output, String table, String columns, String rest)
      throws Exception {
    return duckDb.rows(
        "select %s from '%s/%s/*.parquet' %s".formatted(columns, output, table, rest));
  }

  private static GramOutput square(Path output) throws Exception {
    return new GramOutput(output, IMAGES, IMAGES, true);
  }

  private static void assertSame(GramOutput expected, GramOutput actual) {
    assertEquals(expected.kernels(), actual.kernels());
    for (String kernel : expected.kernels()) {
      Matrix a = expected.matrix(kernel);
      Matrix b = actual.matrix(kernel);
      for (int i = 0; i < a.log.length; i++) {
        assertArrayEquals(a.log[i], b.log[i], kernel);
        assertArrayEquals(a.sign[i], b.sign[i], kernel);
        assertArrayEquals(a.value[i], b.value[i], kernel.equals("feature") ? 1e-9 : 0, kernel);
      }
    }
  }

  @Test
  void everyTableSaysWhatTheOthersSay() throws Exception {
    Path output = whole;
    String sizes =
        String.format(
            Locale.ROOT,
            "%1$d x %1$d images of 188,416 gates, 6 tiles of at most %2$s x %2$s; gates ",
            IMAGES,
            BLOCK);
    assertTrue(said.contains(sizes), said);
    assertTrue(said.contains("; in all about "), said);
    GramOutput gram = square(output);
    assertEquals(
        Set.of(
            "part-00000-00000.parquet",
            "part-00000-00001.parquet",
            "part-00000-00002.parquet",
            "part-00001-00001.parquet",
            "part-00001-00002.parquet",
            "part-00002-00002.parquet"),
        gram.files());
    assertEquals(4 + LAYERS, gram.kernels().size());
    Matrix product = gram.matrix("product");
    Matrix pixel = gram.matrix("pixel");
    Matrix sums = gram.matrix("layer_sum");
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < IMAGES; j++) {
        double log = Math.log(Math.abs(pixel.value[i][j]));
        double sum = 0;
        for (int l = 0; l < LAYERS; l++) {
          double[][] layer = gram.matrix("layer:" + l).value;
          assertEquals(Math.rint(layer[i][j]), layer[i][j], "an integer");
          log += Math.log(layer[i][j]);
          sum += layer[i][j] / Math.sqrt(layer[i][i] * layer[j][j]);
        }
        assertEquals(log, product.log[i][j], 1e-11 * log);
        assertEquals(Math.signum(pixel.value[i][j]), product.sign[i][j]);
        assertEquals(sum, sums.value[i][j], 1e-12 * sum);
      }
    }
    diagonalIsThatOfTheTiles(output, gram);
    membersAreTheImages(output);
    assertEquals(List.of("0"), query(output, "errors", "count(*)", ""));
    assertFalse(Files.exists(output.resolve("_incomplete")), "stored gates are removed");
  }

  private static void diagonalIsThatOfTheTiles(Path output, GramOutput gram) throws Exception {
    assertEquals(
        List.of(String.valueOf(IMAGES * (4 + LAYERS))),
        query(output, "diagonal", "count(*)", "where side = 'row'"));
    for (String row :
        query(output, "diagonal", "kernel, position, coalesce(log_kernel, value)", "")) {
      String[] values = row.split("\\|", -1);
      Matrix matrix = gram.matrix(values[0]);
      int i = Integer.parseInt(values[1]);
      double own = values[0].equals("product") ? matrix.log[i][i] : matrix.value[i][i];
      assertEquals(own, Double.parseDouble(values[2]), row);
    }
  }

  private static void membersAreTheImages(Path output) throws Exception {
    assertEquals(
        List.of(IMAGES + "|0|" + (IMAGES - 1) + "|true|10|64|row"),
        query(
            output,
            "members",
            "count(*), min(position), max(position), bool_and(position = ordinal),"
                + " min(len(logits)), min(len(feature)), min(side)",
            ""));
    assertEquals(
        List.of("0|airplane/0000.jpg|0"),
        query(output, "members", "position, image_id, label", "order by position limit 1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hard", "sigmoid"})
  void bitsDependNeitherOnBlocksNorBatchesNorWhereGatesComeFrom(String gate) throws Exception {
    String[] base = {"--gate", gate, "--precision", "int8", "--keep-layers", "--quiet"};
    GramOutput expected = square(cifar("base", with(base, "--gate-store", "none")));
    assertSame(
        expected,
        square(
            cifar(
                "other",
                with(
                    base,
                    "--block-size",
                    "7",
                    "--batch-size",
                    "5",
                    "--partitions",
                    "3",
                    "--gate-store",
                    dir.resolve("gates").toString()))));
    try (Stream<Path> left = Files.list(dir.resolve("gates"))) {
      assertEquals(List.of(), left.toList(), "stored gates are removed");
    }
  }

  @Test
  void whatLiesInTheStoreAlreadyIsNeitherReadNorRemoved() throws Exception {
    Path gates = Files.createDirectories(dir.resolve("gates"));
    Files.writeString(gates.resolve("thesis.tex"), "years");
    String[] options = {"--quiet", "--gate-store", gates.toString()};
    Path output = cifar("out", with(options, "--gate", "hard"));
    Matrix hard = square(output).matrix("product");
    Matrix smooth =
        square(cifar("out", with(options, "--overwrite", "--precision", "int8"))).matrix("product");
    assertNotEquals(hard.log[0][1], smooth.log[0][1], "gates of another run");
    assertEquals("years", Files.readString(gates.resolve("thesis.tex")));
  }

  @Test
  void float32IsTheSameToItsLastDigits() throws Exception {
    Matrix a = square(cifar("a", "--quiet", "--gate-store", "none")).matrix("product");
    Matrix b =
        square(
                cifar(
                    "b",
                    "--quiet",
                    "--block-size",
                    "9",
                    "--gate-store",
                    dir.resolve("gates").toString()))
            .matrix("product");
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < IMAGES; j++) {
        assertEquals(a.log[i][j], b.log[i][j], 1e-6 * Math.abs(a.log[i][j]));
        assertEquals(a.log[i][j], a.log[j][i]);
      }
    }
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  /** Normalised kernels from tiles. */
  private static double[][] normalised(GramOutput gram, String kernel) {
    Matrix matrix = gram.matrix(kernel);
    double[][] values = new double[IMAGES][IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < IMAGES; j++) {
        values[i][j] =
            kernel.equals("product")
                ? matrix.sign[i][j]
                    * Math.exp(matrix.log[i][j] - (matrix.log[i][i] + matrix.log[j][j]) / 2)
                : matrix.value[i][j] / Math.sqrt(matrix.value[i][i] * matrix.value[j][j]);
      }
    }
    return values;
  }

  @Test
  void whatIsReducedIsWhatTheTilesGive() throws Exception {
    GramOutput gram = square(whole);
    String[] hard = {"--gate", "hard", "--quiet", "--gate-store", "none"};
    Path top = cifar("top", with(hard, "--keep", "top:3", "--block-size", "7"));
    Path none = cifar("none", with(hard, "--keep", "none", "--block-size", BLOCK));
    List<Integer> labels =
        query(top, "members", "label", "order by position").stream().map(Integer::valueOf).toList();
    List<String> ids = query(top, "members", "image_id", "order by position");
    for (String kernel : List.of("product", "layer_sum", "pixel", "feature")) {
      double[][] values = normalised(gram, kernel);
      List<String> neighbours =
          query(
              top,
              "neighbours",
              "position, image_id, label, rank, neighbour_position, neighbour_id,"
                  + " neighbour_label, similarity",
              "where kernel = '" + kernel + "' order by position, rank");
      assertEquals(3 * IMAGES, neighbours.size());
      Map<String, double[]> blocks = new TreeMap<>();
      for (int i = 0; i < IMAGES; i++) {
        int row = i;
        List<Integer> nearest =
            IntStream.range(0, IMAGES)
                .filter(j -> j != row)
                .boxed()
                .sorted(Comparator.comparing((Integer j) -> -values[row][j]))
                .limit(3)
                .toList();
        for (int rank = 0; rank < 3; rank++) {
          int j = nearest.get(rank);
          String[] found = neighbours.get(3 * i + rank).split("\\|", -1);
          assertEquals(
              List.of(
                  String.valueOf(i),
                  ids.get(i),
                  String.valueOf(labels.get(i)),
                  String.valueOf(rank + 1),
                  String.valueOf(j),
                  ids.get(j),
                  String.valueOf(labels.get(j))),
              List.of(found).subList(0, 7));
          assertEquals(values[i][j], Double.parseDouble(found[7]), 1e-12);
        }
        for (int j = 0; j < IMAGES; j++) {
          if (j != i) {
            double[] sum =
                blocks.computeIfAbsent(labels.get(i) + "|" + labels.get(j), none0 -> new double[2]);
            sum[0]++;
            sum[1] += values[i][j];
          }
        }
      }
      for (Path output : List.of(top, none)) {
        List<String> sums =
            query(output, "row_sums", "sum", "where kernel = '" + kernel + "' order by position");
        for (int i = 0; i < IMAGES; i++) {
          assertEquals(
              IntStream.range(0, IMAGES).mapToDouble(at(values, i)).sum(),
              Double.parseDouble(sums.get(i)),
              1e-11);
        }
        for (String row :
            query(
                output,
                "class_blocks",
                "label_a, label_b, pairs, mean",
                "where kernel = '" + kernel + "'")) {
          String[] found = row.split("\\|", -1);
          double[] sum = blocks.get(found[0] + "|" + found[1]);
          assertEquals((long) sum[0], Long.parseLong(found[2]));
          assertEquals(sum[1] / sum[0], Double.parseDouble(found[3]), 1e-12);
        }
        assertEquals(
            List.of(String.valueOf(blocks.size())),
            query(output, "class_blocks", "count(*)", "where kernel = '" + kernel + "'"));
        assertFalse(Files.exists(output.resolve("tiles")));
      }
      assertFalse(Files.exists(none.resolve("neighbours")));
    }
  }

  private static IntToDoubleFunction at(double[][] values, int row) {
    return j -> values[row][j];
  }

  @Test
  void twoSetsGiveTheirPartOfOneMatrix() throws Exception {
    Path first = Files.createDirectories(dir.resolve("first"));
    Path second = Files.createDirectories(dir.resolve("second"));
    Path both = Files.createDirectories(dir.resolve("both"));
    for (int i = 0; i < 2; i++) {
      String name = i == 0 ? "airplane" : "truck";
      Path from = cifar().resolve(name);
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.sorted().limit(6).toList()) {
          for (Path to : List.of(i == 0 ? first : second, both)) {
            Path directory = Files.createDirectories(to.resolve(name));
            Files.copy(file, directory.resolve(file.getFileName()));
          }
        }
      }
    }
    Files.writeString(first.resolve("airplane/0.png"), "no image");
    Files.writeString(second.resolve("truck/0.png"), "no image");
    Path square = dir.resolve("square");
    Path cross = dir.resolve("cross");
    String[] common = {"--gate", "hard", "--quiet", "--batch-size", "4", "--partitions", "3"};
    assertEquals(0, run(both, square, with(common, "--gate-store", "none")).status());
    Run run =
        run(
            first,
            cross,
            with(
                common,
                "--columns",
                second.toString(),
                "--block-size",
                "4",
                "--gate-store",
                dir.resolve("gates").toString()));
    assertEquals(0, run.status(), run.err());
    GramOutput whole = new GramOutput(square, 12, 12, true);
    GramOutput part = new GramOutput(cross, 6, 6, false);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        assertEquals(whole.matrix("product").log[i][6 + j], part.matrix("product").log[i][j]);
        assertEquals(
            whole.matrix("layer_sum").value[i][6 + j], part.matrix("layer_sum").value[i][j]);
      }
    }
    assertEquals(
        List.of("column|6|6|truck/", "row|6|6|airplane/"),
        query(
            cross,
            "members",
            "side, count(*), max(position) + 1, min(image_id)[:position('/' in min(image_id))]",
            "group by side order by side"));
    assertEquals(
        List.of("airplane/0.png|0", "truck/0.png|0"),
        query(cross, "errors", "image_id, ordinal", "order by image_id"));
    Path top = dir.resolve("top");
    String[] nearest = {"--columns", second.toString(), "--keep", "top:1", "--gate-store", "none"};
    assertEquals(0, run(first, top, with(common, nearest)).status());
    assertEquals(
        List.of("24|true|true"),
        query(
            top,
            "neighbours",
            "count(*), bool_and(image_id like 'airplane/%'), bool_and(neighbour_id like 'truck/%')",
            ""));
  }

  @Test
  void pathsAreBesideTheOthers() throws Exception {
    Path output = dir.resolve("out");
    Run run =
        run(
            cifar(),
            output,
            "--limit",
            "5",
            "--gate",
            "hard",
            "--paths",
            "exact",
            "--block-size",
            "2",
            "--batch-size",
            "2");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("exact path kernel: 17 pairs of 0.00"), run.err());
    Matrix paths = new GramOutput(output, 5, 5, true).matrix("paths");
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        assertTrue(Double.isFinite(paths.log[i][j]));
        assertTrue(paths.log[i][j] <= (paths.log[i][i] + paths.log[j][j]) / 2 + 1e-12);
      }
    }
    for (String row : query(output, "diagonal", "position, log_kernel", "where kernel = 'paths'")) {
      String[] values = row.split("\\|", -1);
      int i = Integer.parseInt(values[0]);
      assertEquals(paths.log[i][i], Double.parseDouble(values[1]));
    }
  }

  @Test
  void aStoppedRunComputesOnlyTheTilesThatLack() throws Exception {
    Path output = dir.resolve("out");
    int images = 30;
    String[] cut = {
      "--limit",
      String.valueOf(images),
      "--gate",
      "hard",
      "--block-size",
      "5",
      "--quiet",
      "--threads",
      "1",
      "--keep-layers"
    };
    int tiles = 6 * 7 / 2;
    KilledRun.stopped(
        arguments(cifar(), output, cut),
        dir.resolve("log"),
        output,
        "_staged/_shards",
        tiles * 4 / 10);
    assertFalse(Files.exists(output.resolve("_SUCCESS")), "it was too fast to be killed");
    Map<String, FileTime> before =
        KilledRun.files(KilledRun.begun(output, "_staged/tiles"), ".parquet");
    int done = KilledRun.files(KilledRun.begun(output, "_staged/_shards"), ".json").size();
    assertTrue(done >= tiles * 4 / 10 && done < tiles, done + " of " + tiles + " tiles");

    Run refused = run(cifar(), output, with(cut, "--resume", "--no-bias-coordinate"));
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("--no-bias-coordinate was false, is true; "), refused.err());
    Run resumed = run(cifar(), output, with(cut, "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Map<String, FileTime> after = KilledRun.files(output.resolve("tiles"), ".parquet");
    assertEquals(tiles, after.size());
    long kept =
        before.entrySet().stream().filter(f -> f.getValue().equals(after.get(f.getKey()))).count();
    assertTrue(kept >= done, kept + " files of " + done + " tiles were kept");

    Path other = dir.resolve("other");
    assertEquals(0, run(cifar(), other, cut).status());
    assertSame(
        new GramOutput(other, images, images, true), new GramOutput(output, images, images, true));
    for (String table : List.of("members", "diagonal")) {
      assertEquals(
          query(other, table, "*", "order by all"), query(output, table, "*", "order by all"));
    }
    List<String> unsaid = new ArrayList<>(List.of(with(cut, "--resume")));
    unsaid.remove("--block-size");
    unsaid.remove("5");
    Run again = run(cifar(), output, unsaid.toArray(String[]::new));
    assertEquals(0, again.status(), again.err());
  }

  @Test
  void imagesThatCannotBeUsedAreErrorsAndHaveNoPosition() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images/airplane"));
    int i = 0;
    try (Stream<Path> files = Files.list(cifar().resolve("airplane"))) {
      for (Path file : files.sorted().limit(5).toList()) {
        Files.copy(file, images.resolve(i + ".png"));
        i += 2;
      }
    }
    Files.writeString(images.resolve("1.png"), "no image");
    Files.write(images.resolve("5.png"), new byte[0]);
    Path output = dir.resolve("out");
    for (String store : List.of("none", dir.resolve("gates").toString())) {
      Run run =
          run(
              dir.resolve("images"),
              output,
              "--quiet",
              "--gate",
              "hard",
              "--block-size",
              "2",
              "--batch-size",
              "2",
              "--overwrite",
              "--gate-store",
              store);
      assertEquals(0, run.status(), run.err());
      assertEquals(
          List.of("0|0", "1|2", "2|3", "3|5", "4|6"),
          query(output, "members", "position, ordinal", "order by position"));
      assertEquals(
          List.of("airplane/1.png|1", "airplane/5.png|4"),
          query(output, "errors", "image_id, ordinal", "order by ordinal"));
      assertEquals(6, new GramOutput(output, 5, 5, true).files().size());
    }
    Run none = run(dir.resolve("images"), dir.resolve("strict"), "--quiet", "--max-errors", "1");
    assertEquals(1, none.status());
    assertTrue(none.err().contains("more than --max-errors 1 allows"), none.err());
  }

  @Test
  void withoutAnImageTheTablesAreEmpty() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images"));
    Files.writeString(images.resolve("1.png"), "no image");
    Path output = dir.resolve("out");
    Run run = run(images, output, "--quiet");
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().contains("none of the 1 images could be used"), run.err());
    assertEquals(List.of("0"), query(output, "tiles", "count(*)", ""));
    assertEquals(List.of("0"), query(output, "members", "count(*)", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--keep top:0 | '--keep': 'top:0' is none of tiles, top:K with K from 1 to 9999, none",
        "--keep top:3 --keep-layers | --keep-layers needs --keep tiles, not top:3",
        "--keep none --paths exact | --paths exact needs --keep tiles, not none",
        "--vectors v.parquet | --vectors needs --keep top:K or none, not tiles",
        "--paths all | 'all' is not exact",
        "--precision bf16 | 'bf16' is neither fp32 nor int8",
        "--gate guided | 'guided' is none of sigmoid, softsign, normal-cdf, hard, leaky:A with",
        "--gate relu | 'relu' is none of sigmoid, softsign",
        "--temperature 0 | '0' is no temperature",
        "--block-size 0 | '0' is no whole number from 1 to 65536",
        "--blok-size 4 | unknown option --blok-size; the nearest is --block-size",
      })
  void wrongOptionsAreRefusedBeforeAnythingIsDone(String options, String message) {
    Run run = run(cifar(), dir.resolve("out"), options.strip().split(" "));
    assertEquals(2, run.status(), run.err());
    assertTrue(run.err().contains(message.strip()), run.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void gatesAreNotStoredWithinTheOutput() {
    Path output = dir.resolve("out");
    Run run = run(cifar(), output, "--gate-store", output.resolve("gates").toString());
    assertEquals(1, run.status());
    assertTrue(run.err().contains("holds --gate-store"), run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void anEmptySecondSetIsNamed() throws Exception {
    Path empty = Files.createDirectories(dir.resolve("empty"));
    Run run = run(cifar(), dir.resolve("out"), "--columns", empty.toString());
    assertEquals(1, run.status());
    assertTrue(run.err().contains("--columns " + empty + " holds no images"), run.err());
  }

  @Test
  void aMissingSecondSetIsRefused() {
    Path nowhere = dir.resolve("nowhere");
    Run run = run(cifar(), dir.resolve("out"), "--columns", nowhere.toString());
    assertEquals(1, run.status());
    assertTrue(run.err().contains(nowhere.toString()), run.err());
    assertFalse(Files.exists(dir.resolve("out")));
  }
}

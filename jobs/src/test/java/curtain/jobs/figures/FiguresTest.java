package curtain.jobs.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.pullbacks.PullbackRow;
import curtain.jobs.pullbacks.PullbackRows;
import curtain.jobs.pullbacks.Store;
import curtain.jobs.tables.TableWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command, from pullbacks of CIFAR images to pages. */
@Tag("engine")
class FiguresTest {
  /** {@code figures.csv} as DuckDB reads it. */
  private static final String CELLS = "read_csv('%s/figures.csv', all_varchar = true)";

  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path images;
  private static Path floats;
  private static Path halves;
  private static DuckDb duckDb;

  @BeforeAll
  static void takePullbacks() throws Exception {
    // A copy: a test changes it. One name is what CSV and captions must cope with.
    images = Files.createDirectories(shared.resolve("images"));
    Path source = Shared.path(Shared.CIFAR_IMAGES);
    for (String name :
        List.of("airplane/0000.jpg", "cat/0003.jpg", "frog/0001.jpg", "ship/0002.jpg")) {
      Files.createDirectories(images.resolve(name).getParent());
      Files.copy(source.resolve(name), images.resolve(name));
    }
    Files.copy(
        source.resolve("dog/0004.jpg"),
        Files.createDirectory(images.resolve("dog")).resolve("a \"dog\".jpg"));
    floats = shared.resolve("floats");
    halves = shared.resolve("halves");
    pullbacks(floats, "--targets", "top:3", "--temperature", "0.15,0.3", "--with-gradient");
    pullbacks(halves, "--targets", "top:3", "--gate", "leaky:0.3", "--store", "float16");
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  private static void pullbacks(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "pullbacks",
                "--images",
                images.toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--batch-size",
                "3",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
  }

  private Path figures(Path input, String... more) throws IOException {
    Path output = Files.createTempDirectory(dir, "figures");
    Run run = Run.figures(input, output, more);
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private void assertFails(String message, Path input, String... more) {
    Path output = dir.resolve("none");
    Run run = Run.figures(input, output, more);
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain: " + message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("figures.csv")));
  }

  private static List<String> cells(Path figures, String columns, String where) throws Exception {
    return duckDb.rows("select " + columns + " from " + CELLS.formatted(figures) + where);
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** Pixels of a cell at its coordinates, by channel, row and column. */
  private static int[] pixels(Path figures, String page, String where) throws Exception {
    int[] at = new int[4];
    String[] numbers = where.split("\\|", -1);
    for (int i = 0; i < 4; i++) {
      at[i] = Integer.parseInt(numbers[i]);
    }
    BufferedImage image =
        ImageIO.read(
            figures
                .resolve(String.format(Locale.ROOT, "figure-%04d.png", Integer.parseInt(page)))
                .toFile());
    int[] pixels = new int[3 * at[2] * at[3]];
    for (int c = 0, to = 0; c < 3; c++) {
      for (int y = 0; y < at[3]; y++) {
        for (int x = 0; x < at[2]; x++) {
          pixels[to++] = image.getRGB(at[0] + x, at[1] + y) >> (16 - 8 * c) & 0xff;
        }
      }
    }
    return pixels;
  }

  @ParameterizedTest
  @CsvSource({"floats", "halves"})
  void theTableSaysWhatThePixelsAre(String store) throws Exception {
    Path input = shared.resolve(store);
    Path figures = figures(input, "--rows", "2", "--cell", "64");
    // Every row of the pullbacks is one cell, and every image.
    long rows = Long.parseLong(duckDb.rows("select count(*) from '" + floats(input) + "'").get(0));
    assertEquals(rows + 5, cells(figures, "page", "").size());
    String values =
        "select pullback from '%s' where image_id = '%s' and target = %s and gate = '%s'"
            + " and coalesce(temperature, -1) = %s";
    for (String cell :
        cells(
            figures,
            "page, image_id, target, gate, coalesce(temperature, '-1'), minimum, maximum,"
                + " x, y, width, height",
            " where target is not null")) {
      String[] c = cell.split("\\|", -1);
      float[] v = stored(input, values.formatted(floats(input), c[1], c[2], c[3], c[4]));
      float low = Float.parseFloat(c[5]);
      float high = Float.parseFloat(c[6]);
      int[] pixels = pixels(figures, c[0], String.join("|", c[7], c[8], c[9], c[10]));
      assertEquals(3 * 64 * 64, pixels.length);
      for (int i = 0; i < pixels.length; i++) {
        int from = i / (64 * 64) * 1024 + i % (64 * 64) / 64 / 2 * 32 + i % 64 / 2; // squares of 2
        double expected = Math.floor(255.0 * (v[from] - low) / (high - low) + 0.5);
        assertEquals(expected, pixels[i], 1, cell);
      }
      float least = Float.POSITIVE_INFINITY;
      float largest = Float.NEGATIVE_INFINITY;
      for (float value : v) {
        least = Math.min(least, value);
        largest = Math.max(largest, value);
      }
      assertEquals(least, low);
      assertEquals(largest, high);
    }
    for (String cell :
        cells(
            figures,
            "page, image_id, x, y, width, height",
            " where target is null and gate is null and logit is null and \"column\" = '0'")) {
      String[] c = cell.split("\\|", -1);
      BufferedImage image = ImageIO.read(images.resolve(c[1]).toFile());
      int[] pixels = pixels(figures, c[0], String.join("|", c[2], c[3], c[4], c[5]));
      // Decoders differ by rounding, here at most by some levels.
      for (int i = 0; i < 64 * 64; i++) {
        int y = i / 64 / 2;
        int x = i % 64 / 2;
        assertEquals(image.getRGB(x, y) >> 16 & 0xff, pixels[i], 8, cell);
      }
    }
  }

  private static String floats(Path input) {
    return input + "/pullbacks/*.parquet";
  }

  private static float[] stored(Path input, String query) throws Exception {
    boolean half = input.equals(halves);
    String value =
        duckDb.rows(half ? query.replace("pullback from", "hex(pullback) from") : query).get(0);
    if (half) {
      return curtain.jobs.tables.Float16.floats(java.util.HexFormat.of().parseHex(value));
    }
    String[] numbers = value.substring(1, value.length() - 1).split(", ", -1);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers[i]);
    }
    return values;
  }

  @Test
  void pagesRowsAndColumns() throws Exception {
    Path figures = figures(floats, "--rows", "2");
    assertEquals(
        List.of(
            "_SUCCESS",
            "_provenance.json",
            "figure-0001.png",
            "figure-0002.png",
            "figure-0003.png",
            "figures.csv"),
        files(figures));
    assertEquals(
        List.of("1|2|20|0|6", "2|2|20|0|6", "3|1|10|0|3"),
        cells(
            figures,
            "page, count(distinct image_id), count(*), min(\"row\"), count(distinct \"row\")",
            " group by page order by page"));
    // The gradient is above the pullbacks, which come in the order of --temperature.
    assertEquals(
        List.of(
            "0|null|null|null",
            "0|hard|null|hard",
            "1|sigmoid|0.15|softmax",
            "2|sigmoid|0.3|softmax"),
        cells(
            figures,
            "\"row\", gate, temperature, pool",
            " where image_id = 'airplane/0000.jpg' and \"column\" < '2' order by 1, 2 nulls first"));
    // Columns are the targets, the largest logit first; names, logits and labels are the table's.
    assertEquals(
        List.of("30|30"),
        duckDb.rows(
            "select count(*), count(*) filter (a.logit::float >= b.logit::float) from "
                + CELLS.formatted(figures)
                + " a join "
                + CELLS.formatted(figures)
                + " b on a.image_id = b.image_id and a.\"row\" = b.\"row\" and"
                + " a.\"column\"::int + 1 = b.\"column\"::int where a.target > '' and b.target > ''"));
    assertEquals(
        List.of("45|45"),
        duckDb.rows(
            "select count(*), count(*) filter (a.logit::float = b.logit and a.label::int = b.label"
                + " and a.ordinal::bigint = b.ordinal and a.pool = b.pool) from "
                + CELLS.formatted(figures)
                + " a join '"
                + floats(floats)
                + "' b on a.image_id = b.image_id and a.target::int = b.target and a.gate = b.gate"
                + " and a.temperature::double is not distinct from b.temperature"));
    assertEquals(List.of("cat"), cells(figures, "distinct class_name", " where target = '3'"));
    assertEquals(
        List.of("10"), cells(figures, "count(*)", " where image_id = 'dog/a \"dog\".jpg'"));

    JsonNode made = new ObjectMapper().readTree(figures.resolve("_provenance.json").toFile());
    assertEquals("figures", made.path("command").asText());
    assertEquals(5, made.path("results").asInt());
    assertEquals(50, made.path("rows").path("figures.csv").asInt());
    assertEquals(3, made.path("rows").path("pages").asInt());
  }

  /** The same pictures with rows and columns exchanged. */
  @Test
  void temperaturesInColumns() throws Exception {
    Shared.real(Shared.CIFAR_WEIGHTS); // random ones predict one class
    Path rows = figures(floats, "--limit", "2", "--targets", "cat,dog,airplane");
    Path columns =
        figures(
            floats, "--limit", "2", "--targets", "cat,dog,airplane", "--columns", "temperatures");
    String what = "image_id, target, gate, temperature, minimum, maximum";
    String order = " order by image_id, target, gate, temperature";
    assertEquals(cells(rows, what, order), cells(columns, what, order));
    assertEquals(
        List.of("1|hard|null", "2|sigmoid|0.15", "3|sigmoid|0.3"),
        cells(
            columns,
            "distinct \"column\", gate, temperature",
            " where target is not null order by 1"));
    // each row is one target's
    assertEquals(
        cells(rows, "count(distinct image_id || target)", ""),
        cells(columns, "count(distinct \"row\")", " where target is not null"));
    JsonNode made = new ObjectMapper().readTree(columns.resolve("_provenance.json").toFile());
    assertEquals("temperatures", made.path("settings").path("columns").asText());
    Run wrong = Run.figures(floats, dir.resolve("none"), "--columns", "layers");
    assertEquals(2, wrong.status());
    assertTrue(wrong.err().contains("'layers' is neither targets nor temperatures"), wrong.err());
  }

  @Test
  void smallImagesGrowByAWholeFactor() throws Exception {
    Path figures = figures(halves, "--limit", "1");
    assertEquals(List.of("128|128"), cells(figures, "distinct width, height", ""));
  }

  @Test
  void imagesAndTargetsAreChosen() throws Exception {
    Shared.real(Shared.CIFAR_WEIGHTS); // random ones predict one class
    Path figures = figures(floats, "--image", "ship/0002.jpg,cat/0003.jpg");
    assertEquals(
        List.of("cat/0003.jpg", "ship/0002.jpg"), // in the set's order
        cells(figures, "distinct image_id", " order by 1"));
    figures = figures(floats, "--image", "ship/0002.jpg,cat/0003.jpg", "--limit", "1");
    assertEquals(List.of("cat/0003.jpg"), cells(figures, "distinct image_id", ""));

    // Columns as asked for; an image without one of them keeps its place free.
    String targets = "select target from '%s' where image_id = '%s' and temperature = 0.3";
    List<String> cat = duckDb.rows(targets.formatted(floats(floats), "cat/0003.jpg"));
    String other =
        duckDb
            .rows(
                "select target from '%s' where target not in (%s) order by ordinal limit 1"
                    .formatted(floats(floats), String.join(",", cat)))
            .get(0);
    figures = figures(floats, "--targets", other + "," + cat.get(1));
    assertEquals(
        List.of("2|" + cat.get(1)),
        cells(
            figures,
            "distinct \"column\", target",
            " where image_id = 'cat/0003.jpg' and target is not null"));
    assertEquals(
        List.of("1"), cells(figures, "distinct \"column\"", " where target = '" + other + "'"));
    long expected =
        Long.parseLong(
            duckDb
                .rows(
                    "select count(distinct image_id) from '%s' where target in (%s, %s)"
                        .formatted(floats(floats), other, cat.get(1)))
                .get(0));
    assertEquals(List.of(String.valueOf(expected)), cells(figures, "count(distinct image_id)", ""));
    assertEquals(
        cells(figures(floats, "--targets", "cat"), "image_id, target", ""),
        cells(figures(floats, "--targets", "3"), "image_id, target", ""));
  }

  @Test
  void namesAreThoseOfTheRunsClassList() throws Exception {
    // As of a network with another number of classes than the list that goes with it.
    Path unnamed = copy(floats);
    replace(unnamed, "\"labels_sha256\" : \"[0-9a-f]+\"", "\"labels_sha256\" : \"0\"");
    Path figures = figures(unnamed, "--targets", "3");
    assertEquals(
        List.of("3|null"), cells(figures, "distinct target, class_name", " where target > ''"));
    Run run = Run.figures(unnamed, dir.resolve("none"), "--targets", "cat");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("--targets: target cat is no index"), run.err());

    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      list.append(i + "\tdirectory" + i + "\tname, " + i + "\n");
    }
    String labels = Files.writeString(dir.resolve("classes.tsv"), list).toString();
    figures = figures(unnamed, "--targets", "directory3", "--labels", labels);
    assertEquals(
        List.of("3|name, 3"), cells(figures, "distinct target, class_name", " where target > ''"));

    replace(unnamed, "\"labels\" : \"built in\"", "\"labels\" : \"" + labels + "\"");
    assertFails(labels + " has changed since the run that read it", unnamed);
  }

  private static void replace(Path output, String what, String by) throws IOException {
    Path provenance = output.resolve("_provenance.json");
    Files.deleteIfExists(output.resolve("._provenance.json.crc"));
    String before = Files.readString(provenance);
    String after = before.replaceAll(what, java.util.regex.Matcher.quoteReplacement(by));
    assertFalse(before.equals(after), what);
    Files.writeString(provenance, after);
  }

  @Test
  void stylesShowTheSameCells() throws Exception {
    Path rgb = figures(floats, "--limit", "2");
    for (String style : List.of("diverging", "overlay")) {
      Path other = figures(floats, "--limit", "2", "--style", style);
      String what = "page, \"row\", \"column\", x, y, image_id, target, gate, temperature";
      assertEquals(cells(rgb, what, ""), cells(other, what, ""));
      assertFalse(
          java.util.Arrays.equals(
              Files.readAllBytes(rgb.resolve("figure-0001.png")),
              Files.readAllBytes(other.resolve("figure-0001.png"))));
      // Extremes are those of the channel sum.
      assertEquals(
          List.of("18|18"),
          cells(
              other,
              "count(*), count(*) filter (minimum::double <= 0 and maximum::double >= 0)",
              " where target is not null"));
    }
  }

  @Test
  void anExistingOutputIsRefusedOrReplaced() throws Exception {
    Path output = figures(floats, "--rows", "1");
    Run again = Run.figures(floats, output);
    assertEquals(1, again.status());
    assertEquals(
        "curtain: --output "
            + output
            + " exists; give --resume to go on with it or --overwrite to replace it\n",
        again.err());
    assertEquals(0, Run.figures(floats, output, "--overwrite").status());
    assertEquals(
        List.of("_SUCCESS", "_provenance.json", "figure-0001.png", "figures.csv"), files(output));

    Files.writeString(output.resolve("notes.txt"), "mine");
    Run foreign = Run.figures(floats, output, "--overwrite");
    assertEquals(1, foreign.status());
    assertTrue(foreign.err().contains(" holds notes.txt, which curtain figures did not make"));
    assertTrue(Files.exists(output.resolve("figure-0001.png")));

    Run into = Run.figures(floats, floats, "--overwrite");
    assertEquals(1, into.status());
    assertTrue(into.err().contains("was made by curtain pullbacks; choose another directory"));
    assertTrue(Files.exists(floats.resolve("_SUCCESS")));

    Path file = Files.writeString(dir.resolve("file"), "");
    assertTrue(Run.figures(floats, file).err().contains(" is a file; choose a directory"));
  }

  @Test
  void whatIsNoWholeOutputOfPullbacksIsRefused() throws Exception {
    Path missing = dir.resolve("missing");
    assertFails("--input " + missing + " does not exist", missing);
    assertFails("--input " + images + " is no output of curtain pullbacks", images);
    assertFails(
        "--input " + floats + "/pullbacks has no pullbacks/; give the directory",
        floats.resolve("pullbacks"));
    Path figures = figures(floats, "--limit", "1");
    assertFails("--input " + figures + " was made by curtain figures", figures);
    Path open = copy(floats);
    Files.delete(open.resolve("_SUCCESS"));
    assertFails(
        "--input "
            + open
            + " is not whole: it has no _SUCCESS; run curtain pullbacks with --resume",
        open);
    Path none = dir.resolve("norms");
    pullbacks(none, "--store", "none");
    assertFails("--input " + none + " keeps no pullbacks, only their norms (--store none)", none);
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    assertFails("--image cat/0004.jpg has no pullbacks", floats, "--image", "cat/0004.jpg");
    Path one = dir.resolve("one");
    pullbacks(one, "--targets", "3");
    assertFails(
        "--targets: none of the images has pullbacks of deer", one, "--targets", "deer,cat");
    Run unknown = Run.figures(floats, dir.resolve("none"), "--targets", "kat");
    assertEquals(2, unknown.status());
    assertTrue(
        unknown.err().startsWith("curtain: --targets: target kat is no index"), unknown.err());
    Run kind = Run.figures(floats, dir.resolve("none"), "--targets", "top:2");
    assertEquals(2, kind.status());
    assertTrue(kind.err().contains("'top:2' is no list of indices"), kind.err());

    Path part = Files.createDirectories(dir.resolve("part/cat"));
    // not copied, which a data set's read-only files stay
    Files.write(part.resolve("0003.jpg"), Files.readAllBytes(images.resolve("cat/0003.jpg")));
    String set = dir.resolve("part").toString();
    assertFails(
        "--images " + set + " has no airplane/0000.jpg, whose pullbacks --input has",
        floats,
        "--images",
        set);
    // A part of the set serves the images that it has.
    figures(floats, "--images", set, "--image", "cat/0003.jpg");
    Files.writeString(part.resolve("0003.jpg"), "no longer an image");
    assertFails(
        "--images " + set + ": cat/0003.jpg: ", floats, "--images", set, "--image", "cat/0003.jpg");
  }

  @Test
  void aChangedImageSetIsRefusedUnlessItIsNamed() throws Exception {
    Path added = images.resolve("truck.jpg");
    Files.copy(images.resolve("cat/0003.jpg"), added);
    try {
      assertFails("file:" + images + " has changed since curtain pullbacks read it", floats);
      figures(floats, "--images", images.toString(), "--limit", "1");
    } finally {
      Files.delete(added);
    }
  }

  @Test
  void valuesWithoutAColourAreRefused() throws Exception {
    Path damaged = copy(floats);
    Path part = damaged.resolve("pullbacks/part-00000.parquet");
    float[] values = new float[3072];
    values[17] = Float.NaN;
    try (TableWriter writer =
        TableWriter.create(
            PullbackRows.table(Store.FLOAT32),
            new org.apache.hadoop.fs.Path(part.toUri()),
            new Configuration())) {
      writer.write(
          new PullbackRow(
              "airplane/0000.jpg",
              0L,
              0,
              3,
              null,
              "sigmoid",
              0.3,
              "absolute",
              "softmax",
              1f,
              1f,
              1.0,
              1.0,
              new int[] {3, 32, 32},
              values));
    }
    assertFails(
        "pullback of airplane/0000.jpg for cat cannot be drawn: it holds NaN, which has no colour",
        damaged);
  }

  @Test
  void aPageThatIsTooLargeIsRefused() {
    assertFails(
        "--rows 8: a page would have ",
        floats,
        "--cell",
        "4096",
        "--limit",
        "2",
        "--targets",
        "cat");
  }

  private Path copy(Path output) throws IOException {
    Path copy = Files.createTempDirectory(dir, "copy");
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(output.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }
}

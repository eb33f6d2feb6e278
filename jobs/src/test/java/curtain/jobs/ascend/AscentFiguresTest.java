package curtain.jobs.ascend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.tables.TableWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

/** The command, from walks of CIFAR images to pages and curves. */
@Tag("engine")
class AscentFiguresTest {
  private static final String CELLS = "read_csv('%s/figures.csv', all_varchar = true)";
  private static final String CURVES = "read_csv('%s/logits.csv')";
  private static final List<String> IMAGES =
      List.of("airplane/0000.jpg", "cat/0003.jpg", "frog/0001.jpg", "ship/0002.jpg");

  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path images;
  private static Path steps;
  private static Path last;
  private static DuckDb duckDb;

  @BeforeAll
  static void walk() throws Exception {
    images = Files.createDirectories(shared.resolve("images"));
    for (String name : IMAGES) {
      Files.createDirectories(images.resolve(name).getParent());
      Files.copy(Shared.path(Shared.CIFAR_IMAGES).resolve(name), images.resolve(name));
    }
    steps = shared.resolve("steps");
    last = shared.resolve("last");
    String[] both = {"--direction", "both", "--temperature", "0.3,3", "--targets", "top:2"};
    ascend(steps, Stream.concat(Arrays.stream(both), Stream.of("--keep-steps")).toList());
    ascend(last, List.of("--targets", "cat,dog"));
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  private static void ascend(Path output, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ascend",
                "--images",
                images.toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--steps",
                "3",
                "--alpha",
                "2",
                "--eps",
                "5",
                "--device",
                "cpu",
                "--batch-size",
                "4",
                "--partitions",
                "2",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(more);
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
  }

  private Path figures(Path input, String... more) throws IOException {
    Path output = Files.createTempDirectory(dir, "figures");
    Run run = Run.figures(input, output, more);
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private static List<String> cells(Path figures, String columns, String where) throws Exception {
    return duckDb.rows("select " + columns + " from " + CELLS.formatted(figures) + where);
  }

  private static String walks(Path input) {
    return "'" + input + "/ascents/*.parquet'";
  }

  private static float[] floats(String list) {
    String[] numbers = list.substring(1, list.length() - 1).split(", ", -1);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(numbers[i]);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"3", "1"})
  void theTableSaysWhatThePixelsAre(int step) throws Exception {
    Path figures = figures(steps, "--rows", "3", "--cell", "64", "--step", "" + step);
    // 4 images: themselves, and 2 targets, 3 directions, 2 pictures
    List<String> all =
        cells(
            figures,
            "page, x, y, width, height, shows, image_id, target, gate,"
                + " coalesce(temperature, '-1'), minimum, maximum, norm, logit_before, logit_after",
            "");
    assertEquals(4 * (1 + 2 * 3 * 2), all.size());
    for (String cell : all) {
      String[] c = cell.split("\\|", -1);
      BufferedImage page = ImageIO.read(figures.resolve("figure-000" + c[0] + ".png").toFile());
      int left = Integer.parseInt(c[1]);
      int top = Integer.parseInt(c[2]);
      assertEquals("64|64", c[3] + "|" + c[4]);
      if (c[5].equals("input")) {
        BufferedImage image = ImageIO.read(images.resolve(c[6]).toFile());
        for (int i = 0; i < 64 * 64; i++) {
          // Decoders differ by rounding, here at most by some levels.
          int expected = image.getRGB(i % 64 / 2, i / 64 / 2) >> 16 & 0xff;
          assertEquals(expected, page.getRGB(left + i % 64, top + i / 64) >> 16 & 0xff, 8, cell);
        }
        continue;
      }
      String[] row =
          duckDb
              .rows(
                  String.format(
                      Locale.ROOT,
                      "select %s, logits[1], logits[%d], difference from %s where image_id = '%s' and"
                          + " target = %s and gate = '%s' and coalesce(temperature, -1) = %s and"
                          + " step = %d",
                      c[5],
                      step + 1,
                      walks(steps),
                      c[6],
                      c[7],
                      c[8],
                      c[9],
                      step))
              .get(0)
              .split("\\|", -1);
      float[] values = floats(row[0]);
      float low = Float.parseFloat(c[10]);
      float high = Float.parseFloat(c[11]);
      assertEquals(low, least(values));
      assertEquals(row[1] + "|" + row[2], c[13] + "|" + c[14]);
      double norm = 0;
      for (float each : floats(row[3])) {
        norm += (double) each * each;
      }
      assertEquals(Math.sqrt(norm), Double.parseDouble(c[12]), 1e-5);
      for (int i = 0; i < 3 * 64 * 64; i++) {
        int y = i % (64 * 64) / 64;
        int x = i % 64;
        float value = values[i / (64 * 64) * 1024 + y / 2 * 32 + x / 2]; // squares of 2
        double expected =
            c[5].equals("image")
                ? 255 * (value + 1.0) / 2
                : 255.0 * (value - low) / ((double) high - low);
        int pixel = page.getRGB(left + x, top + y) >> (16 - 8 * (i / (64 * 64))) & 0xff;
        assertEquals(expected, pixel, 0.51, cell);
      }
    }
  }

  private static float least(float[] values) {
    float least = Float.POSITIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  @Test
  void pagesRowsAndColumns() throws Exception {
    Path figures = figures(steps, "--rows", "3");
    for (String file : List.of("_SUCCESS", "figure-0001.png", "figure-0002.png", "logits.png")) {
      assertTrue(Files.exists(figures.resolve(file)), file);
    }
    assertFalse(Files.exists(figures.resolve("figure-0003.png")));
    // The gradient is above the pullbacks, which come in the order of --temperature.
    assertEquals(
        List.of(
            "0|0|input|null|null|null|null|null",
            "0|1|image|gradient|hard|null|null|3",
            "0|2|difference|gradient|hard|null|null|3",
            "1|1|image|pullback|sigmoid|0.3|absolute|3",
            "1|2|difference|pullback|sigmoid|0.3|absolute|3",
            "2|1|image|pullback|sigmoid|3.0|absolute|3",
            "2|2|difference|pullback|sigmoid|3.0|absolute|3"),
        cells(
            figures,
            "\"row\", \"column\", shows, direction, gate, temperature, temperature_unit, step",
            " where image_id = 'airplane/0000.jpg' and \"column\" < '3' order by 1, 2"));
    // Columns are the targets, the largest logit first, in all rows.
    assertEquals(
        List.of("24"),
        duckDb.rows(
            "select count(*) from %1$s a join %1$s b using (image_id, \"row\", shows) where"
                    .formatted(CELLS.formatted(figures))
                + " a.\"column\"::int + 2 = b.\"column\"::int"
                + " and a.logit_before::float > b.logit_before::float and shows <> 'input'"));
    assertEquals(
        List.of("cat"), cells(figures, "distinct class_name", " where target = '3'"), "names");
    JsonNode made = new ObjectMapper().readTree(figures.resolve("_provenance.json").toFile());
    assertEquals(4, made.path("results").asInt());
    assertEquals(52, made.path("rows").path("figures.csv").asInt());
    assertEquals(24, made.path("rows").path("logits.csv").asInt());
    assertEquals(3, made.path("rows").path("pages").asInt());
    assertEquals("both", made.path("settings").path("direction").asText());
    assertEquals("the last", made.path("settings").path("step").asText());
  }

  @Test
  void walksAreChosen() throws Exception {
    Path figures = figures(steps, "--direction", "pullback", "--image", "ship/0002.jpg");
    assertEquals(
        List.of("ship/0002.jpg|pullback"),
        cells(figures, "distinct image_id, direction", " where direction > ''"));
    figures = figures(steps, "--limit", "2", "--direction", "gradient");
    assertEquals(
        List.of("airplane/0000.jpg|null", "cat/0003.jpg|null"),
        cells(figures, "distinct image_id, temperature", " order by 1"));
    // columns as asked for; the image itself needs no image set
    figures = figures(last, "--targets", "dog,cat", "--style", "overlay");
    assertEquals(
        List.of("1|dog|image", "2|dog|difference", "3|cat|image", "4|cat|difference"),
        cells(
            figures,
            "distinct \"column\", class_name, shows",
            " where \"column\" > '0' order by \"column\""));
    assertEquals(List.of("16"), cells(figures, "count(*)", " where target > ''"));
    assertEquals(
        List.of("4"),
        cells(figures(last, "--targets", "dog"), "count(*)", " where shows = 'image'"));
    // before the first step nothing differs
    assertEquals(
        List.of("0.0|0.0|0.0"),
        cells(
            figures(steps, "--step", "0"),
            "distinct norm, minimum, maximum",
            " where shows = 'difference'"));
  }

  /** Against DuckDB's own means, over the walks that are shown, by the rank of their target. */
  @Test
  void curvesAreMeansOverWalks() throws Exception {
    Path figures = figures(steps, "--limit", "3");
    List<String> rows =
        duckDb.rows(
            ("select c.direction, c.step, c.walks = e.n, abs(c.mean - e.mean) < 1e-5,"
                    + " abs(c.std - e.std) < 1e-5, abs(c.rise_mean - e.rise) < 1e-5,"
                    + " abs(c.rise_std - e.rise_std) < 1e-5,"
                    + " abs(c.rise_standard_error - e.error) < 1e-5 from %s c join (select"
                    + " target, direction, temperature, s as step, count(*) as n,"
                    + " avg(logits[s + 1]::double) as mean, stddev_pop(logits[s + 1]::double) as"
                    + " std, avg(logits[s + 1]::double - logits[1]) as rise,"
                    + " stddev_pop(logits[s + 1]::double - logits[1]) as rise_std,"
                    + " stddev_samp(logits[s + 1]::double - logits[1]) / sqrt(count(*)) as error"
                    + " from (select * replace ('rank ' || dense_rank() over (partition by ordinal"
                    + " order by logits[1] desc) as target) from %s), range(4) r(s)"
                    + " where step = 3 and ordinal < 3"
                    + " group by target, direction, temperature, s) e on c.target = e.target and c.direction = e.direction and"
                    + " c.step = e.step and c.temperature is not distinct from e.temperature")
                .formatted(CURVES.formatted(figures), walks(steps)));
    assertEquals(24, rows.size());
    for (String row : rows) {
      assertTrue(row.endsWith("|true|true|true|true|true|true"), row);
    }
    // a single walk has no error
    Path one = figures(last, "--limit", "1", "--targets", "cat");
    assertEquals(
        List.of("cat|1|0.0|null"),
        duckDb.rows(
            "select distinct target, walks, std, rise_standard_error from "
                + CURVES.formatted(one)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps | --step 4 | 1 | --step 4: the walks of --input %s have 3 steps",
        "last  | --step 2 | 1 | --step 2: --input %s keeps the images of step 3 alone; run curtain ascend with --keep-steps",
        "last  | --direction gradient | 1 | --direction gradient: --input %s has walks along the pullback alone; run curtain ascend with --direction both",
        "steps | --image cat/0004.jpg | 1 | --image cat/0004.jpg has no walks; errors/ may say why",
        "last  | --targets cat,deer | 1 | --targets: no walk from the images leads to deer",
        "last  | --targets top:2 | 2 | --targets: 'top:2' is no list of indices, WordNet ids or names",
        "last  | --images x | 2 | --images has no effect on figures of curtain ascend, which made --input %s; it is for those of curtain pullbacks or kernel",
        "last  | --cell 4096 --rows 16 | 1 | --rows 16: a page would have ",
        "last  | --step -1 | 2 | Invalid value for option '--step': '-1' is no whole number from 0 to 65536",
      })
  void refusedInOneLine(String input, String more, int status, String message) {
    Path walked = shared.resolve(input);
    Run run = Run.figures(walked, dir.resolve("none"), ("--quiet " + more).split(" ", -1));
    assertEquals(status, run.status(), run.err());
    assertTrue(run.err().contains(message.formatted(walked)), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(dir.resolve("none/figures.csv")));
  }

  @Test
  void valuesWithoutAColourAreRefused() throws Exception {
    Path damaged = Files.createTempDirectory(dir, "copy");
    try (Stream<Path> files = Files.walk(last)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = damaged.resolve(last.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    float[] values = new float[3072];
    values[17] = Float.POSITIVE_INFINITY;
    try (TableWriter writer =
        TableWriter.create(
            AscentRow.TABLE,
            new org.apache.hadoop.fs.Path(damaged.resolve("ascents/part-00000.parquet").toUri()),
            new Configuration())) {
      writer.write(
          new AscentRow(
              "airplane/0000.jpg",
              0L,
              0,
              3,
              null,
              "pullback",
              "sigmoid",
              0.3,
              "absolute",
              new float[] {1, 2, 3, 4},
              new int[] {3, 32, 32},
              values,
              new float[3072],
              3));
    }
    Run run = Run.figures(damaged, dir.resolve("none"));
    assertEquals(1, run.status());
    assertEquals(
        "curtain: the walk from airplane/0000.jpg to cat cannot be drawn: it holds Infinity, which"
            + " has no colour\n",
        run.err());
  }
}

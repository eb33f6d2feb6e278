package curtain.jobs.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.Type;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of stability, three checkpoints of one training run. */
@Tag("engine")
class StabilityFiguresTest {
  private static final String THREE = "/resnet20_step{00156,00936,01248}.pth";
  private static final String LAST = "resnet20_step01248.pth";

  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path input;
  private static Path figures;
  private static DuckDb duckDb;

  @BeforeAll
  static void draw() throws Exception {
    input = shared.resolve("stability");
    stability(input, "--limit", "12", "--targets", "label,cat", "--gates-from", "2");
    figures = shared.resolve("figures");
    Run run = Run.figures(input, figures);
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err().startsWith("curtain figures: 3 checkpoints on 5 pages are in "), run.err());
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  private static void stability(Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "stability",
                "--images",
                Shared.path(Shared.CIFAR_IMAGES).toString(),
                "--model",
                "cifar_resnet20",
                "--checkpoints",
                Shared.path(Shared.CHECKPOINTS) + THREE,
                "--device",
                "cpu",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    Run run = Run.curtain(arguments.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
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

  @Test
  void everyFigureHasItsNumbersBesideIt() throws Exception {
    assertEquals(
        List.of(
            "_SUCCESS",
            "_provenance.json",
            "activation_counts.csv",
            "activations-0001.png",
            "activations.csv",
            "gate_flips.csv",
            "gate_flips.png",
            "path_space.csv",
            "path_stability.csv",
            "path_stability.png",
            "path_stability_class_3.png",
            "pullback_cosine.csv",
            "pullback_cosine.png",
            "t_pi.csv"),
        files(figures));
    for (String name : files(figures)) {
      if (name.endsWith(".png")) {
        BufferedImage page = ImageIO.read(figures.resolve(name).toFile());
        assertTrue(page.getWidth() > 500 && page.getHeight() > 400, name);
      }
    }
    String provenance = Files.readString(figures.resolve("_provenance.json"));
    assertTrue(provenance.contains("\"pages\" : 5"), provenance);
    assertTrue(provenance.contains("\"gate_flips.csv\" : 57"), provenance);
    assertTrue(provenance.contains("\"results\" : 12"), provenance);
  }

  @ParameterizedTest
  @CsvSource({
    "path_stability, true, 24", // 3 x 2 checkpoints, 2 gates, the label and a class
    "t_pi, true, 8",
    "pullback_cosine, true, 6",
    "path_space, checkpoint_b = '" + LAST + "', 5",
    "gate_flips, checkpoint_b = '" + LAST + "', 57"
  })
  void numbersAreTheTables(String table, String where, int rows) throws Exception {
    String csv = "read_csv('%s/%s.csv', nullstr = '')".formatted(figures, table);
    String parquet = "'%s/%s/*.parquet'".formatted(input, table);
    String columns =
        String.join(
            ", ",
            duckDb.rows("select column_name from (describe select * from %s)".formatted(parquet)));
    String shown = "select %s from %s".formatted(columns, csv);
    String stored = "select %s from %s where %s".formatted(columns, parquet, where);
    assertEquals(
        List.of(rows + "|" + rows + "|0|0"),
        duckDb.rows(
            ("select (select count(*) from (%1$s)), (select count(*) from (%2$s)),"
                    + " (select count(*) from (%1$s except all %2$s)),"
                    + " (select count(*) from (%2$s except all %1$s))")
                .formatted(shown, stored)));
  }

  @Test
  void derivedNumbersFollowFromTheTables() throws Exception {
    assertEquals(
        List.of("57|0"),
        duckDb.rows(
            "select count(*), count(*) filter (rate <> differ / compared) from '%s/gate_flips.csv'"
                .formatted(figures)));
    // ResNet-20 has 19 layers with 688 channels; the bins of a checkpoint hold each of them once.
    assertEquals(
        List.of("20|688", "20|688", "20|688"),
        duckDb.rows(
            "select count(*), sum(count) from '%s/activations.csv' group by checkpoint"
                .formatted(figures)));
    String bins =
        "select a.checkpoint, a.low, any_value(a.count), count(b.bin) from '%s/activations.csv' a"
            + " left join (select checkpoint, least(19, floor(20 * on_ /"
            + " (images * shape[2] * shape[3]::double))) as bin from (select checkpoint, images,"
            + " shape, unnest(active) as on_ from '%s/activations/*.parquet')) b"
            + " on a.checkpoint = b.checkpoint and b.bin = round(20 * a.low)"
            + " group by all having any_value(a.count) <> count(b.bin)";
    assertEquals(List.of(), duckDb.rows(bins.formatted(figures, input)));
    assertEquals(
        List.of("57|57|16384"),
        duckDb.rows(
            ("select count(*), count(*) filter (a.dead = b.dead and a.always_on = b.always_on and"
                    + " a.images = b.images and a.neurons = list_product(b.shape)), max(a.neurons)"
                    + " from '%s/activation_counts.csv' a join '%s/activations/*.parquet' b"
                    + " using (checkpoint, layer, name)")
                .formatted(figures, input)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--images .",
        "--image cat/0003.jpg",
        "--targets cat",
        "--limit 3",
        "--style rgb",
        "--cell 64",
        "--rows 8"
      })
  void optionsOfPullbacksAreRefused(String option) {
    Path output = dir.resolve("none");
    Run run = Run.figures(input, output, option.split(" ", -1));
    assertEquals(2, run.status(), run.err());
    String name = option.split(" ", -1)[0];
    assertTrue(
        run.err()
            .startsWith(
                "curtain: "
                    + name
                    + " has no effect on figures of curtain stability, which made --input "
                    + input),
        run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void anExistingOutputIsRefusedOrReplaced() throws Exception {
    Path output = dir.resolve("out");
    assertEquals(0, Run.figures(input, output).status());
    Run again = Run.figures(input, output);
    assertEquals(1, again.status());
    assertEquals(
        "curtain: --output "
            + output
            + " exists; give --resume to go on with it or --overwrite to replace it\n",
        again.err());
    byte[] before = Files.readAllBytes(output.resolve("path_stability.png"));
    assertEquals(0, Run.figures(input, output, "--overwrite", "--quiet").status());
    assertEquals(files(figures), files(output));
    assertTrue(
        java.util.Arrays.equals(before, Files.readAllBytes(output.resolve("path_stability.png"))),
        "the same figures have the same pixels");

    Files.writeString(output.resolve("notes.csv"), "mine");
    Run foreign = Run.figures(input, output, "--overwrite");
    assertEquals(1, foreign.status());
    assertTrue(foreign.err().contains(" holds notes.csv, which curtain figures did not make"));
    assertTrue(Files.exists(output.resolve("path_stability.png")));
  }

  @Test
  void aFailureLeavesNothing() throws Exception {
    Path damaged = copy(input);
    try (Stream<Path> files = Files.list(damaged.resolve("path_space"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(damaged.resolve("path_space/part-00000.parquet"), "no table");
    Path output = dir.resolve("none");
    Run run = Run.figures(damaged, output);
    assertEquals(1, run.status());
    assertTrue(run.err().contains("path_space/part-00000.parquet"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));

    Path open = copy(input);
    Files.delete(open.resolve("_SUCCESS"));
    run = Run.figures(open, output);
    assertEquals(1, run.status());
    assertTrue(
        run.err().contains("is not whole: it has no _SUCCESS; run curtain stability with --resume"),
        run.err());
    assertFalse(Files.exists(output));
  }

  /** Over one image no correlation is defined, and t_pi is null. */
  @Test
  void nullsAreDrawnAndStayEmpty() throws Exception {
    Path one = dir.resolve("one");
    stability(one, "--limit", "1");
    Path output = dir.resolve("of-one");
    Run run = Run.figures(one, output);
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("18|0"),
        duckDb.rows(
            "select count(*), count(pearson) from read_csv('%s/path_stability.csv', nullstr = '')"
                .formatted(output)));
    BufferedImage page = ImageIO.read(output.resolve("path_stability.png").toFile());
    int grey = 0;
    for (int y = 0; y < page.getHeight(); y++) {
      for (int x = 0; x < page.getWidth(); x++) {
        grey += (page.getRGB(x, y) & 0xffffff) == 0xd9d9d9 ? 1 : 0;
      }
    }
    assertTrue(grey > 18 * 500, "hatched cells: " + grey + " pixels");

    Configuration conf = new Configuration();
    FinishedOutput made =
        FinishedOutput.open("--input", one.toString(), List.of("stability"), conf);
    StabilityCharts charts = StabilityCharts.read(made, null, conf);
    List<String> first = charts.labels().labels(charts.results().checkpoints().subList(0, 2));
    String never = String.join(", ", first);
    assertEquals(
        List.of(
            "t_\u03c0 of the last checkpoint's gates (s = %s): hard never, sigmoid never."
                .formatted(charts.labels().last()),
            "Other gates without t_\u03c0: hard s = %1$s; sigmoid s = %1$s.".formatted(never)),
        charts.correlations().notes(null));
  }

  private Path copy(Path output) throws IOException {
    Path copy = Files.createTempDirectory(dir, "copy");
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file :
          files.filter(file -> !file.getFileName().toString().startsWith(".")).toList()) {
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

  /** The figures' files and the page's section are of the same charts. */
  @Test
  void thePageShowsTheChartsOfTheFigures() throws Exception {
    Configuration conf = new Configuration();
    FinishedOutput made =
        FinishedOutput.open("--input", input.toString(), List.of("stability"), conf);
    StabilityCharts charts = StabilityCharts.read(made, null, conf);
    TrainingPages training = charts.training();
    Type type = Type.ofSize(22);
    assertDrawn("path_stability.png", charts.correlations().page(type, null));
    assertDrawn("gate_flips.png", training.gateFlips(type));
    assertDrawn("pullback_cosine.png", training.pullbackCosine(type));
    JsonNode told =
        written(
            json ->
                new StabilityReport()
                    .write(made, new ReportRoom(24, 8_000_000, 500, null, conf), json));
    List<HeatMap> maps = charts.correlations().maps(null);
    assertEquals(2, maps.size());
    for (int i = 0; i < maps.size(); i++) {
      JsonNode map = told.at("/2/parts/" + i + "/1");
      assertEquals(written(new ReportBlock.Heat(maps.get(i))), map);
    }
    assertEquals(written(new ReportBlock.Heat(training.flips())), told.get(4));
    assertEquals(
        written(
            new ReportBlock.Lines(List.of(training.total(), training.paths(), training.cosine()))),
        told.get(5));
  }

  private static void assertDrawn(String name, Drawing drawing) throws IOException {
    BufferedImage file = ImageIO.read(figures.resolve(name).toFile());
    BufferedImage drawn = drawing.draw();
    assertEquals(drawn.getWidth(), file.getWidth(), name);
    assertEquals(drawn.getHeight(), file.getHeight(), name);
    int[] pixels =
        drawn.getRGB(0, 0, drawn.getWidth(), drawn.getHeight(), null, 0, drawn.getWidth());
    assertArrayEquals(
        pixels,
        file.getRGB(0, 0, file.getWidth(), file.getHeight(), null, 0, file.getWidth()),
        name);
  }

  private interface Section {
    void write(ReportJson json) throws Exception;
  }

  private static JsonNode written(ReportBlock block) throws Exception {
    return written(json -> json.putBlocks(List.of(block))).get(0);
  }

  /** The blocks of a section. */
  private static JsonNode written(Section section) throws Exception {
    StringWriter out = new StringWriter();
    ReportJson json = new ReportJson(out);
    json.begin();
    section.write(json);
    json.end();
    json.flush();
    return new ObjectMapper().readTree(out.toString()).get("blocks");
  }
}

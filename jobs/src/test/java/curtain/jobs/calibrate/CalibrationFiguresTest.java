package curtain.jobs.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command, from what calibrate wrote to histograms. */
@Tag("engine")
class CalibrationFiguresTest {
  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path calibration;
  private static DuckDb duckDb;

  @BeforeAll
  static void calibrate() throws Exception {
    calibration = shared.resolve("calibration");
    Run run =
        Run.curtain(
            "calibrate",
            "--images",
            Shared.path(Shared.CIFAR_IMAGES).toString(),
            "--limit",
            "20",
            "--model",
            "cifar_resnet20",
            "--weights",
            Shared.path(Shared.CIFAR_WEIGHTS).toString(),
            "--device",
            "cpu",
            "--quiet",
            "--output",
            calibration.toString());
    assertEquals(0, run.status(), run.err());
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  private Path figures(String... more) throws IOException {
    Path output = Files.createTempDirectory(dir, "figures");
    Run run = Run.figures(calibration, output, more);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("19 layers on 1 pages are in "), run.err());
    return output;
  }

  @Test
  void theTablesAreWhatWasMeasured() throws Exception {
    Path figures = figures("--temperature", "0.5", "--temperature-unit", "layer-std");
    assertEquals(
        List.of("1520|1520"),
        duckDb.rows(
            ("select count(*), count(*) filter (b.share = h.share and b.low < b.high) from"
                    + " read_csv('%s/distributions.csv') b join (select layer, name,"
                    + " unnest(shares) as share, unnest(edges[:-2]) as low from"
                    + " '%s/histograms/*.parquet') h on b.layer = h.layer and b.name = h.name and"
                    + " b.low = h.low")
                .formatted(figures, calibration)));
    assertEquals(
        List.of("19|19|0"),
        duckDb.rows(
            ("select count(*), count(*) filter (a.mean = c.mean and a.std = c.std and a.count ="
                    + " c.count and abs(a.temperature - c.std / 2) < 1e-12), count(*) filter"
                    + " (share_within not between 0.1 and 0.9) from read_csv('%s/layers.csv') a"
                    + " join '%s/calibration/*.parquet' c using (layer, name) where c.channel is"
                    + " null")
                .formatted(figures, calibration)));
    assertTrue(ImageIO.read(figures.resolve("distributions-0001.png").toFile()).getWidth() > 1000);
    JsonNode made = new ObjectMapper().readTree(figures.resolve("_provenance.json").toFile());
    assertEquals("0.5", made.path("settings").path("temperature").asText());
    assertEquals("layer-std", made.path("settings").path("temperature-unit").asText());
    assertEquals(1520, made.path("rows").path("distributions.csv").asInt());
    assertEquals(19, made.path("rows").path("layers.csv").asInt());
  }

  /** Between the quantiles of 0.25 and 0.75 of numbers about 0 lies a half. */
  @Test
  void shareWithinAgreesWithQuantiles() {
    double[] edges = {-4, -2, 0, 2, 4};
    double[] shares = {0.1, 0.399, 0.399, 0.1};
    LayerHistogram layer = new LayerHistogram(0, "relu", 1000, 0, 1, edges, shares);
    assertEquals(0.798, layer.within(2), 1e-12);
    assertEquals(0.399, layer.within(1), 1e-12);
    assertEquals(0.898, layer.within(3), 1e-12);
    assertEquals(1, layer.within(5), 1e-12);
    LayerHistogram aside =
        new LayerHistogram(0, "relu", 1000, 3, 1, new double[] {2, 4}, new double[] {0.998});
    assertEquals(0, aside.within(1));
    assertEquals(0.5, aside.within(3), 1e-12);
  }

  /** As calibrate writes it: a bin around the number. */
  @Test
  void aConstantIsWithinOrNot() {
    double[] all = {1};
    LayerHistogram three = new LayerHistogram(0, "relu", 9, -3, 0, new double[] {-4.5, -1.5}, all);
    assertEquals(0, three.within(2.9));
    assertEquals(1, three.within(3.1));
    LayerHistogram zero = new LayerHistogram(0, "relu", 9, 0, 0, new double[] {-0.5, 0.5}, all);
    assertEquals(1, zero.within(0.1));
    assertEquals(1, zero.within(0), "T in units of a standard deviation of 0");
  }

  @Test
  void withoutATemperatureThereIsNoMark() throws Exception {
    Path plain = figures();
    Path marked = figures("--temperature", "0.3");
    assertFalse(
        java.util.Arrays.equals(
            Files.readAllBytes(plain.resolve("distributions-0001.png")),
            Files.readAllBytes(marked.resolve("distributions-0001.png"))));
    assertEquals(
        List.of("null|null"),
        duckDb.rows(
            "select distinct temperature, share_within from read_csv('%s/layers.csv')"
                .formatted(plain)));
    assertEquals(
        List.of("0.3"),
        duckDb.rows(
            "select distinct temperature from read_csv('%s/layers.csv')".formatted(marked)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--temperature-unit layer-std | --temperature-unit has no effect without --temperature",
        "--temperature 0 | Invalid value for option '--temperature': '0' is no temperature",
        "--temperature 1 --temperature-unit channel-std | 'channel-std' is neither absolute nor layer-std; a panel is a layer's",
        "--targets cat | --targets has no effect on figures of curtain calibrate",
        "--limit 3 | --limit has no effect on figures of curtain calibrate",
      })
  void wrongOptionsAreRefused(String more, String message) {
    Run run = Run.figures(calibration, dir.resolve("none"), more.split(" ", -1));
    assertEquals(2, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(dir.resolve("none")));
  }

  @Test
  void anOutputWithoutHistogramsIsRefused() throws Exception {
    Path before = Files.createDirectory(dir.resolve("before"));
    for (String name : List.of("_SUCCESS", "_provenance.json")) {
      Files.copy(calibration.resolve(name), before.resolve(name));
    }
    Run run = Run.figures(before, dir.resolve("none"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("has no calibration/"), run.err());
    Files.createDirectory(before.resolve("calibration"));
    run = Run.figures(before, dir.resolve("none"));
    assertEquals(1, run.status());
    assertEquals(
        "curtain: --input %s has no histograms/, which an older version did not write; run curtain calibrate again%n"
            .formatted(before),
        run.err());
    assertFalse(Files.exists(dir.resolve("none")));
  }
}

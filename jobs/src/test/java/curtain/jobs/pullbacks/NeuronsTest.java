package curtain.jobs.pullbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.Run;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pullbacks of hidden neurons, from images to tables and sheets; with {@code -Dcurtain.full=true}
 * runs that are resumed were killed.
 */
@Tag("engine")
class NeuronsTest {
  private static final String ROWS = "'%s/pullbacks/*.parquet'";
  private static final String CELLS = "read_csv('%s/neurons.csv')";

  @TempDir static Path shared;
  @TempDir Path dir;

  private static Path taken;
  private static DuckDb duckDb;

  /** Three channels of a layer, one of them named last, at two temperatures. */
  @BeforeAll
  static void takePullbacks() throws Exception {
    duckDb = new DuckDb();
    taken = shared.resolve("taken");
    Run run =
        pullbacks(
            taken,
            "--limit",
            "10",
            "--batch-size",
            "5",
            "--neuron",
            "layer2.0.relu#1:4-5,0",
            "--temperature",
            "0.3,1",
            "--with-gradient",
            "--keep-decisions",
            "--partitions",
            "2");
    assertEquals(0, run.status(), run.err());
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static Run pullbacks(Path output, String... more) {
    return run("pullbacks", output, more);
  }

  private static Run run(String command, Path output, String... more) {
    return Run.curtain(arguments(command, output, more).toArray(String[]::new));
  }

  private static List<String> arguments(String command, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--images",
                Shared.path(Shared.CIFAR_IMAGES).toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static List<String> rows(Path output, String columns, String where) throws Exception {
    return duckDb.rows("select " + columns + " from " + ROWS.formatted(output) + where);
  }

  @Test
  void aRowForEachImageNeuronAndKind() throws Exception {
    List<String> order =
        rows(taken, "ordinal, target, neuron, gate, temperature, pool, probability", "");
    assertEquals(10 * 3 * 3, order.size());
    for (int i = 0; i < order.size(); i++) {
      String neuron = "null|layer2.0.relu#1:" + List.of(4, 5, 0).get(i / 3 % 3);
      String kind =
          List.of("sigmoid|0.3|softmax", "sigmoid|1.0|softmax", "hard|null|hard").get(i % 3);
      assertEquals(i / 9 + "|" + neuron + "|" + kind + "|null", order.get(i));
    }
    assertEquals(
        List.of("90|30|60|30"),
        rows(
            taken,
            "count(*) filter (len(pullback) = 3072), count(*) filter (cosine_to_gradient = 1),"
                + " count(*) filter (cosine_to_gradient between 0.01 and 0.9999),"
                + " count(distinct logit)",
            ""));
    // layers before it only
    assertEquals(
        List.of("80|7|relu"),
        duckDb.rows(
            "select count(*), max(layer), any_value(kind) from '"
                + taken
                + "/decisions/*.parquet'"));
  }

  /** Hard gates and pools; single positions against the signs that the whole network kept. */
  @Test
  void positionsAreThoseOfTheDecisions() throws Exception {
    Path whole = dir.resolve("whole");
    String[] few = {"--limit", "6", "--batch-size", "6", "--keep-decisions", "--store", "none"};
    assertEquals(0, pullbacks(whole, few).status());
    int[] shape = {32, 16, 16};
    for (int[] at : new int[][] {{4, 0, 15}, {31, 9, 2}}) {
      Path one = dir.resolve("one" + at[0]);
      String neuron = String.format(Locale.ROOT, "%d:%d:%d", at[0], at[1], at[2]);
      String[] hard = {
        "--gate", "hard", "--pool", "hard", "--limit", "6", "--batch-size", "6", "--cosine"
      };
      Run run = pullbacks(one, with(List.of(hard), "--neuron", "8:" + neuron));
      assertEquals(0, run.status(), run.err());
      int index = (at[0] * shape[1] + at[1]) * shape[2] + at[2];
      List<String> bytes =
          duckDb.rows(
              "select hex(data) from '%s/decisions/*.parquet' where layer = 8".formatted(whole));
      List<String> logits = rows(one, "neuron, logit, cosine_to_gradient", "");
      assertEquals(6, logits.size());
      for (int i = 0; i < 6; i++) {
        int bits = Integer.parseInt(bytes.get(i).substring(index / 8 * 2, index / 8 * 2 + 2), 16);
        String[] row = logits.get(i).split("\\|", -1);
        assertEquals("layer2.0.relu#1:" + neuron, row[0]);
        assertEquals((bits >> index % 8 & 1) == 1, Float.parseFloat(row[1]) > 0);
        assertEquals(1.0, Double.parseDouble(row[2]), 1e-12);
      }
    }
  }

  @Test
  void calibratedTemperaturesAndResume() throws Exception {
    Path calibration = dir.resolve("calibration");
    Run calibrated = run("calibrate", calibration, "--limit", "4", "--batch-size", "4");
    assertEquals(0, calibrated.status(), calibrated.err());
    Path output = dir.resolve("out");
    String[] arguments = {
      "--limit",
      "3",
      "--neuron",
      "18:all",
      "--batch-size",
      "3",
      "--temperature",
      "0.5",
      "--temperature-unit",
      "channel-std",
      "--calibration",
      calibration.toString(),
      "--store",
      "none"
    };
    Run run = pullbacks(output, arguments);
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("192|64|0.5|channel-std"),
        rows(
            output,
            "count(*), count(distinct neuron), any_value(temperature),"
                + " any_value(temperature_unit)",
            ""));
    List<String> again = new ArrayList<>(List.of(arguments));
    again.add("--resume");
    again.set(3, "layer3.2.relu#1:0-63");
    Run same = pullbacks(output, again.toArray(String[]::new));
    assertEquals(0, same.status(), same.err());
    again.set(3, "18:1");
    Run other = pullbacks(output, again.toArray(String[]::new));
    assertEquals(1, other.status());
    assertTrue(
        other.err().contains("--neuron was layer3.2.relu#1:0-63, is layer3.2.relu#1:1; give the"),
        other.err());
  }

  /** Walks begin at the pre-activation and go along the pullback that pullbacks writes. */
  @Test
  void walksRaiseNeurons() throws Exception {
    Path walked = dir.resolve("walked");
    String neurons = "layer2.0.relu#1:4-5,0";
    Run run =
        run(
            "ascend",
            walked,
            "--limit",
            "4",
            "--neuron",
            neurons,
            "--direction",
            "both",
            "--steps",
            "3",
            "--alpha",
            "0.1",
            "--eps",
            "2",
            "--keep-steps",
            "--temperature",
            "1");
    assertEquals(0, run.status(), run.err());
    String ascents = "'" + walked + "/ascents/*.parquet'";
    assertEquals(
        List.of("96|96|24|true|24"),
        duckDb.rows(
            "select count(*), count(*) filter (target is null and len(logits) = 4), count(*) filter"
                + " (step = 0), bool_and(logits[4] > logits[1]), count(distinct logits) from "
                + ascents));
    // the first step, but for pixels that were clipped
    assertEquals(
        List.of("24|true|true"),
        duckDb.rows(
            ("select count(*), max(abs(logits[1] - logit) / (1 + abs(logit))) < 1e-5,"
                    + " max(list_max(list_transform(list_zip(image, difference, pullback), s -> case"
                    + " when abs(s[1]) < 1 then abs(s[2] - 0.1 * s[3] / norm) else 0 end))) < 1e-6"
                    + " from %s a join %s p on a.ordinal = p.ordinal and a.neuron = p.neuron and"
                    + " a.gate = p.gate and coalesce(a.temperature, 0) = coalesce(p.temperature, 0)"
                    + " where step = 1")
                .formatted(ascents, ROWS.formatted(taken))));
    Path figures = dir.resolve("walks");
    assertEquals(0, Run.figures(walked, figures, "--limit", "2", "--quiet").status());
    assertEquals(
        List.of("24|3"),
        duckDb.rows(
            "select count(*), count(distinct class_name) from read_csv('%s/figures.csv') where target is null and shows <> 'input'"
                .formatted(figures)));
    Run none = Run.figures(walked, dir.resolve("none"), "--targets", "cat");
    assertEquals(1, none.status());
    assertEquals("curtain: --targets: no walk from the images leads to cat\n", none.err());
    Run refused = run("ascend", dir.resolve("no"), "--neuron", "0:16");
    assertEquals(2, refused.status());
    assertTrue(
        refused.err().startsWith("curtain: --neuron: channel 16 is none of those of relu, 0 to 15"),
        refused.err());
  }

  /**
   * Only the shards that lack are computed, and the rows are those of a run that nobody stopped.
   */
  @ParameterizedTest
  @CsvSource({"pullbacks, --with-gradient", "ascend, --keep-steps --steps 2"})
  void aStoppedRunIsResumedToTheSameRows(String command, String options) throws Exception {
    List<String> more = new ArrayList<>(List.of(options.split(" ")));
    more.addAll(List.of("--neuron", "layer2.0.relu#1:4-5,0", "--temperature", "1", "--limit"));
    more.addAll(List.of("12", "--partitions", "6", "--batch-size", "2", "--threads", "1"));
    String[] cut = more.toArray(String[]::new);
    Path output = dir.resolve("out");
    KilledRun.stopped(arguments(command, output, cut), dir.resolve("log"), output, "_shards", 2);
    assertFalse(Files.exists(output.resolve("_SUCCESS")), "it was too fast to be killed");
    String table = command.equals("ascend") ? "ascents" : command;
    int done = KilledRun.files(KilledRun.begun(output, "_shards"), ".json").size();
    assertTrue(done >= 2 && done < 6, done + " of 6 shards");
    Map<String, FileTime> before = KilledRun.files(KilledRun.begun(output, table), ".parquet");
    more.set(more.indexOf("layer2.0.relu#1:4-5,0"), "layer2.0.relu#1:4-5,1");
    Run other = run(command, output, with(more, "--resume"));
    assertEquals(1, other.status());
    assertTrue(
        other.err().contains("--neuron was layer2.0.relu#1:4-5,0, is layer2.0.relu#1:4-5,1; give"),
        other.err());

    Run resumed = run(command, output, with(List.of(cut), "--resume"));
    assertEquals(0, resumed.status(), resumed.err());
    Map<String, FileTime> after = KilledRun.files(output.resolve(table), ".parquet");
    assertEquals(6, after.size());
    long kept =
        before.entrySet().stream().filter(f -> f.getValue().equals(after.get(f.getKey()))).count();
    assertTrue(kept >= done, kept + " files of " + done + " shards were kept");
    Path whole = dir.resolve("whole");
    assertEquals(0, run(command, whole, cut).status());
    String all = "select * from '%s/" + table + "/*.parquet' order by all";
    List<String> expected = duckDb.rows(all.formatted(whole));
    assertEquals(12 * 3 * (command.equals("ascend") ? 3 : 2), expected.size());
    assertEquals(expected, duckDb.rows(all.formatted(output)));
  }

  private static String[] with(List<String> some, String... more) {
    return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
  }

  /** In batches of 16 photos a task holds the pullbacks of 20 channels, of 2 those of all 21. */
  @Test
  void manyChannelsAreTakenAFewAtATime() throws Exception {
    for (String batch : List.of("16", "2")) {
      Run run =
          Run.curtain(
              "pullbacks",
              "--images",
              Shared.path(Shared.MORE_PHOTOS).toString(),
              "--limit",
              "2",
              "--model",
              "squeezenet1_1",
              "--weights",
              Shared.path(Shared.SQUEEZENET_WEIGHTS).toString(),
              "--neuron",
              "0:0-20",
              "--store",
              "none",
              "--batch-size",
              batch,
              "--device",
              "cpu",
              "--output",
              dir.resolve(batch).toString());
      assertEquals(0, run.status(), run.err());
      List<String> order = rows(dir.resolve(batch), "ordinal, neuron", "");
      assertEquals(42, order.size());
      for (int i = 0; i < order.size(); i++) {
        assertEquals(i / 21 + "|features.1:" + i % 21, order.get(i));
      }
    }
    assertEquals(
        List.of("42|true|true"),
        duckDb.rows(
            ("select count(*), max(abs(a.norm / b.norm - 1)) < 1e-5, max(abs(a.logit - b.logit)) = 0"
                    + " from %s a join %s b using (ordinal, neuron)")
                .formatted(ROWS.formatted(dir.resolve("16")), ROWS.formatted(dir.resolve("2")))));
  }

  @Test
  void aSheetShowsTheMostExcitingImages() throws Exception {
    Path figures = dir.resolve("figures");
    Run run = Run.figures(taken, figures, "--top", "5", "--rows", "2");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("3 neurons on 2 pages are in "), run.err());
    // five images and for each of them three pullbacks
    assertEquals(
        List.of("1|2|40", "2|1|20"),
        duckDb.rows(
            "select page, count(distinct neuron), count(*) from "
                + CELLS.formatted(figures)
                + " group by page order by page"));
    assertEquals(
        List.of("60"),
        duckDb.rows(
            "select count(*) from "
                + CELLS.formatted(figures)
                + " f join (select *, dense_rank() over (partition by neuron order by logit desc,"
                + " ordinal) as best from "
                + ROWS.formatted(taken)
                + ") p on f.neuron = p.neuron and f.rank = p.best and f.image_id = p.image_id and"
                + " f.label = p.label and (f.gate is null and p.gate = 'hard' or f.gate = p.gate"
                + " and f.temperature is not distinct from p.temperature and f.minimum::float ="
                + " list_min(p.pullback) and f.maximum::float = list_max(p.pullback))"));
    assertEquals(
        List.of("layer2.0.relu#1:4", "layer2.0.relu#1:5", "layer2.0.relu#1:0"),
        duckDb.rows(
            "select neuron from "
                + CELLS.formatted(figures)
                + " where rank = 1 and gate is null order by page, row"));
    // the image stands left of its pullback, at equal height
    assertEquals(
        List.of("15"),
        duckDb.rows(
            "select count(*) from %1$s a join %1$s b on a.page = b.page and a.row = b.row and a.column + 1 = b.column and a.y = b.y and b.x - a.x between a.width and a.width + 10 and a.image_id = b.image_id where a.gate is null and b.gate = 'hard'"
                .formatted(CELLS.formatted(figures))));
    BufferedImage page = ImageIO.read(figures.resolve("neurons-0001.png").toFile());
    assertEquals(
        List.of("true"),
        duckDb.rows(
            String.format(
                Locale.ROOT,
                "select bool_and(x + width <= %d and y + height <= %d and width = 128) from %s",
                page.getWidth(),
                page.getHeight(),
                CELLS.formatted(figures))));
  }

  @Test
  void channelsAndStylesAreChosen() throws Exception {
    Path figures = dir.resolve("figures");
    Run run =
        Run.figures(
            taken, figures, "--neuron", "0,4", "--style", "overlay", "--cell", "64", "--quiet");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("layer2.0.relu#1:0|16|4", "layer2.0.relu#1:4|16|4"),
        duckDb.rows(
            "select neuron, count(*), count(distinct image_id) from "
                + CELLS.formatted(figures)
                + " group by neuron order by neuron"));
  }

  /** A grid by image, as of classes, whose columns are neurons. */
  @Test
  void namedImagesAreDrawnByImage() throws Exception {
    Path figures = dir.resolve("figures");
    Run run = Run.figures(taken, figures, "--limit", "2", "--quiet");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of("2|18"),
        duckDb.rows(
            "select count(distinct image_id), count(*) filter (target is null and class_name like"
                + " 'layer2.0.relu#1:%') from read_csv('"
                + figures
                + "/figures.csv')"));
  }

  @Test
  void optionsWithoutEffectAreRefused() throws Exception {
    Path classes = dir.resolve("classes");
    assertEquals(0, pullbacks(classes, "--limit", "1", "--batch-size", "1").status());
    refused(taken, "--targets has no effect on pullbacks of neurons, which", "--targets", "cat");
    refused(taken, "--columns has no effect on sheets of neurons", "--columns", "temperatures");
    refused(taken, "--top has no effect on pages of single", "--limit", "1", "--top", "3");
    refused(taken, "--neuron: there is no channel 7 in layer2.0.relu#1:4-5,0", "--neuron", "4,7");
    refused(taken, "--neuron: 'x' is no channel: an index", "--neuron", "x");
    refused(classes, "--neuron has no effect on pullbacks of classes", "--neuron", "4");
  }

  private void refused(Path input, String message, String... more) {
    Path output = dir.resolve("none");
    Run run = Run.figures(input, output, more);
    assertEquals(2, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain: " + message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));
  }
}

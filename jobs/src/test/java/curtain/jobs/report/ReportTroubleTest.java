package curtain.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.jobs.ascend.AscentRow;
import curtain.jobs.command.CalibrationRow;
import curtain.jobs.command.CalibrationTables;
import curtain.jobs.demo.DemoTrain;
import curtain.jobs.fixtures.Browser;
import curtain.jobs.fixtures.Run;
import curtain.jobs.gram.DiagonalRow;
import curtain.jobs.gram.GramTables;
import curtain.jobs.gram.NeighbourRow;
import curtain.jobs.kernel.KernelOutputs;
import curtain.jobs.kernel.KernelTables;
import curtain.jobs.kernel.SpectrumRow;
import curtain.jobs.measures.MeasureRows;
import curtain.jobs.measures.MeasureSummaryRow;
import curtain.jobs.pullbacks.PullbackRow;
import curtain.jobs.pullbacks.PullbackRows;
import curtain.jobs.pullbacks.Store;
import curtain.jobs.show.PageTooLarge;
import curtain.jobs.stability.ActivationsRow;
import curtain.jobs.stability.GateFlipsRow;
import curtain.jobs.stability.PathSpaceRow;
import curtain.jobs.stability.PathStabilityRow;
import curtain.jobs.stability.StabilityTables;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of outputs that are damaged, empty, too large, or hold numbers that are none. */
@Tag("browser")
class ReportTroubleTest {
  private static final int[] SHAPE = {3, 4, 4};
  private static final String BEGIN = "<script id=\"data\" type=\"application/json\">";

  @TempDir Path dir;

  private Run report(Path page, List<Path> inputs, String... more) {
    List<String> arguments = new ArrayList<>(List.of("report", "--output", page.toString()));
    inputs.forEach(input -> arguments.addAll(List.of("--input", input.toString())));
    arguments.add("--quiet");
    arguments.addAll(Arrays.asList(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static JsonNode data(Path page) throws IOException {
    String html = Files.readString(page);
    int from = html.indexOf(BEGIN) + BEGIN.length();
    return new ObjectMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
  }

  private Map<String, String> settings() throws IOException {
    Map<String, String> settings =
        new LinkedHashMap<>(
            KernelOutputs.settings(dir.resolve("gone").toString(), "none", "tiles"));
    settings.put("store", "float32");
    settings.put("pool", "softmax");
    settings.put("steps", "2");
    settings.put("alpha", "20.0");
    settings.put("eps", "100.0");
    settings.put("threshold", "0.9");
    settings.put("activations", "channel");
    return settings;
  }

  private static float[] values(float first) {
    float[] values = new float[48];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 48f;
    }
    values[0] = first;
    return values;
  }

  private static PullbackRow pullback(long ordinal, float logit, double norm, float first) {
    return new PullbackRow(
        "image" + ordinal,
        ordinal,
        3,
        3,
        null,
        "sigmoid",
        0.3,
        "absolute",
        "softmax",
        logit,
        0.5f,
        norm,
        null,
        SHAPE,
        values(first));
  }

  private static AscentRow walk(long ordinal, float[] logits, float first, float difference) {
    return new AscentRow(
        "image" + ordinal,
        ordinal,
        3,
        3,
        null,
        "pullback",
        "sigmoid",
        0.3,
        "absolute",
        logits,
        SHAPE,
        values(first),
        values(difference),
        2);
  }

  private Path pullbacks(String name, PullbackRow... rows) throws IOException {
    Path output = dir.resolve(name);
    KernelOutputs.write(output, PullbackRows.table(Store.FLOAT32), List.of(rows));
    KernelOutputs.finish(output, "pullbacks", settings(), rows.length);
    return output;
  }

  private Path walks(String name, AscentRow... rows) throws IOException {
    Path output = dir.resolve(name);
    KernelOutputs.write(output, AscentRow.TABLE, List.of(rows));
    KernelOutputs.finish(output, "ascend", settings(), rows.length);
    return output;
  }

  private Path measures(String name, MeasureSummaryRow... rows) throws IOException {
    Path output = dir.resolve(name);
    KernelOutputs.write(output, MeasureRows.SUMMARY, List.of(rows));
    KernelOutputs.finish(output, "measures", settings(), rows.length);
    return output;
  }

  private static MeasureSummaryRow measure(String direction, double mean, double error) {
    boolean gradient = direction.equals("gradient");
    return new MeasureSummaryRow(
        direction,
        gradient ? "hard" : "sigmoid",
        gradient ? null : (Double) 0.3,
        gradient ? null : "absolute",
        gradient ? "hard" : "softmax",
        "noise_stability",
        7L,
        mean,
        error,
        gradient ? null : (Double) Double.NaN,
        null,
        null);
  }

  private Path calibration(String name, CalibrationRow... rows) throws IOException {
    Path output = dir.resolve(name);
    KernelOutputs.write(output, CalibrationTables.CALIBRATION, List.of(rows));
    KernelOutputs.finish(output, "calibrate", settings(), 1);
    return output;
  }

  private Path training(String name, String lines) throws IOException {
    Path output = dir.resolve(name);
    KernelOutputs.finish(output, "demo train", Map.of(), 1);
    Files.writeString(output.resolve(DemoTrain.CSV), "step,loss,accuracy\n" + lines);
    return output;
  }

  private Path stability(String name, double... pearson) throws IOException {
    Path output = dir.resolve(name);
    List<PathStabilityRow> correlations = new ArrayList<>();
    List<ActivationsRow> activations = new ArrayList<>();
    List<GateFlipsRow> flips = new ArrayList<>();
    for (double each : pearson) {
      correlations.add(new PathStabilityRow("one", "one", "hard", null, 1, each));
      activations.add(
          new ActivationsRow("one", 0, "relu", new int[] {2}, 1, new long[] {1, 0}, 1, 1));
      flips.add(new GateFlipsRow("one", "one", 0, "relu", 0, 0, 1, 1, 1, 0));
    }
    KernelOutputs.write(output, StabilityTables.PATH_STABILITY, correlations);
    KernelOutputs.write(output, StabilityTables.ACTIVATIONS, activations);
    KernelOutputs.write(output, StabilityTables.GATE_FLIPS, flips);
    KernelOutputs.finish(output, "stability", settings(), pearson.length);
    return output;
  }

  /** Five checkpoints. Correlations over paths deviate by more than their mean; one is missing. */
  private Path banded(String name) throws IOException {
    Path output = dir.resolve(name);
    List<PathStabilityRow> correlations = new ArrayList<>();
    List<ActivationsRow> activations = new ArrayList<>();
    List<GateFlipsRow> flips = new ArrayList<>();
    List<PathSpaceRow> paths = new ArrayList<>();
    String last = "step4";
    for (int t = 0; t < 5; t++) {
      String each = "step" + t;
      correlations.add(new PathStabilityRow(each, last, "hard", null, 1, 0.5));
      activations.add(
          new ActivationsRow(each, 0, "relu", new int[] {2}, 1, new long[] {1, 0}, 1, 1));
      int differ = t == 1 ? 1 : 50_000;
      flips.add(new GateFlipsRow(each, last, 0, "relu", 100_000, differ, 1, 1, 1, 0));
      Double mean = t == 2 ? null : (Double) 0.005;
      Double std = t == 2 ? null : (Double) 0.1;
      paths.add(new PathSpaceRow(each, last, "hard", "hard", 9, t == 2 ? 9 : 0, mean, std));
    }
    KernelOutputs.write(output, StabilityTables.PATH_STABILITY, correlations);
    KernelOutputs.write(output, StabilityTables.ACTIVATIONS, activations);
    KernelOutputs.write(output, StabilityTables.GATE_FLIPS, flips);
    KernelOutputs.write(output, StabilityTables.PATH_SPACE, paths);
    KernelOutputs.finish(output, "stability", settings(), 9);
    return output;
  }

  private Path gram(String name, int images, Double damaged) throws IOException {
    Path output = dir.resolve(name);
    Integer[] labels = new Integer[images];
    Arrays.fill(labels, 2);
    KernelOutputs.gram(
        output,
        KernelOutputs.of(Arrays.asList(labels), 3),
        null,
        16,
        List.of("product", "pixel"),
        settings());
    if (damaged != null) {
      List<DiagonalRow> diagonal = new ArrayList<>();
      for (String kernel : List.of("product", "pixel")) {
        for (long i = 0; i < images; i++) {
          boolean log = kernel.equals("product");
          double value = log && i == 0 ? damaged : 1;
          diagonal.add(
              new DiagonalRow(kernel, "row", i, log ? value : null, log ? null : (Double) value));
        }
      }
      KernelOutputs.write(output, GramTables.DIAGONAL, diagonal);
    }
    return output;
  }

  private Path kernel(String name, String scores, NeighbourRow... neighbours) throws IOException {
    Path output = dir.resolve(name);
    Path gram = dir.resolve("no-gram");
    KernelOutputs.write(output, GramTables.NEIGHBOURS, List.of(neighbours));
    KernelOutputs.write(
        output,
        KernelTables.SPECTRUM,
        List.of(new SpectrumRow("pixel", 1, 2.0), new SpectrumRow("pixel", 2, Double.NaN)));
    Files.writeString(output.resolve(KernelTables.SCORES), scores);
    KernelOutputs.finish(output, "kernel", Map.of("input", gram.toString()), 1);
    return output;
  }

  private static final float NAN = Float.NaN;

  /** Whatever can be odd, and beside it what is whole. */
  private List<Path> odd() throws IOException {
    NeighbourRow near = new NeighbourRow("pixel", 0, "image0", 2, 1, 1, "image1", 3, Double.NaN);
    return List.of(
        pullbacks(
            "pulled",
            pullback(0, NAN, Double.POSITIVE_INFINITY, 1),
            pullback(1, 1, 1, NAN),
            pullback(2, 1, 1, Float.NEGATIVE_INFINITY)),
        pullbacks("no pulled"),
        walks(
            "walked",
            walk(0, new float[] {1, NAN, Float.POSITIVE_INFINITY}, 0.5f, 0.25f),
            walk(1, new float[] {1, 2, 3}, NAN, 0)),
        walks("not walked"),
        measures(
            "measured",
            measure("pullback", Double.NaN, Double.NaN),
            measure("gradient", Double.POSITIVE_INFINITY, 1)),
        measures("not measured"),
        stability("one checkpoint", Double.NaN),
        stability("no checkpoint"),
        gram("one image", 1, null),
        gram("two images", 2, Double.NaN),
        gram("infinite", 2, Double.POSITIVE_INFINITY),
        kernel("kerneled", "{\"pixel\": {\"knn_accuracy\": {\"1\": 0.5}, \"r_squared\": null}}"),
        kernel("near", "{}", near),
        kernel("damaged", "no JSON"),
        calibration(
            "calibrated",
            new CalibrationRow(
                0, "relu", null, 1, Double.NaN, Double.POSITIVE_INFINITY, new double[7])),
        calibration("not calibrated"),
        training("trained", "0,,NaN\n"),
        training("not trained", ""),
        training("half trained", "0,,0.1\n8,0."));
  }

  @Test
  void whatIsOddLeavesTheRestWhole() throws Exception {
    List<Path> inputs = odd();
    Path page = dir.resolve("page.html");
    Run run = report(page, inputs);
    assertEquals(0, run.status(), run.err());
    String gone = "--images " + dir.resolve("gone") + " does not exist";
    List<String> wanted =
        List.of(
            "pulled: the images themselves cannot be shown: " + gone,
            "pulled: 2 of the pullbacks cannot be shown; of the first: pullback of image1 for cat"
                + " cannot be drawn: it holds NaN, which has no colour",
            "no pulled: the images themselves cannot be shown: " + gone,
            "walked: 1 of the images cannot be shown: it holds NaN, which has no colour",
            "walked: 1 of the walks cannot be shown: the walk from image1 to cat cannot be drawn:"
                + " it holds NaN, which has no colour",
            "no checkpoint: its content cannot be shown: --input %s has no image that could be"
                    .formatted(dir.resolve("no checkpoint"))
                + " used; errors/ says why",
            "two images: the kernel product kernel cannot be shown: %s/diagonal has no value of"
                    .formatted(dir.resolve("two images"))
                + " kernel product, side row, position 0; it is damaged",
            "near: the images of the neighbours cannot be shown: --input %s: what it was made of"
                    .formatted(dir.resolve("near"))
                + " cannot be used: %s does not exist".formatted(dir.resolve("no-gram")),
            "damaged: its content cannot be shown: file:%s/kernel.json is damaged: "
                .formatted(dir.resolve("damaged")),
            "half trained: its content cannot be shown: file:%s/_training.csv is damaged: it has"
                    .formatted(dir.resolve("half trained"))
                + " the line 8,0.");
    List<String> lines = run.err().lines().toList();
    assertEquals(wanted.size(), lines.size(), run.err());
    for (int i = 0; i < lines.size(); i++) {
      String begin = "curtain report: warning: " + dir + "/" + wanted.get(i);
      assertTrue(lines.get(i).startsWith(begin), lines.get(i) + "\n" + begin);
    }

    JsonNode data = data(page);
    assertEquals(inputs.size(), data.get("sections").size());
    JsonNode odd = data.at("/sections/0/items/0/rows/0");
    assertEquals("NaN", odd.get("logit").asText());
    assertEquals("Infinity", odd.get("norm").asText());
    assertTrue(odd.get("rgb").asText().startsWith("data:image/png;base64,"));
    assertTrue(data.at("/sections/0/items/1/rows/0/rgb").isMissingNode());
    assertEquals("[\"pixel kernel\"]", data.at("/sections/9/blocks/0/options/0/names").toString());

    try (Browser browser = Browser.required(dir)) {
      browser.open(page, 1280, "light");
      assertEquals(List.of(), browser.complaints());
      assertEquals("", text(browser, "#problems"));
      for (int i = 0; i < inputs.size(); i++) {
        String section = "#part-" + i;
        // A heading and more.
        assertTrue(
            browser
                    .evaluate("document.querySelector('%s').children.length".formatted(section))
                    .asInt()
                > 1,
            section);
      }
      String all = text(browser, "main");
      for (String line : lines) {
        String sentence = line.substring("curtain report: warning: ".length());
        assertTrue(all.contains(sentence), sentence);
      }
      assertTrue(text(browser, "#part-0").contains("logit NaN"), text(browser, "#part-0"));
      assertTrue(text(browser, "#part-0").contains("norm ∞"));
      assertTrue(text(browser, "#part-2").contains("2 values that are NaN or infinite"));
      assertTrue(text(browser, "#part-4 table").contains("NaN"));
      assertTrue(text(browser, "#part-12").contains("similarity NaN"));
      assertTrue(text(browser, "#part-14 table").contains("∞"));
      assertTrue(
          text(browser, "#part-16").contains("1 value that is NaN or infinite is left out"),
          text(browser, "#part-16"));
      assertTrue(text(browser, "#part-17").contains("No checkpoint was written."));
      assertEquals(0, count(browser, "main p:empty"));
      assertTrue(text(browser, "#errors").contains("Every image could be used."));
    }
  }

  /** Whether most of a chart's height is pale above each of some numbers on its axis. */
  private static final String PALE =
      """
      (() => {
        const chart = Chart.getChart(document.querySelectorAll('#part-1 .charts canvas')[1]);
        const { ctx, chartArea: { top, bottom }, scales: { x }, currentDevicePixelRatio: ratio } = chart;
        return [0.5, 1.5, 2.5, 3.5].map(at => {
          const column = ctx.getImageData(Math.round(x.getPixelForValue(at) * ratio),
            Math.round(top * ratio), 1, Math.round((bottom - top) * ratio)).data;
          let pale = 0;
          for (let i = 3; i < column.length; i += 4) {
            pale += Math.abs(column[i] - 0.18 * 255) < 3 ? 1 : 0;
          }
          return pale > column.length / 4 / 2;
        });
      })()
      """;

  @Test
  void chartsSayWhatIsThere() throws Exception {
    Path page = dir.resolve("page.html");
    AscentRow walk = walk(0, new float[] {1, 2, 3}, 0, 0);
    Run run =
        report(
            page,
            List.of(
                walks("many lines", Collections.nCopies(15, walk).toArray(AscentRow[]::new)),
                banded("banded"),
                training("diverged", "0,,0.1\n8,2.5,0.5\n16,,0.1\n24,NaN,0.1\n")));
    assertEquals(0, run.status(), run.err());
    try (Browser browser = Browser.required(dir)) {
      browser.open(page, 1280, "light");
      assertEquals(List.of(), browser.complaints());
      assertEquals("", text(browser, "#problems"));
      JsonNode dashes =
          browser.evaluate(
              "Chart.getChart(document.querySelector('#part-0 .wide canvas'))"
                  + ".data.datasets.map(line => String(line.borderDash))");
      assertEquals(15, dashes.size());
      assertEquals("", dashes.get(6).asText());
      assertEquals("8,4", dashes.get(7).asText());
      assertNotEquals(dashes.get(7), dashes.get(14));
      // Bands reach to the foot of the logarithmic axis, and not over the gap.
      assertEquals("[true,false,false,true]", browser.evaluate(PALE).toString());
      String stability = text(browser, "#part-1");
      assertFalse(stability.contains("Framed"), stability);
      assertFalse(stability.contains("left out"), stability);
      assertTrue(stability.contains("1.00e\u22125"), stability);
      String training = text(browser, "#part-2");
      assertTrue(
          training.contains(
              "Mean loss since the checkpoint before; 2 values that are NaN or infinite are left out"),
          training);
    }
  }

  @Test
  void aSectionThatCannotBeDrawnLeavesTheOthers() throws Exception {
    Path page = dir.resolve("page.html");
    Run run =
        report(
            page,
            List.of(
                pullbacks("pulled", pullback(0, 1, 1, 1)),
                calibration(
                    "calibrated", new CalibrationRow(0, "relu", null, 1, 0, 1, new double[7])),
                training("trained", "0,,0.1\n8,2.5,0.5\n")));
    assertEquals(0, run.status(), run.err());
    String html = Files.readString(page);
    Files.writeString(page, html.replaceFirst("\"lines\":\\[", "\"lines\":[null,"));
    try (Browser browser = Browser.required(dir)) {
      browser.open(page, 1280, "light");
      assertEquals(List.of(), browser.complaints());
      String sentence = text(browser, "#part-1 .notice");
      assertTrue(sentence.startsWith("Pre-activations cannot be drawn: "), sentence);
      assertEquals(sentence, text(browser, "#problems"));
      assertEquals(0, count(browser, "#part-1 canvas"));
      assertEquals(2, count(browser, "#part-2 canvas"));
      assertTrue(text(browser, "#part-2").contains("After 8 steps 50.0 %"));
      assertEquals(1, count(browser, "#errors"));
    }
  }

  private static String text(Browser browser, String selector) throws Exception {
    return browser
        .evaluate("document.querySelector('%s').textContent".formatted(selector))
        .asText();
  }

  private static int count(Browser browser, String selector) throws Exception {
    return browser.evaluate("document.querySelectorAll('%s').length".formatted(selector)).asInt();
  }

  @Test
  void errorsThatCannotBeReadAreMissedWithoutHarm() throws IOException {
    Path trained = training("trained", "0,,0.5\n");
    Path provenance = trained.resolve("_provenance.json");
    String made = Files.readString(provenance);
    assertTrue(made.contains("\"errors\":0"), made);
    Files.writeString(provenance, made.replace("\"errors\":0", "\"errors\":3"));
    Path page = dir.resolve("page.html");
    Run run = report(page, List.of(trained));
    String sentence =
        "%s: its errors cannot be shown: --input %s has no errors/".formatted(trained, trained);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain report: warning: " + sentence), run.err());
    JsonNode shown = data(page).at("/runs/0");
    assertTrue(shown.at("/notShown/0").asText().startsWith(sentence), shown.toString());
    assertEquals(0, shown.get("errorRows").size());
  }

  @Test
  void aPageThatIsTooLargeIsWrittenWithLess() throws IOException {
    AscentRow[] rows = new AscentRow[8];
    float[] logits = new float[180_000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.sin(i);
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] = walk(i, logits, 0, 0);
    }
    Path walked = walks("walked", rows);
    Path page = dir.resolve("page.html");
    Run run = report(page, List.of(walked), "--images-shown", "8");
    assertEquals(0, run.status(), run.err());
    String sentence =
        "with all that was asked for the page would be larger than 15 MB: it has at most 4 images"
            + " of each output, smaller pictures, and heat maps of at most 353 x 353 cells";
    assertEquals("curtain report: warning: " + sentence + "\n", run.err());
    JsonNode data = data(page);
    assertEquals(sentence, data.get("reduced").asText());
    assertEquals(4, data.at("/sections/0/items").size());
    String text = data.at("/sections/0/blocks/0/text").asText();
    assertTrue(text.startsWith("4 of 8 images are in this page"), text);
    assertTrue(Files.size(page) <= 15_000_000, Files.size(page) + " bytes");
  }

  @Test
  void aPageThatIsTooLargeWithTheLeastIsRefused() throws IOException {
    Path trained = training("trained", "100000,1.234567,0.7654321\n".repeat(450_000));
    Path page = dir.resolve("page.html");
    Run run = report(page, List.of(trained));
    assertEquals(1, run.status());
    assertEquals(
        "curtain: the page would be larger than 15 MB, the most that browsers show well, even with"
            + " one image of each output; give fewer --input\n",
        run.err());
    try (Stream<Path> left = Files.list(dir)) {
      assertEquals(List.of(trained), left.toList());
    }
  }

  @Test
  void aClassListThatIsNotThereIsAnError() throws IOException {
    Path page = dir.resolve("page.html");
    Run run =
        report(
            page,
            List.of(training("trained", "0,,0.5\n")),
            "--labels",
            dir.resolve("none.tsv").toString());
    assertEquals(1, run.status());
    assertTrue(run.err().contains("none.tsv"), run.err());
    assertFalse(Files.exists(page));
  }

  @Test
  void bytesAreLimited() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PageTooLarge.Limited limited = new PageTooLarge.Limited(bytes, 4)) {
      limited.write("abc".getBytes(StandardCharsets.US_ASCII));
      limited.write('d');
      assertThrows(PageTooLarge.class, () -> limited.write('e'));
      assertEquals("abcd", bytes.toString(StandardCharsets.US_ASCII));
    }
  }
}

package curtain.jobs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import curtain.demo.DemoTraining;
import curtain.engine.LoadedProgram;
import curtain.fixtures.Doubles;
import curtain.fixtures.Sources;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ImageSet;
import curtain.images.source.DecodedImage;
import curtain.images.source.Outcome;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.FileServer;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command on the demo's images and network, which need no file: what it wrote is compared
 * with the formulas, computed here from pre-activations in float64.
 */
@Tag("engine")
class EveryCommandTest {
  private static final int SIDE = 64;
  private static final int STEPS = SmallDemo.STEPS;

  /** Of the demo's images to judge with: two of each class. */
  private static final int IMAGES = 20;

  /** Of the demo's images to look at. */
  private static final int GALLERY = 20;

  private static final int LAYERS = 5;

  /** Relative, of what is computed in float32. */
  private static final double FLOAT32 = 1e-4;

  /** Absolute, of ln |K|: one gate at rounding level, of the hundreds that two images share. */
  private static final double ONE_GATE = 0.01;

  /** Of quantiles, as ranks, which a sketch gives. */
  private static final double RANK = 0.005;

  @TempDir static Path dir;
  private static Path demo;
  private static DuckDb duckDb;

  /** What the demo does not run, by the command's words. */
  private static final Map<String, Run> RUNS = new LinkedHashMap<>();

  /** The images to judge with, (IMAGES, 3, SIDE, SIDE) in [-1, 1], and their names. */
  private static Doubles.Array x;

  private static List<String> ids;

  /** Pre-activations of the last checkpoint, by layer. */
  private static List<Doubles.Array> last;

  @BeforeAll
  static void run() throws Exception {
    SmallDemo small = SmallDemo.get();
    assertEquals(0, small.run().status(), small.run().err());
    demo = small.output();
    duckDb = new DuckDb();
    List<Outcome> judged = pixels(demo.resolve("data/held-out"));
    assertEquals(IMAGES, judged.size());
    x = input(judged);
    ids = judged.stream().map(image -> image.ref().imageId()).toList();
    last = preactivations(STEPS);
    assertEquals(LAYERS, last.size());

    String weights = checkpoint(STEPS).toString();
    run("ingest", "--images", demo.resolve("data/gallery"), "--transform", "none");
    run("export", "--model", "demo_cnn", "--weights", weights);
    for (String what : List.of("pullbacks", "stability", "gram")) {
      RUNS.put(
          "bench " + what,
          Run.curtain(
              "bench",
              what,
              "--model",
              "demo_cnn",
              "--weights",
              weights,
              "--batch-size",
              "2",
              "--repeat",
              "1",
              "--device",
              "cpu"));
    }
    // Of these bytes the SHA-256 begins as that of resnet18's published file does.
    try (FileServer server = new FileServer("707339452".getBytes(StandardCharsets.US_ASCII))) {
      run("fetch", "resnet18", "--from", server.uri("/files"));
    }
    RUNS.put("completion", Run.curtain("completion"));
    RUNS.put("status", Run.curtain("status", "--output", demo.resolve("gram").toString()));
    RUNS.put("devices", Run.curtain("devices", "--device", "cpu"));
    RUNS.put(
        "check",
        Run.curtain(
            "check",
            "--images",
            demo.resolve("data/held-out").toString(),
            "--transform",
            "none",
            "--model",
            "demo_cnn",
            "--weights",
            weights));
    RUNS.forEach((command, run) -> assertEquals(0, run.status(), command + ": " + run.err()));
  }

  @Test
  void checkCountsWhatARunWouldRead() {
    String out = RUNS.get("check").out();
    assertTrue(out.contains("listed      " + IMAGES + ": " + IMAGES + " .png"), out);
    assertTrue(out.contains(IMAGES + " can be used (" + IMAGES + " PNG), 0 cannot"), out);
    assertTrue(out.contains("result      a run would go"), out);
  }

  @Test
  void statusSaysThatAnOutputIsWhole() {
    String out = RUNS.get("status").out();
    assertTrue(out.contains(demo.resolve("gram") + ", of curtain gram\n"), out);
    assertTrue(out.contains("state       whole since "), out);
    assertTrue(out.contains(IMAGES + " of " + IMAGES + " done, 0 of them errors"), out);
  }

  @Test
  void devicesSaysWhatThisProcessComputesOn() {
    String out = RUNS.get("devices").out();
    assertTrue(out.startsWith("this process"), out);
    assertTrue(out.contains("  device    CPU, "), out);
    assertTrue(out.contains("  libtorch  libtorch 2.7.1 (cpu) of "), out);
  }

  @AfterAll
  static void close() throws Exception {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  private static void run(String command, Object... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    Arrays.stream(more).map(Object::toString).forEach(arguments::add);
    arguments.addAll(List.of("--output", dir.resolve(command).toString()));
    RUNS.put(command, Run.curtain(arguments.toArray(String[]::new)));
  }

  private static Path checkpoint(int step) {
    return demo.resolve("checkpoints").resolve(DemoTraining.name(step));
  }

  private static Network network(int step) throws IOException {
    return Architecture.of("demo_cnn").network(checkpoint(step), Normalisation.IMAGENET);
  }

  private static List<Outcome> pixels(Path set) throws IOException {
    return Sources.load(Sources.list(set).refs(), Sources.ANY);
  }

  /** x = 2 p / 255 - 1. */
  private static Doubles.Array input(List<Outcome> images) {
    double[] values = new double[images.size() * 3 * SIDE * SIDE];
    int at = 0;
    for (Outcome image : images) {
      for (byte value : ((DecodedImage) image).pixels()) {
        values[at++] = (value & 0xff) * 2 / 255.0 - 1;
      }
    }
    return new Doubles.Array(values, images.size(), 3, SIDE, SIDE);
  }

  private static List<Doubles.Array> preactivations(int step) throws IOException {
    try (Doubles program = Doubles.compile(network(step), Gate.HARD, PoolGate.HARD, false)) {
      return program.preactivations(x);
    }
  }

  private static List<String> query(String table, String columns, String rest) throws Exception {
    return duckDb.rows("select %s from '%s/%s/*.parquet' %s".formatted(columns, demo, table, rest));
  }

  private static double[] doubles(String list) {
    return Arrays.stream(list.replaceAll("[\\[\\] ]", "").split(",", -1))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  /** A command that is neither in the demo nor run above has no test here. */
  @Test
  void noCommandIsLeftOut() throws Exception {
    Set<String> commands = new TreeSet<>(List.of("demo"));
    RUNS.keySet().forEach(words -> commands.add(words.split(" ", 2)[0]));
    SmallDemo.get()
        .run()
        .err()
        .lines()
        .filter(line -> line.startsWith("$ "))
        .forEach(line -> commands.add(line.split(" ", -1)[2]));
    assertEquals(new TreeSet<>(Main.program().getSubcommands().keySet()), commands);
  }

  @Test
  void pullbacksAndTheExportedFileAreTheNetworks() throws Exception {
    Path output = dir.resolve("pulled");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            demo.resolve("data/held-out").toString(),
            "--labels",
            demo.resolve("data/classes.tsv").toString(),
            "--model",
            "demo_cnn",
            "--weights",
            checkpoint(STEPS).toString(),
            "--targets",
            "star",
            "--temperature",
            "0.3",
            "--device",
            "cpu",
            "--quiet",
            "--output",
            output.toString());
    assertEquals(0, run.status(), run.err());
    int target = curtain.demo.DemoImages.classes().indexOf("star");
    long[][] targets =
        IntStream.range(0, IMAGES).mapToObj(i -> new long[] {target}).toArray(long[][]::new);
    double[] logits;
    double[] pullbacks;
    try (Doubles program = Doubles.compile(network(STEPS), Gate.SIGMOID, PoolGate.SOFTMAX, false)) {
      logits = program.logits(x);
      double[] temperature = {0.3};
      pullbacks =
          program.pullback(
              x, targets, IntStream.range(0, LAYERS).mapToObj(l -> temperature).toList());
    }
    List<ImagePullbacks> exported;
    try (LoadedProgram program = LoadedProgram.load(dir.resolve("export"), Device.cpu());
        PullbackKernel kernel = new PullbackKernel(program, 4, List.of(0.3), Set.of())) {
      List<byte[]> first =
          pixels(demo.resolve("data/held-out")).stream()
              .limit(4)
              .map(image -> ((DecodedImage) image).pixels())
              .toList();
      exported =
          kernel.run(
              first,
              Targets.of(
                  List.of(List.of(target), List.of(target), List.of(target), List.of(target))));
    }
    List<String> rows =
        duckDb.rows(
            "select image_id, target, logit, norm, pullback from '%s/pullbacks/*.parquet' order by ordinal"
                .formatted(output));
    assertEquals(IMAGES, rows.size());
    int size = 3 * SIDE * SIDE;
    for (int i = 0; i < IMAGES; i++) {
      String[] row = rows.get(i).split("\\|", -1);
      assertEquals(ids.get(i) + "|" + target, row[0] + "|" + row[1]);
      double logit = logits[i * 10 + target];
      assertEquals(logit, Double.parseDouble(row[2]), FLOAT32 * Math.max(1, Math.abs(logit)));
      double[] expected = Arrays.copyOfRange(pullbacks, i * size, (i + 1) * size);
      double[] found = doubles(row[4]);
      double norm = norm(expected);
      assertTrue(norm > 0, row[0]);
      assertEquals(norm, Double.parseDouble(row[3]), FLOAT32 * norm);
      assertTrue(distance(expected, found) <= FLOAT32 * norm, row[0]);
      if (i < exported.size()) {
        float[] other = exported.get(i).pullback(0, 0);
        double[] own = IntStream.range(0, size).mapToDouble(j -> other[j]).toArray();
        assertTrue(distance(expected, own) <= FLOAT32 * norm, "exported: " + row[0]);
      }
    }
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }

  private static double distance(double[] a, double[] b) {
    assertEquals(a.length, b.length);
    return norm(IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray());
  }

  /** [Eq. 23] with hard gates: counts of the gates that two images share, each plus 1. */
  @Test
  void gramIsTheProductOfSharedGates() throws Exception {
    double[][] logs = new double[IMAGES][IMAGES];
    double[][] signs = new double[IMAGES][IMAGES];
    for (String row :
        query(
            "gram/tiles",
            "row_start, col_start, cols, log_kernel, sign",
            "where kernel = 'product'")) {
      String[] tile = row.split("\\|", -1);
      int top = Integer.parseInt(tile[0]);
      int left = Integer.parseInt(tile[1]);
      int wide = Integer.parseInt(tile[2]);
      double[] log = doubles(tile[3]);
      double[] sign = doubles(tile[4]);
      for (int at = 0; at < log.length; at++) {
        logs[top + at / wide][left + at % wide] = log[at];
        signs[top + at / wide][left + at % wide] = sign[at];
      }
    }
    assertEquals(
        ids, query("gram/members", "image_id", "order by position"), "positions are the images");
    for (int i = 0; i < IMAGES; i++) {
      for (int j = i; j < IMAGES; j++) { // the upper triangle is kept
        double pixel = pixelKernel(i, j);
        double log = Math.log(Math.abs(pixel));
        for (Doubles.Array layer : last) {
          int size = layer.values().length / IMAGES;
          int shared = 1;
          for (int g = 0; g < size; g++) {
            if (layer.values()[i * size + g] > 0 && layer.values()[j * size + g] > 0) {
              shared++;
            }
          }
          log += Math.log(shared);
        }
        assertEquals(log, logs[i][j], ONE_GATE, i + ", " + j);
        assertEquals(Math.signum(pixel), signs[i][j]);
      }
    }
  }

  /** The inner product of two images with the constant coordinate. */
  private static double pixelKernel(int i, int j) {
    int size = 3 * SIDE * SIDE;
    double sum = 1;
    for (int p = 0; p < size; p++) {
      sum += x.values()[i * size + p] * x.values()[j * size + p];
    }
    return sum;
  }

  /** Of the pixel kernel, centred alignment with the labels and the median off the diagonal. */
  @Test
  void kernelScoresAreTheirFormulas() throws Exception {
    double[][] k = new double[IMAGES][IMAGES];
    double[][] labels = new double[IMAGES][IMAGES];
    List<Double> off = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < IMAGES; j++) {
        k[i][j] = pixelKernel(i, j) / Math.sqrt(pixelKernel(i, i) * pixelKernel(j, j));
        labels[i][j] = Path.of(ids.get(i)).startsWith(Path.of(ids.get(j)).getParent()) ? 1 : 0;
        if (i != j) {
          off.add(k[i][j]);
        }
      }
    }
    off.sort(null);
    double median = (off.get(off.size() / 2 - 1) + off.get(off.size() / 2)) / 2;
    centre(k);
    centre(labels);
    double alignment = inner(k, labels) / Math.sqrt(inner(k, k) * inner(labels, labels));
    JsonNode scores =
        new ObjectMapper().readTree(demo.resolve("kernel/kernel.json").toFile()).get("pixel");
    assertEquals(alignment, scores.get("alignment_label").asDouble(), 1e-9, scores.toString());
    assertEquals(median, scores.get("median_off_diagonal").asDouble(), 1e-9, scores.toString());
    double trace = IntStream.range(0, IMAGES).mapToDouble(i -> k[i][i]).sum();
    double[] eigenvalues =
        query("kernel/spectrum", "eigenvalue", "where kernel = 'pixel' order by rank").stream()
            .mapToDouble(Double::parseDouble)
            .toArray();
    assertTrue(eigenvalues.length > 0 && eigenvalues[0] > 0, Arrays.toString(eigenvalues));
    assertTrue(Arrays.stream(eigenvalues).sum() <= trace * (1 + 1e-9), "more than the trace");
  }

  private static void centre(double[][] k) {
    int n = k.length;
    double[] means = Arrays.stream(k).mapToDouble(row -> Arrays.stream(row).sum() / n).toArray();
    double mean = Arrays.stream(means).sum() / n;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        k[i][j] += mean - means[i] - means[j];
      }
    }
  }

  private static double inner(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        sum += a[i][j] * b[i][j];
      }
    }
    return sum;
  }

  @Test
  void calibrationIsOfThePreactivations() throws Exception {
    List<String> rows =
        query(
            "calibration/calibration",
            "count, mean, std, quantiles",
            "where channel is null order by layer");
    assertEquals(LAYERS, rows.size());
    double[] shares = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
    for (int l = 0; l < LAYERS; l++) {
      String[] row = rows.get(l).split("\\|", -1);
      double[] z = last.get(l).values().clone();
      Arrays.sort(z);
      double mean = Arrays.stream(z).average().orElseThrow();
      double std = Math.sqrt(Arrays.stream(z).map(v -> (v - mean) * (v - mean)).sum() / z.length);
      assertEquals(String.valueOf(z.length), row[0]);
      assertEquals(mean, Double.parseDouble(row[1]), FLOAT32 * std);
      assertEquals(std, Double.parseDouble(row[2]), FLOAT32 * std);
      double[] quantiles = doubles(row[3]);
      assertEquals(shares.length, quantiles.length);
      for (int q = 0; q < shares.length; q++) {
        double quantile = quantiles[q];
        double below = Arrays.stream(z).filter(v -> v <= quantile).count() / (double) z.length;
        assertEquals(shares[q], below, RANK, "layer " + l);
      }
    }
  }

  @Test
  void stabilityCountsTheGatesThatDiffer() throws Exception {
    List<String> names = query("stability/gate_flips", "distinct checkpoint_a", "order by 1");
    String first = names.get(0);
    assertEquals(DemoTraining.name(STEPS), names.get(names.size() - 1));
    int step = Integer.parseInt(first.replaceAll("\\D", ""));
    assertEquals(DemoTraining.name(step), first);
    List<Doubles.Array> before = preactivations(step);
    List<String> rows =
        query(
            "stability/gate_flips",
            "compared, differ, active_a, active_b, uncertain",
            "where checkpoint_a = '%s' and checkpoint_b = '%s' order by layer"
                .formatted(first, DemoTraining.name(STEPS)));
    assertEquals(LAYERS, rows.size());
    long flips = 0;
    for (int l = 0; l < LAYERS; l++) {
      double[] a = before.get(l).values();
      double[] b = last.get(l).values();
      long[] counted =
          Arrays.stream(rows.get(l).split("\\|", -1)).mapToLong(Long::parseLong).toArray();
      long differ = IntStream.range(0, a.length).filter(i -> a[i] > 0 != b[i] > 0).count();
      long uncertain = counted[4];
      assertEquals(a.length, counted[0]);
      long activeFirst = Arrays.stream(a).filter(z -> z > 0).count();
      long activeLast = Arrays.stream(b).filter(z -> z > 0).count();
      assertTrue(Math.abs(differ - counted[1]) <= uncertain, "layer " + l);
      assertTrue(Math.abs(activeFirst - counted[2]) <= uncertain, "layer " + l);
      assertTrue(Math.abs(activeLast - counted[3]) <= uncertain, "layer " + l);
      flips += differ;
    }
    assertTrue(flips > 100, flips + " gates differ");
  }

  /** Gini's index of the gradient, which needs no temperature. */
  @Test
  void measuresAreTheirFormulas() throws Exception {
    double[] gradients;
    long[][] targets = new long[IMAGES][1];
    double[] logits;
    try (Doubles program = Doubles.compile(network(STEPS), Gate.HARD, PoolGate.HARD, false)) {
      logits = program.logits(x);
      for (int i = 0; i < IMAGES; i++) {
        double[] own = Arrays.copyOfRange(logits, 10 * i, 10 * i + 10);
        targets[i][0] =
            IntStream.range(0, 10).reduce(0, (best, c) -> own[c] > own[best] ? c : best);
      }
      double[] none = {1};
      gradients =
          program.pullback(x, targets, IntStream.range(0, LAYERS).mapToObj(l -> none).toList());
    }
    List<String> rows =
        query(
            "measures/measures",
            "target, value",
            "where direction = 'gradient' and measure = 'sparsity' order by ordinal");
    assertEquals(IMAGES, rows.size());
    int n = 3 * SIDE * SIDE;
    for (int i = 0; i < IMAGES; i++) {
      String[] row = rows.get(i).split("\\|", -1);
      assertEquals(String.valueOf(targets[i][0]), row[0]);
      double[] a = Arrays.stream(gradients, i * n, (i + 1) * n).map(Math::abs).sorted().toArray();
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += (2 * (j + 1) - n - 1) * a[j];
      }
      assertEquals(
          sum / (n * Arrays.stream(a).sum()), Double.parseDouble(row[1]), 1e-3, ids.get(i));
    }
  }

  /** The logits of the last point are the network's, and the walk went up. */
  @Test
  void ascentsEndWhereTheySay() throws Exception {
    List<String> rows =
        query("ascents/ascents", "target, logits[1], logits[len(logits)], image", "order by all");
    assertEquals(GALLERY * 2 * 2, rows.size());
    double[] points =
        rows.stream()
            .flatMapToDouble(row -> Arrays.stream(doubles(row.split("\\|", -1)[3])))
            .toArray();
    double[] logits;
    try (Doubles program = Doubles.compile(network(STEPS), Gate.HARD, PoolGate.HARD, false)) {
      logits = program.logits(new Doubles.Array(points, rows.size(), 3, SIDE, SIDE));
    }
    int rose = 0;
    for (int i = 0; i < rows.size(); i++) {
      String[] row = rows.get(i).split("\\|", -1);
      double end = Double.parseDouble(row[2]);
      double logit = logits[10 * i + Integer.parseInt(row[0])];
      assertEquals(logit, end, FLOAT32 * Math.max(1, Math.abs(logit)));
      rose += end > Double.parseDouble(row[1]) ? 1 : 0;
    }
    assertTrue(rose > rows.size() / 2, rose + " walks went up");
  }

  @Test
  void everyFigureIsAPictureWithNumbersBesideIt() throws Exception {
    for (String made :
        List.of("pullbacks", "calibration", "measures", "ascents", "gram", "kernel", "stability")) {
      int pictures = 0;
      int numbers = 0;
      try (Stream<Path> files = Files.list(demo.resolve(made + "-figures"))) {
        for (Path file : files.toList()) {
          if (file.toString().endsWith(".png")) {
            BufferedImage picture = ImageIO.read(file.toFile());
            assertTrue(picture.getWidth() > 100 && picture.getHeight() > 100, file.toString());
            pictures++;
          } else if (file.toString().endsWith(".csv")) {
            assertTrue(Files.readAllLines(file).size() > 1, file.toString());
            numbers++;
          }
        }
      }
      assertTrue(pictures > 0 && numbers > 0, made + ": " + pictures + ", " + numbers);
    }
  }

  @Test
  void theReportHasASectionOfEachOutput() throws Exception {
    String html = Files.readString(demo.resolve("report.html"));
    String begin = "<script id=\"data\" type=\"application/json\">";
    int from = html.indexOf(begin) + begin.length();
    JsonNode data =
        new ObjectMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
    Map<String, JsonNode> sections = new LinkedHashMap<>();
    data.get("sections").forEach(section -> sections.put(section.get("kind").asText(), section));
    assertEquals(8, sections.size(), sections.keySet().toString());
    for (String kind : List.of("pullbacks", "ascend")) {
      JsonNode items = sections.get(kind).get("items");
      assertEquals(GALLERY, items.size(), kind);
      for (JsonNode item : items) {
        assertTrue(item.get("rows").size() > 0, item.toString());
      }
    }
  }

  @Test
  void ingestedImagesAreTheImages() throws Exception {
    ImageSet ingested = Sources.list(dir.resolve("ingest"));
    List<Outcome> found = Sources.load(ingested.refs(), Sources.ANY);
    List<Outcome> expected = pixels(demo.resolve("data/gallery"));
    assertEquals(GALLERY, expected.size());
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).ref().imageId(), found.get(i).ref().imageId());
      assertArrayEquals(
          ((DecodedImage) expected.get(i)).pixels(), ((DecodedImage) found.get(i)).pixels());
    }
  }

  @Test
  void benchmarksPrintTimes() throws Exception {
    Map.of(
            "pullbacks", "pullbacks_ms_per_image",
            "stability", "stability_ms_per_image",
            "gram", "tile_gmacs")
        .forEach(
            (what, figure) -> {
              try {
                JsonNode figures = new ObjectMapper().readTree(RUNS.get("bench " + what).out());
                assertEquals("demo_cnn", figures.get("net").asText());
                assertTrue(figures.get(figure).asDouble() > 0, figures.toString());
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  @Test
  void fetchKeepsTheFile() throws Exception {
    assertEquals(
        "707339452", Files.readString(dir.resolve("fetch").resolve("resnet18-f37072fd.pth")));
  }

  @Test
  void completionKnowsEveryCommand() {
    String script = RUNS.get("completion").out();
    for (String command : Main.program().getSubcommands().keySet()) {
      assertTrue(script.contains("_picocli_curtain_" + command + "()"), command);
    }
  }
}

package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Oracle;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.ImageSet;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * One network, from image files on, against the reference in float64, under the rules of the
 * specification's section on agreement: pullbacks with smooth gates and softmax pools within 1e-4;
 * those that jump within 1e-4 of the reference's under the product's own decisions; and decisions
 * that differ only at rounding level.
 */
public final class Agreement {
  static final double TOLERANCE = 1e-4;
  private static final double SIGNS = 1e-6;
  private static final double SELECTIONS = 2e-5;

  private final Oracle oracle;
  private final Path scratch;
  private final Network network;
  private final List<DecodedImage> images;
  private final List<Double> smooth = new ArrayList<>();
  private final List<Double> decided = new ArrayList<>();
  private List<ImagePullbacks> judged;
  private Oracle.Verdict verdict;
  private double logitError;

  /** A network with the weights of a file, which the oracle has loaded, as it has the images. */
  Agreement(
      Oracle oracle, Path scratch, String architecture, Path weights, List<DecodedImage> images)
      throws IOException {
    this.oracle = oracle;
    this.scratch = scratch;
    this.network = Architecture.of(architecture).network(weights, Normalisation.IMAGENET);
    this.images = images;
  }

  /** Decodes a folder's images; their order must be the oracle's. */
  public static List<DecodedImage> images(Path root, int side, List<String> names)
      throws IOException {
    Configuration conf = new Configuration();
    ImageOptions options =
        new ImageOptions(
            side == 32 ? Transform.NONE : Transform.IMAGENET,
            side,
            ImageOptions.DEFAULT_MAX_PIXELS);
    List<DecodedImage> images = new ArrayList<>();
    ImageSet set = ImageSet.list(root.toString(), names.size(), conf);
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(set.refs(), options, conf)) {
      outcomes.forEachRemaining(outcome -> images.add((DecodedImage) outcome));
    }
    assertEquals(names, images.stream().map(image -> image.ref().imageId()).toList());
    return images;
  }

  /** What is compiled and asked for, and which temperatures and targets are compared. */
  record Case(
      Gate gate,
      PoolGate pool,
      boolean compat,
      List<Double> temperatures,
      List<List<Integer>> targets,
      List<Integer> comparedTemperatures,
      List<Integer> comparedTargets,
      boolean gradients) {

    /** Compatible programs have hard gates too. */
    boolean jumps() {
      boolean continuous =
          switch (gate.kind()) {
            case SIGMOID, SOFTSIGN, NORMAL_CDF, B_SILU, DECONV -> true;
            case HARD, LEAKY, GUIDED -> false;
          };
      return !continuous || pool == PoolGate.HARD || compat;
    }
  }

  /** Computes a case for the first images, one for each list of targets, and compares it. */
  List<ImagePullbacks> check(Case c, int batch) throws IOException {
    Path archive = scratch.resolve("program.pt");
    OneDnn.write(
        Compiler.compile(
            network, new CompileOptions(c.gate(), c.pool(), c.compat(), Precision.FLOAT32)),
        archive);
    List<ImagePullbacks> results = new ArrayList<>();
    try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu());
        PullbackKernel kernel =
            new PullbackKernel(
                program, batch, c.temperatures(), Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
      for (int from = 0; from < c.targets().size(); from += batch) {
        int end = Math.min(from + batch, c.targets().size());
        results.addAll(
            kernel.run(
                images.subList(from, end).stream().map(DecodedImage::pixels).toList(),
                Targets.of(c.targets().subList(from, end))));
      }
    }
    Files.delete(archive);
    judge(results);
    for (int m : c.comparedTemperatures()) {
      compare(c, m, results);
    }
    if (c.gradients()) {
      Oracle.Gating vanilla = new Oracle.Gating("hard", "hard", 1, false, true);
      double[] expected = oracle.pullback(vanilla, indices(results), compared(c));
      for (int at = 0; at < results.size() * c.comparedTargets().size(); at++) {
        int k = c.comparedTargets().get(at % c.comparedTargets().size());
        float[] actual = results.get(at / c.comparedTargets().size()).gradient(k);
        record(decided, "gradient, image " + at, error(actual, expected, at * actual.length));
      }
    }
    return results;
  }

  private void compare(Case c, int m, List<ImagePullbacks> results) throws IOException {
    Oracle.Gating gating =
        new Oracle.Gating(
            c.gate().toString(),
            c.pool().toString(),
            c.temperatures().get(m),
            c.compat(),
            c.jumps());
    double[] expected = oracle.pullback(gating, indices(results), compared(c));
    for (int at = 0; at < results.size() * c.comparedTargets().size(); at++) {
      int k = c.comparedTargets().get(at % c.comparedTargets().size());
      float[] actual = results.get(at / c.comparedTargets().size()).pullback(m, k);
      record(
          c.jumps() ? decided : smooth,
          gating + ", image and target " + at,
          error(actual, expected, at * actual.length));
    }
  }

  private static List<Integer> indices(List<ImagePullbacks> results) {
    return IntStream.range(0, results.size()).boxed().toList();
  }

  private static List<List<Integer>> compared(Case c) {
    return c.targets().stream()
        .map(own -> c.comparedTargets().stream().map(own::get).toList())
        .toList();
  }

  private void record(List<Double> errors, String what, double error) {
    errors.add(error);
    assertTrue(error <= TOLERANCE, () -> network.name() + ", " + what + ": error " + error);
  }

  /** |actual - expected| / |expected|, in the Euclidean norm. */
  private static double error(float[] actual, double[] expected, int offset) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      double e = expected[offset + i];
      difference += (actual[i] - e) * (actual[i] - e);
      norm += e * e;
    }
    return Math.sqrt(difference / norm);
  }

  /** Decisions and logits come from one forward pass, whatever the gates: judged once. */
  private void judge(List<ImagePullbacks> results) throws IOException {
    if (judged != null) {
      for (int i = 0; i < results.size(); i++) {
        assertSameBytes(judged.get(i).signs(), results.get(i).signs());
        assertSameBytes(judged.get(i).selections(), results.get(i).selections());
        assertArrayEquals(judged.get(i).logits(), results.get(i).logits());
      }
      return;
    }
    judged = results;
    TreeMap<Integer, ImagePullbacks> byIndex = new TreeMap<>();
    indices(results).forEach(i -> byIndex.put(i, results.get(i)));
    verdict = oracle.judge(byIndex);
    int classes = network.classes();
    for (int i = 0; i < results.size(); i++) {
      checkLogits(i, results.get(i).logits(), i * classes);
    }
  }

  private static void assertSameBytes(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int l = 0; l < expected.size(); l++) {
      assertArrayEquals(expected.get(l), actual.get(l));
    }
  }

  /** Within 1e-4 of the largest; and the same largest one, if the margin exceeds the tolerance. */
  private void checkLogits(int image, float[] actual, int offset) {
    int best = 0;
    int own = 0;
    double scale = 0;
    for (int c = 0; c < actual.length; c++) {
      scale = Math.max(scale, Math.abs(verdict.logits()[offset + c]));
      best = verdict.logits()[offset + c] > verdict.logits()[offset + best] ? c : best;
      own = actual[c] > actual[own] ? c : own;
    }
    double worst = 0;
    double second = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < actual.length; c++) {
      worst = Math.max(worst, Math.abs(actual[c] - verdict.logits()[offset + c]));
      second = c == best ? second : Math.max(second, verdict.logits()[offset + c]);
    }
    logitError = Math.max(logitError, worst / scale);
    assertTrue(worst <= TOLERANCE * scale, network.name() + ", image " + image + ": " + worst);
    if (verdict.logits()[offset + best] - second > 2 * TOLERANCE * scale) {
      assertEquals(best, own, network.name() + ", image " + image);
    }
  }

  /** How the decisions differ from the reference's. */
  Oracle.Verdict verdict() {
    return verdict;
  }

  /** Over all images together, decisions differ rarely and at rounding level only. */
  public static void assertRounding(List<Oracle.Verdict> verdicts) {
    long gates = verdicts.stream().mapToLong(Oracle.Verdict::gates).sum();
    long differing = verdicts.stream().mapToLong(Oracle.Verdict::differing).sum();
    long windows = verdicts.stream().mapToLong(Oracle.Verdict::windows).sum();
    long selected = verdicts.stream().mapToLong(Oracle.Verdict::selected).sum();
    assertTrue(differing <= SIGNS * gates, differing + " signs differ of " + gates);
    assertTrue(selected <= SELECTIONS * windows, selected + " selections of " + windows);
    assertTrue(
        verdicts.stream().allMatch(v -> v.worst() <= TOLERANCE),
        () -> "|z| is not small: " + verdicts);
  }

  /** The figures, in one line. */
  String summary() {
    return String.format(
        Locale.ROOT,
        "%s: %d images, logits %.1e; smooth %s; own decisions %s; signs differ %d of %d (|z| up to"
            + " %.1e rms), selections %d of %d, images with a difference %d",
        network.name(),
        judged.size(),
        logitError,
        spread(smooth),
        spread(decided),
        verdict.differing(),
        verdict.gates(),
        verdict.worst(),
        verdict.selected(),
        verdict.windows(),
        verdict.odd().size());
  }

  private static String spread(List<Double> errors) {
    if (errors.isEmpty()) {
      return "none";
    }
    List<Double> sorted = new ArrayList<>(errors);
    Collections.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%d, median %.1e, worst %.1e",
        sorted.size(),
        sorted.get(sorted.size() / 2),
        sorted.get(sorted.size() - 1));
  }
}

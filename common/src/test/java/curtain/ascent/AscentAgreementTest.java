package curtain.ascent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.OneDnn;
import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.source.DecodedImage;
import curtain.network.Architecture;
import curtain.network.Normalisation;
import curtain.pullback.Agreement;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.Targets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks on photos with trained networks against the reference in float64, towards the predicted
 * class: every step from the stored point before it, since whole trajectories are chaotic; steps
 * along vanilla gradients under the product's own decisions at that point. More images and steps
 * with {@code -Dcurtain.full=true}.
 */
@Tag("reference")
final class AscentAgreementTest {
  private static final double STEP = 1e-3;
  private static final double LOGITS = 1e-4;
  private static final double TRAJECTORY = 0.02;

  @TempDir Path scratch;

  /** A network, its images, and the reference that has read both. */
  private record Setting(
      Oracle oracle, String architecture, Path weights, List<DecodedImage> images, int side) {}

  @FunctionalInterface
  private interface Check {
    void on(Setting setting) throws IOException;
  }

  private void with(String architecture, String weights, String photos, int count, Check check)
      throws IOException {
    int side = architecture.startsWith("cifar") ? 32 : 224;
    Path root = Shared.real("data/" + photos);
    Path file = Shared.real("data/weights/" + weights);
    try (Oracle oracle = Oracle.start(scratch)) {
      List<DecodedImage> images = Agreement.images(root, side, oracle.images(root, side, count));
      oracle.load(architecture, file);
      check.on(new Setting(oracle, architecture, file, images, side));
    }
  }

  private void withResNet20(int count, Check check) throws IOException {
    with("cifar_resnet20", "cifar10-resnet20.th", "cifar10-sample/test", count, check);
  }

  private void withSqueezeNet(int count, Check check) throws IOException {
    with("squeezenet1_1", "squeezenet1_1-imagenet.pth", "imagenet-sample/val", count, check);
  }

  private LoadedProgram program(Setting setting, Gate gate, PoolGate pool) throws IOException {
    Path archive = scratch.resolve("program.pt");
    OneDnn.write(
        Compiler.compile(
            Architecture.of(setting.architecture())
                .network(setting.weights(), Normalisation.IMAGENET),
            new CompileOptions(gate, pool, false, Precision.FLOAT32)),
        archive);
    return LoadedProgram.load(archive, Device.cpu());
  }

  /** Alpha and eps as they are by default. */
  private static AscentOptions steps(int steps) {
    return new AscentOptions(steps, 20, 100, true);
  }

  private static List<Ascent> walk(
      Setting setting, LoadedProgram program, double t, AscentOptions options) {
    List<byte[]> pixels = setting.images().stream().map(DecodedImage::pixels).toList();
    try (AscentKernel kernel = new AscentKernel(program, pixels.size(), t, options)) {
      return kernel.run(pixels, kernel.classes(pixels, Targets.top(1))).stream()
          .map(walks -> walks.get(0))
          .toList();
    }
  }

  /** Compares every step of walks, and the logits at every point. */
  private static void compare(Setting setting, List<Ascent> walks, Oracle.Walking walking)
      throws IOException {
    compare(setting, walks, walking, Map.of());
  }

  private static void compare(
      Setting setting,
      List<Ascent> walks,
      Oracle.Walking walking,
      Map<Integer, ImagePullbacks> decisions)
      throws IOException {
    List<float[]> points = walks.stream().flatMap(walk -> walk.points().stream()).toList();
    setting.oracle().points(points, setting.side());
    String rounding = "";
    if (!decisions.isEmpty()) {
      Oracle.Verdict verdict = setting.oracle().judge(decisions);
      Agreement.assertRounding(List.of(verdict));
      rounding =
          String.format(
              Locale.ROOT,
              "; signs differ %d of %d, selections %d of %d, at %d points",
              verdict.differing(),
              verdict.gates(),
              verdict.selected(),
              verdict.windows(),
              verdict.odd().size());
    }
    double[] expected =
        setting
            .oracle()
            .ascend(
                walking,
                walks.stream().flatMap(w -> repeat(w, w.target())).toList(),
                walks.stream().flatMap(w -> repeat(w, w.original())).toList(),
                1);
    int pixels = 3 * setting.side() * setting.side();
    int classes = expected.length / points.size() - pixels;
    double worstStep = 0;
    double worstLogit = 0;
    int at = 0;
    for (Ascent walk : walks) {
      int last = walk.points().size() - 1;
      for (int step = 0; step <= last; step++, at += classes + pixels) {
        double largest = 0;
        for (int c = 0; c < classes; c++) {
          largest = Math.max(largest, Math.abs(expected[at + c]));
        }
        double logit = Math.abs(walk.logits()[step] - expected[at + walk.target()]);
        worstLogit = Math.max(worstLogit, logit / largest);
        assertInside(walk.points().get(step), walk.original(), walking.eps());
        if (step < last) {
          double error = distance(walk.points().get(step + 1), expected, at + classes);
          worstStep = Math.max(worstStep, error / walking.alpha());
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s, %s: %d walks, %d points: steps within %.1e alpha, logits within %.1e%s%n",
        setting.architecture(),
        walking.gate(),
        walks.size(),
        points.size(),
        worstStep,
        worstLogit,
        rounding);
    assertTrue(worstStep <= STEP, "a step differs by " + worstStep + " alpha");
    assertTrue(worstLogit <= LOGITS, "a logit differs by " + worstLogit);
  }

  private static <T> Stream<T> repeat(Ascent walk, T value) {
    return Collections.nCopies(walk.points().size(), value).stream();
  }

  private static double distance(float[] actual, double[] expected, int offset) {
    double sum = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += Math.pow(actual[i] - expected[offset + i], 2);
    }
    return Math.sqrt(sum);
  }

  private static void assertInside(float[] point, float[] original, double eps) {
    double sum = 0;
    for (int i = 0; i < point.length; i++) {
      sum += Math.pow((double) point[i] - original[i], 2);
      assertTrue(point[i] >= -1 && point[i] <= 1, point[i] + " is outside of the box");
    }
    assertTrue(Math.sqrt(sum) <= eps * (1 + 1e-6), Math.sqrt(sum) + " from the original");
  }

  private void checkPullback(Setting setting, double t, AscentOptions options) throws IOException {
    try (LoadedProgram program = program(setting, Gate.SIGMOID, PoolGate.SOFTMAX)) {
      compare(
          setting,
          walk(setting, program, t, options),
          new Oracle.Walking("sigmoid", "softmax", t, false, options.alpha(), options.eps()));
    }
  }

  private void checkGradient(Setting setting, AscentOptions options) throws IOException {
    try (LoadedProgram program = program(setting, Gate.HARD, PoolGate.HARD)) {
      List<Ascent> walks = walk(setting, program, 1, options);
      compare(
          setting,
          walks,
          new Oracle.Walking("hard", "hard", 1, true, options.alpha(), options.eps()),
          decisions(program, walks));
    }
  }

  /** The decisions at every point, in batches as the walks were, by position of the point. */
  private static Map<Integer, ImagePullbacks> decisions(LoadedProgram program, List<Ascent> walks) {
    int rows = Math.max(2, walks.size());
    MicroBatch inputs = new MicroBatch(rows, program.info().imageSize());
    Map<Integer, ImagePullbacks> decisions = new TreeMap<>();
    int steps = walks.get(0).points().size();
    for (int step = 0; step < steps; step++) {
      int at = step;
      try (NDManager call = program.newManager()) {
        PtNDArray x = inputs.fillValues(call, walks.stream().map(w -> w.points().get(at)).toList());
        PtNDArray targets = (PtNDArray) call.create(new long[rows], new Shape(rows, 1));
        PtNDArray t = (PtNDArray) call.create(new float[] {1}, new Shape(1, 1, 1, 1));
        List<List<PtNDArray>> results =
            program.call(
                call,
                "rows_and_decisions",
                IValue.from(x),
                IValue.from(targets),
                IValue.from(0),
                LoadedProgram.list(Collections.nCopies(program.info().relus().size(), t)));
        float[] logits = results.get(0).get(0).toFloatArray();
        int classes = program.info().classes();
        for (int n = 0; n < walks.size(); n++) {
          // the same forward pass, so the same decisions
          assertArrayEquals(
              new float[] {walks.get(n).logits()[step]},
              new float[] {logits[n * classes + walks.get(n).target()]});
          decisions.put(
              n * steps + step,
              new ImagePullbacks(
                  new float[classes],
                  new int[0],
                  new float[0][][],
                  new float[0][],
                  signs(results.get(4), n, rows),
                  selections(results.get(5), n, rows)));
        }
      }
    }
    return decisions;
  }

  private static List<byte[]> signs(List<PtNDArray> layers, int n, int rows) {
    List<byte[]> signs = new ArrayList<>();
    for (PtNDArray layer : layers) {
      boolean[] all = layer.toBooleanArray();
      int gates = all.length / rows;
      byte[] bits = new byte[(gates + 7) / 8];
      for (int i = 0; i < gates; i++) {
        bits[i / 8] |= (byte) (all[n * gates + i] ? 1 << (i % 8) : 0);
      }
      signs.add(bits);
    }
    return signs;
  }

  private static List<byte[]> selections(List<PtNDArray> pools, int n, int rows) {
    List<byte[]> selections = new ArrayList<>();
    for (PtNDArray pool : pools) {
      long[] all = pool.toLongArray();
      int windows = all.length / rows;
      ByteBuffer own = ByteBuffer.allocate(Integer.BYTES * windows).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < windows; i++) {
        own.putInt((int) all[n * windows + i]);
      }
      selections.add(own.array());
    }
    return selections;
  }

  @Test
  void resNet20() throws IOException {
    withResNet20(
        Shared.full() ? 50 : 2,
        setting -> {
          checkPullback(setting, 0.3, steps(10));
          // the ball ends where a third step would
          checkPullback(setting, 0.3, new AscentOptions(8, 2, 5, true));
          checkGradient(setting, steps(10));
        });
  }

  @Test
  void squeezeNetAlongPullbacks() throws IOException {
    withSqueezeNet(
        Shared.full() ? 10 : 2,
        setting -> checkPullback(setting, 0.3, steps(Shared.full() ? 10 : 2)));
  }

  /** At a temperature at which SqueezeNet's pullbacks are not all but its gradients. */
  @Test
  void squeezeNetAlongWarmPullbacks() throws IOException {
    withSqueezeNet(
        Shared.full() ? 10 : 2,
        setting -> checkPullback(setting, 30, steps(Shared.full() ? 10 : 2)));
  }

  @Test
  void squeezeNetAlongGradients() throws IOException {
    withSqueezeNet(
        Shared.full() ? 10 : 2, setting -> checkGradient(setting, steps(Shared.full() ? 10 : 2)));
  }

  /** Smooth gates and few steps: rounding errors have not grown yet. */
  @Test
  void wholeTrajectoriesOfResNet20() throws IOException {
    AscentOptions options = steps(5);
    int steps = options.steps();
    withResNet20(
        Shared.full() ? 50 : 2,
        setting -> {
          try (LoadedProgram program = program(setting, Gate.SIGMOID, PoolGate.SOFTMAX)) {
            List<Ascent> walks = walk(setting, program, 0.3, options);
            double[] expected =
                setting
                    .oracle()
                    .ascend(
                        new Oracle.Walking(
                            "sigmoid", "softmax", 0.3, false, options.alpha(), options.eps()),
                        walks.stream().map(Ascent::target).toList(),
                        walks.stream().map(Ascent::original).toList(),
                        steps);
            int length = 10 + 3 * 32 * 32;
            double worst = 0;
            for (int n = 0; n < walks.size(); n++) {
              for (int step = 0; step < steps; step++) {
                int at = (n * steps + step) * length + 10;
                worst =
                    Math.max(worst, distance(walks.get(n).points().get(step + 1), expected, at));
              }
            }
            System.out.printf(
                Locale.ROOT, "%d trajectories of 5 steps: within %.1e%n", walks.size(), worst);
            assertTrue(worst <= TRAJECTORY, "a trajectory differs by " + worst);
          }
        });
  }

  /** Trajectories part, but they gain equally: how much the target's logit rises in ten steps. */
  @Test
  void meanGains() throws IOException {
    withResNet20(Shared.full() ? 10 : 6, this::checkMeanGain);
    if (Shared.full()) {
      withSqueezeNet(10, this::checkMeanGain);
    }
  }

  private void checkMeanGain(Setting setting) throws IOException {
    checkMeanGain(setting, Gate.SIGMOID, PoolGate.SOFTMAX, 0.3);
    checkMeanGain(setting, Gate.HARD, PoolGate.HARD, 1);
  }

  private void checkMeanGain(Setting setting, Gate gate, PoolGate pool, double t)
      throws IOException {
    AscentOptions options = steps(10);
    int steps = options.steps();
    try (LoadedProgram program = program(setting, gate, pool)) {
      List<Ascent> walks = walk(setting, program, t, options);
      double[] expected =
          setting
              .oracle()
              .ascend(
                  new Oracle.Walking(
                      gate.toString(), pool.toString(), t, false, options.alpha(), options.eps()),
                  walks.stream().map(Ascent::target).toList(),
                  walks.stream().map(Ascent::original).toList(),
                  steps + 1); // logits are those before a step
      int stride = expected.length / walks.size();
      int length = stride / (steps + 1);
      List<Double> own = new ArrayList<>();
      List<Double> reference = new ArrayList<>();
      for (int n = 0; n < walks.size(); n++) {
        Ascent walk = walks.get(n);
        int at = n * stride + walk.target();
        own.add((double) walk.logits()[steps] - walk.logits()[0]);
        reference.add(expected[at + steps * length] - expected[at]);
      }
      double difference = Math.abs(mean(own) - mean(reference));
      double mean = mean(reference);
      double squares = reference.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
      double error = Math.sqrt(squares / (walks.size() - 1) / walks.size());
      System.out.printf(
          Locale.ROOT,
          "%s, %s: logits gain %.3f in %d steps, the reference's %.3f (standard error %.3f)%n",
          setting.architecture(),
          gate,
          mean(own),
          steps,
          mean,
          error);
      assertTrue(difference <= error, "mean gains differ by " + difference);
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }
}

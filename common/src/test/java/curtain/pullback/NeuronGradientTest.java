package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.ProgramInfo.Layer;
import curtain.fixtures.Doubles;
import curtain.fixtures.Doubles.Array;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Neurons of every kind of network in float64: values are those of the ordinary forward pass, and
 * with hard gates and pools the pullback is the gradient of the value, which is piecewise linear in
 * x: (f(x + e d) - f(x - e d))/2e = &lt;v, d&gt; wherever no gate and no selection changes in
 * between. Layers lie before, within and behind branches.
 */
@Tag("engine")
final class NeuronGradientTest {
  private static final double STEP = 1e-9;

  @ParameterizedTest
  @MethodSource("layers")
  void holds(String what) throws IOException {
    String architecture = what.split(", ", -1)[0];
    int layer = Integer.parseInt(what.split(", ", -1)[1]);
    Network network = RandomNetworks.of(architecture, 314);
    int side = network.imageSize();
    SplittableRandom random = new SplittableRandom(layer);
    Array x = Array.random(random, 2, 3, side, side);
    Array z;
    Layer shape;
    try (Doubles whole = Doubles.compile(network, Gate.HARD, PoolGate.HARD, false)) {
      z = whole.preactivations(x).get(layer);
      shape = whole.info().relus().get(layer);
    }
    int positions = shape.size() / shape.shape().get(0);
    check(network, layer, x, z, -1, random);
    if (positions > 1) {
      check(network, layer, x, z, positions / 2 + 1, random);
    }
  }

  private static List<String> layers() {
    List<String> layers =
        new ArrayList<>(
            List.of(
                "cifar_resnet20, 0",
                "cifar_resnet20, 7",
                "cifar_resnet20, 8",
                "squeezenet1_1, 2",
                "squeezenet1_1, 12",
                "densenet121, 3",
                "alexnet, 6"));
    if (Shared.full()) {
      layers.addAll(
          List.of(
              "cifar_resnet20, 18",
              "squeezenet1_1, 25",
              "resnet18, 5",
              "resnet18, 6",
              "resnet50, 12",
              "densenet121, 120",
              "vgg11_bn, 3",
              "vgg11_bn, 9",
              "alexnet, 1"));
    }
    return layers;
  }

  private static void check(
      Network network, int layer, Array x, Array z, int position, SplittableRandom random)
      throws IOException {
    CompileOptions options = new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT64);
    try (Doubles program = Doubles.load(Compiler.neurons(network, options, layer, position))) {
      int channels = program.info().classes();
      double[] values = program.logits(x);
      double[] expected = new double[2 * channels];
      int positions = z.values().length / expected.length;
      double scale = 0;
      for (int c = 0; c < expected.length; c++) {
        for (int p = 0; p < positions; p++) {
          double one = z.values()[c * positions + p];
          expected[c] += position < 0 || position == p ? one : 0;
          scale = Math.max(scale, Math.abs(expected[c]));
        }
      }
      assertArrayEquals(expected, values, 1e-12 * scale * positions);

      long[][] targets = {{channels - 1, 1, 0}, {2, 1, channels - 2}};
      List<double[]> temperatures =
          Collections.nCopies(program.info().relus().size(), new double[] {0.3, 0.5});
      double[] v = program.pullback(x, targets, temperatures);
      int pixels = x.values().length / 2;
      assertEquals(2 * 2 * 3 * pixels, v.length);
      Array d = Array.random(random, x.shape());
      double[] above = program.logits(moved(x, d, STEP));
      double[] below = program.logits(moved(x, d, -STEP));
      for (int row = 0; row < 12; row++) {
        int n = row / 3 % 2;
        int at = n * channels + (int) targets[n][row % 3];
        double product = 0;
        double norm = 0;
        for (int i = 0; i < pixels; i++) {
          product += v[row * pixels + i] * d.values()[n * pixels + i];
          norm += v[row * pixels + i] * v[row * pixels + i];
        }
        double slope = (above[at] - below[at]) / (2 * STEP);
        double rounding = 1e-14 * scale * Math.sqrt(positions) / STEP;
        assertEquals(slope, product, 1e-4 * Math.sqrt(norm) + rounding, "row " + row);
      }
    }
  }

  private static Array moved(Array x, Array d, double step) {
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * d.values()[i];
    }
    return new Array(values, x.shape());
  }
}

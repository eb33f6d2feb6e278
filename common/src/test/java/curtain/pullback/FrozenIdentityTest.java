package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.engine.PtNDArray;
import curtain.fixtures.Doubles;
import curtain.fixtures.Doubles.Array;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Operation;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The paper's Eq. 7 in float64: f_Lambda(x) = f_Lambda(0) + &lt;v_Lambda, x&gt;, where f_Lambda is
 * the affine network with gates and pool selections held at those of x. Gates are formulas of this
 * class, on pre-activations of the ordinary forward pass; v comes from the backward pass. With
 * {@code -Dcurtain.full=true} VGG-11 too, and smooth gates of all networks.
 */
@Tag("engine")
final class FrozenIdentityTest {
  /**
   * Relative to the sum of the terms' absolute values, |f(x)| + |f(0)| + sum |v x|: the terms
   * cancel.
   */
  private static final double TOLERANCE = 1e-13;

  /** |z/T| stays below this, where gates of programs are not rounded to 0 or 1. */
  private static final double LARGEST = 15;

  /** A VGG's gigabyte is of operations that the others have. */
  static List<String> architectures() {
    List<String> all =
        new ArrayList<>(
            List.of("resnet18", "densenet121", "squeezenet1_1", "alexnet", "cifar_resnet20"));
    if (Shared.full()) {
      all.add("vgg11_bn");
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void holds(String architecture) throws IOException {
    Network network = RandomNetworks.of(architecture, 314);
    check(network, Gate.HARD, false, s -> s > 0 ? 1 : 0);
    if (architecture.startsWith("cifar") || Shared.full()) {
      check(network, Gate.SIGMOID, false, s -> 1 / (1 + Math.exp(-s)));
    }
    if (architecture.startsWith("densenet") || architecture.startsWith("cifar")) {
      check(network, Gate.SIGMOID, true, s -> 1 / (1 + Math.exp(-s)));
    }
    if (architecture.startsWith("squeezenet") || architecture.startsWith("cifar")) {
      check(network, Gate.SOFTSIGN, false, s -> (1 + s / (1 + Math.abs(s))) / 2);
      check(network, Gate.parse("leaky:0.3"), false, s -> s > 0 ? 1 : 0.3);
    }
  }

  private static void check(Network network, Gate gate, boolean compat, DoubleUnaryOperator sigma)
      throws IOException {
    int side = network.imageSize();
    Array x = Array.random(new SplittableRandom(1), 1, 3, side, side);
    try (Doubles program = Doubles.compile(network, gate, PoolGate.HARD, compat)) {
      List<Array> z = program.preactivations(x);
      List<PtNDArray> pools = program.selections(x);
      List<double[]> temperatures = new ArrayList<>();
      List<Array> gates = new ArrayList<>();
      List<Integer> relus = network.indicesOf(Operation.Relu.class);
      for (int l = 0; l < z.size(); l++) {
        double[] values = z.get(l).values();
        double t = Arrays.stream(values).map(Math::abs).max().getAsDouble() / LARGEST;
        Operation.Relu relu = (Operation.Relu) network.nodes().get(relus.get(l)).operation();
        DoubleUnaryOperator own = compat && relu.functional() ? s -> s > 0 ? 1 : 0 : sigma;
        gates.add(
            new Array(
                Arrays.stream(values).map(v -> own.applyAsDouble(v / t)).toArray(),
                z.get(l).shape()));
        temperatures.add(new double[] {t});
      }
      double[] at = program.frozen(x, gates, pools);
      double[] origin = program.frozen(x.filled(0), gates, pools);
      double[] logits = program.logits(x);
      int best = 0;
      for (int c = 0; c < logits.length; c++) {
        best = logits[c] > logits[best] ? c : best;
      }
      long[] targets = {best, 3};
      double[] v = program.pullback(x, new long[][] {targets}, temperatures);
      for (int k = 0; k < targets.length; k++) {
        int c = (int) targets[k];
        double product = 0;
        double scale = Math.abs(at[c]) + Math.abs(origin[c]);
        for (int i = 0; i < x.values().length; i++) {
          double term = v[k * x.values().length + i] * x.values()[i];
          product += term;
          scale += Math.abs(term);
        }
        double error = Math.abs(at[c] - origin[c] - product) / scale;
        assertTrue(k > 0 || product != 0, network.name() + ", " + gate + ": v is zero");
        assertTrue(error <= TOLERANCE, network.name() + ", " + gate + ": error " + error);
        if (gate.equals(Gate.HARD)) {
          assertEquals(logits[c], at[c], TOLERANCE * scale);
        }
      }
    }
  }
}

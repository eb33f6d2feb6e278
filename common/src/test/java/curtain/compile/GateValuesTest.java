package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Doubles;
import curtain.fixtures.Doubles.Array;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs multiply by at ReLUs and max-pools, against formulas in Java. */
@Tag("engine")
final class GateValuesTest {
  /** Gates below 1e-8 are zero, and above 1 - 2.1e-9 may be 1: no float32 result can tell. */
  private static final double ROUNDED = 1.01e-8;

  private static final int SIDE = 64;

  private static DoubleUnaryOperator formula(Gate gate) {
    return switch (gate.kind()) {
      case SIGMOID -> s -> 1 / (1 + Math.exp(-s));
      case SOFTSIGN -> s -> (1 + s / (1 + Math.abs(s))) / 2;
      case NORMAL_CDF -> GateValuesTest::normalCdf;
      case HARD -> s -> s > 0 ? 1 : 0;
      case LEAKY -> s -> s > 0 ? 1 : gate.slope();
      case B_SILU -> z -> logistic(z) + (z + 1.67) * logistic(z) * logistic(-z);
      // the graph's gradients are positive
      case GUIDED -> z -> z > 0 ? 1 : 0;
      case DECONV -> z -> 1;
    };
  }

  private static double logistic(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** Phi by Simpson's rule on the density, from 0. */
  private static double normalCdf(double s) {
    if (Math.abs(s) > 9) {
      return s > 0 ? 1 : 0;
    }
    int intervals = 2000;
    double h = s / intervals;
    double sum = 0;
    for (int i = 0; i <= intervals; i++) {
      int weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
      sum += weight * Math.exp(-(i * h) * (i * h) / 2);
    }
    return 0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  /** z in [-50, 50], zeros, subnormal and huge numbers; one temperature and two at once. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sigmoid",
        "softsign",
        "normal-cdf",
        "hard",
        "leaky:0.3",
        "leaky:0",
        "b-silu",
        "guided",
        "deconv"
      })
  void gates(String name) throws IOException {
    Gate gate = Gate.parse(name);
    Graphs graph = new Graphs(SIDE);
    Network network = graph.sumUp(graph.relu(graph.unit(0)));
    double[] z = new double[3 * SIDE * SIDE];
    for (int i = 0; i < z.length; i++) {
      z[i] = -50 + 100.0 * i / (z.length - 1);
    }
    double[] extremes = {
      0, -0.0, 1e-310, -1e-310, 1e-30, -1e-30, 1e30, -1e30, 700, -700, 1e5, -1e5, 25, -25
    };
    System.arraycopy(extremes, 0, z, 100, extremes.length);
    Array x = new Array(z, 1, 3, SIDE, SIDE);
    for (double[] t : new double[][] {{0.3}, {0.15, 0.5}, {1}, {7, 0.01, 100}}) {
      try (Doubles program = Doubles.compile(network, gate, PoolGate.SOFTMAX, false)) {
        double[] v = program.pullback(x, new long[][] {{0}}, List.of(t));
        double[] pair = program.pullback(x, new long[][] {{0, 0}}, List.of(t));
        for (int i = 0; i < v.length; i++) {
          double at = z[i % z.length];
          double own = gate.hasTemperature() ? t[i / z.length] : 1;
          // subnormal numbers count as zeros [spec 1]
          double counted = Math.abs(at) < Double.MIN_NORMAL ? 0 : at;
          double expected = formula(gate).applyAsDouble(counted / own);
          String what = name + " at z = " + at + ", T = " + own;
          assertEquals(expected, v[i], ROUNDED, what);
          int m = i / z.length;
          assertEquals(v[i], pair[2 * m * z.length + i % z.length], 3e-9, what);
          assertEquals(v[i], pair[(2 * m + 1) * z.length + i % z.length], 3e-9, what);
        }
      }
    }
  }

  /** Functional ReLUs stay hard in the authors' code, modules do not. */
  @Test
  void compatibleGates() throws IOException {
    for (boolean functional : new boolean[] {false, true}) {
      Graphs graph = new Graphs(4);
      int z = graph.unit(0);
      Network network = graph.sumUp(functional ? graph.functionalRelu(z) : graph.relu(z));
      Array x = Array.random(new SplittableRandom(4), 1, 3, 4, 4);
      try (Doubles program = Doubles.compile(network, Gate.SIGMOID, PoolGate.SOFTMAX, true)) {
        double[] v = program.pullback(x, new long[][] {{0}}, List.of(new double[] {0.3}));
        for (int i = 0; i < v.length; i++) {
          double at = x.values()[i];
          double expected = functional ? (at > 0 ? 1 : 0) : 1 / (1 + Math.exp(-at / 0.3));
          assertEquals(expected, v[i], ROUNDED);
        }
      }
    }
  }

  private record Pool(int kernel, int stride, int padding, boolean ceil, int side, int pooled) {}

  private static final List<Pool> POOLS =
      List.of(
          new Pool(2, 2, 0, false, 8, 4),
          new Pool(2, 2, 0, false, 9, 4),
          new Pool(3, 2, 1, false, 9, 5),
          new Pool(3, 2, 1, false, 10, 5),
          new Pool(3, 2, 0, true, 9, 4),
          new Pool(3, 2, 0, true, 10, 5),
          new Pool(3, 1, 1, false, 6, 6),
          new Pool(3, 2, 0, false, 11, 5));

  /**
   * Eq. 7 with softmax pools, held to the coefficients of their derivative at x: the held network
   * is affine, and &lt;v, x'&gt; = sum over pre-activations of coefficient times (z(x') - z(0)).
   */
  @Test
  void softmaxPoolsAreHeldToTheirDerivative() throws IOException {
    for (Pool pool : POOLS) {
      Graphs graph = new Graphs(pool.side());
      int z = graph.convolution(0, 4, 3, 1, 1);
      int pooled =
          graph.maxPool(
              graph.relu(z),
              pool.kernel(),
              pool.stride(),
              pool.padding(),
              pool.ceil(),
              pool.pooled());
      Network network = graph.classify(pooled);
      SplittableRandom random = new SplittableRandom(5);
      Array x = Array.random(random, 1, 3, pool.side(), pool.side());
      Array other = Array.random(random, 1, 3, pool.side(), pool.side());
      int last = network.nodes().size() - 1;
      float[] weight = ((Operation.Linear) network.nodes().get(last).operation()).weight();
      try (Doubles program = Doubles.compile(network, Gate.SIGMOID, PoolGate.SOFTMAX, false)) {
        double[] at = program.preactivations(x).get(0).values();
        double[] there = program.preactivations(other).get(0).values();
        double[] origin = program.preactivations(x.filled(0)).get(0).values();
        double[] temperatures = {0.3, 0.15};
        long[][] targets = {{2, 0}};
        double[] v = program.pullback(x, targets, List.of(temperatures));
        for (int m = 0; m < 2; m++) {
          for (int k = 0; k < 2; k++) {
            double t = temperatures[m];
            int features = 4 * pool.pooled() * pool.pooled();
            int row = (int) targets[0][k] * features;
            double[] g = new double[features];
            Arrays.setAll(g, i -> weight[row + i]);
            double[] coefficients = softmax(pool, at, g, t);
            double expected = 0;
            double scale = 0;
            for (int i = 0; i < at.length; i++) {
              double gate = 1 / (1 + Math.exp(-at[i] / t));
              double term = coefficients[i] * gate * (there[i] - origin[i]);
              expected += term;
              scale += Math.abs(term);
            }
            double actual = 0;
            for (int i = 0; i < x.values().length; i++) {
              actual += v[(m * 2 + k) * x.values().length + i] * other.values()[i];
            }
            assertEquals(expected, actual, 1e-13 * scale, pool + ", T = " + t);
          }
        }
      }
    }
  }

  /** Gradient of the pool's input relu(z), for 4 channels: the specification's formula. */
  private static double[] softmax(Pool pool, double[] z, double[] g, double t) {
    double[] back = new double[z.length];
    int side = pool.side();
    for (int o = 0; o < g.length; o++) {
      int channel = o / (pool.pooled() * pool.pooled());
      int top = o / pool.pooled() % pool.pooled() * pool.stride() - pool.padding();
      int left = o % pool.pooled() * pool.stride() - pool.padding();
      List<Integer> at = new ArrayList<>();
      for (int i = 0; i < pool.kernel() * pool.kernel(); i++) {
        int row = top + i / pool.kernel();
        int column = left + i % pool.kernel();
        boolean inside = row >= 0 && row < side && column >= 0 && column < side;
        at.add(inside ? (channel * side + row) * side + column : -1);
      }
      double[] u = at.stream().mapToDouble(i -> i < 0 ? 0 : Math.max(z[i], 0)).toArray();
      double max = Arrays.stream(u).max().getAsDouble();
      double total = Arrays.stream(u).map(v -> Math.exp((v - max) / t)).sum();
      double mean = Arrays.stream(u).map(v -> v * Math.exp((v - max) / t)).sum() / total;
      for (int i = 0; i < u.length; i++) {
        if (at.get(i) >= 0) {
          double w = Math.exp((u[i] - max) / t) / total;
          back[at.get(i)] += g[o] * w * (1 + (u[i] - mean) / t);
        }
      }
    }
    return back;
  }

  @Test
  void formulasOfThisTestAreRight() {
    assertEquals(0.9750021048517795, normalCdf(1.96), 1e-12);
    assertEquals(0.15865525393145707, normalCdf(-1), 1e-12);
    assertTrue(normalCdf(-5.7) < 1e-8);
  }
}

package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.pytorch.engine.PtNDArray;
import curtain.fixtures.Doubles;
import curtain.fixtures.Doubles.Array;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Operation;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each rule of the backward pass on small graphs in float64. With all gates open (leaky:1) and pool
 * selections held, a network is an affine map A, and its pullback must be A's transpose: A(x') -
 * A(0) = &lt;v, x'&gt; for every x', so that forward and backward are adjoint.
 */
@Tag("engine")
final class BackwardRulesTest {
  private static final double TOLERANCE = 1e-12;

  /**
   * In float64, of logits by Winograd's sums: against plain ones, or by blocks of another batch.
   */
  private static final double OTHER_SUMS = 1e-9;

  private static final Gate OPEN = Gate.parse("leaky:1");

  /** Kernels, strides and paddings of the architectures and more, on odd and even images. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0", "1, 2, 0", "1, 3, 0", "2, 1, 0", "2, 2, 0", "2, 2, 1", "3, 1, 0", "3, 1, 1",
    "3, 2, 0", "3, 2, 1", "3, 3, 1", "5, 1, 2", "5, 2, 1", "7, 2, 3", "11, 4, 2", "4, 3, 2"
  })
  void convolution(int kernel, int stride, int padding) throws IOException {
    for (int side : new int[] {11, 12, 13, 14, 17}) {
      Graphs graph = new Graphs(side);
      int x = graph.convolution(0, 4, kernel, stride, padding);
      check(graph.classify(x));
      // and behind another one, where the gradient is no longer the caller's
      graph = new Graphs(side);
      x = graph.relu(graph.convolution(0, 5, 3, 1, 1));
      x = graph.relu(graph.convolution(x, 4, kernel, stride, padding));
      check(graph.classify(x));
    }
  }

  /** Inputs, outputs, side and rows at a time: every height of the two forms, odd ones too. */
  @ParameterizedTest
  @CsvSource({
    "68, 68, 14, 2", "68, 68, 18, 2", "100, 52, 22, 2", "52, 100, 26, 2",
    "48, 48, 16, 4", "32, 96, 20, 4", "96, 32, 24, 4", "48, 48, 28, 4"
  })
  void winogradConvolution(int inputs, int outputs, int side, int rows) throws IOException {
    Graphs graph = new Graphs(side);
    int x = graph.relu(graph.convolution(0, inputs, 3, 1, 1));
    int y = graph.convolution(x, outputs, 3, 1, 1);
    Network network = graph.classify(graph.relu(y));
    Operation.Convolution convolution = (Operation.Convolution) network.nodes().get(y).operation();
    assertEquals(
        Optional.of(new WinogradConvolution(rows)), WinogradConvolution.of(convolution, side));
    check(network);
    Array image = Array.random(new SplittableRandom(3), 1, 3, side, side);
    try (Doubles program = Doubles.compile(network, Gate.SIGMOID, PoolGate.SOFTMAX, false)) {
      assertArrayEquals(Plain.logits(network, image.values()), program.logits(image), OTHER_SUMS);
    }
  }

  /**
   * Images that are combined in several groups, the last of them smaller: each has its own logits.
   * Not its own bits, for how products in float64 are blocked depends on the batch.
   */
  @Tag("numbers")
  @Test
  void winogradConvolutionOfManyImages() throws IOException {
    int side = 64;
    Graphs graph = new Graphs(side);
    int x = graph.relu(graph.convolution(0, 96, 3, 1, 1));
    Network network = graph.classify(graph.relu(graph.convolution(x, 96, 3, 1, 1)));
    Array images = Array.random(new SplittableRandom(4), 13, 3, side, side);
    try (Doubles program = Doubles.compile(network, Gate.SIGMOID, PoolGate.SOFTMAX, false)) {
      double[] together = program.logits(images);
      int pixels = 3 * side * side;
      for (int n : new int[] {0, 10, 11, 12}) {
        double[] image = Arrays.copyOfRange(images.values(), n * pixels, (n + 1) * pixels);
        double[] own = Arrays.copyOfRange(together, n * Graphs.CLASSES, (n + 1) * Graphs.CLASSES);
        assertArrayEquals(program.logits(new Array(image, 1, 3, side, side)), own, OTHER_SUMS);
        for (int other = 0; other < n; other++) {
          double apart = Math.abs(together[other * Graphs.CLASSES] - own[0]);
          assertTrue(apart > 1e3 * OTHER_SUMS, "images are alike: " + apart);
        }
      }
    }
  }

  /** What is not 3 x 3 with padding, leaves rows over, or has little to save. */
  @Test
  void winogradConvolutionOnlyWhereItPays() {
    assertTrue(winograd(64, 64, 3, 1, 1, 56).isPresent());
    assertTrue(winograd(64, 64, 1, 1, 0, 56).isEmpty());
    assertTrue(winograd(64, 64, 3, 2, 1, 56).isEmpty());
    assertTrue(winograd(64, 64, 3, 1, 0, 56).isEmpty());
    assertTrue(winograd(64, 64, 5, 1, 2, 56).isEmpty());
    assertTrue(winograd(64, 64, 3, 1, 1, 55).isEmpty());
    assertTrue(winograd(512, 512, 3, 1, 1, 8).isEmpty());
    assertTrue(winograd(3, 64, 3, 1, 1, 224).isEmpty());
    assertTrue(winograd(64, 64, 3, 1, 1, 14).isEmpty());
  }

  private static Optional<WinogradConvolution> winograd(
      int inputs, int outputs, int kernel, int stride, int padding, int height) {
    Operation.Convolution convolution =
        new Operation.Convolution(
            new float[0], new double[0], new double[0], inputs, outputs, kernel, stride, padding);
    return WinogradConvolution.of(convolution, height);
  }

  @Test
  void affine() throws IOException {
    Graphs graph = new Graphs(6);
    check(graph.classify(graph.affine(graph.relu(graph.affine(0)))));
  }

  @Test
  void averagePool() throws IOException {
    for (int kernel : new int[] {1, 2, 3, 6}) {
      Graphs graph = new Graphs(6);
      check(graph.classify(graph.averagePool(graph.relu(graph.affine(0)), kernel)));
    }
  }

  @Test
  void globalAveragePool() throws IOException {
    Graphs graph = new Graphs(5);
    check(graph.classify(graph.globalAveragePool(graph.relu(graph.convolution(0, 4, 3, 1, 1)))));
  }

  @Test
  void hiddenLinear() throws IOException {
    Graphs graph = new Graphs(5);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    x = graph.relu(graph.linear(graph.flatten(x), 7));
    check(graph.classify(graph.relu(graph.linear(x, 6))));
  }

  /** Both inputs used elsewhere too, in every order of use. */
  @Test
  void sum() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    int y = graph.convolution(x, 4, 3, 1, 1);
    int z = graph.relu(graph.sum(y, x));
    int w = graph.convolution(z, 4, 1, 1, 0);
    check(graph.classify(graph.sum(graph.relu(graph.sum(z, w)), graph.sum(x, z))));
  }

  @Test
  void sumOfTheSame() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    check(graph.classify(graph.sum(x, x)));
  }

  /** As in a dense block: what was concatenated is used by many. */
  @Test
  void concat() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    for (int layer = 0; layer < 3; layer++) {
      int y = graph.relu(graph.affine(x));
      x = graph.concat(x, graph.convolution(y, 2, 3, 1, 1));
    }
    check(graph.classify(graph.relu(graph.affine(x))));
  }

  @Test
  void subsample() throws IOException {
    for (int side : new int[] {6, 7}) {
      Graphs graph = new Graphs(side);
      int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
      int y = graph.convolution(x, 8, 3, 2, 1);
      check(graph.classify(graph.relu(graph.sum(y, graph.subsample(x, 2)))));
    }
  }

  /** Gradients that are zero at most positions, alone and added to each other. */
  @Test
  void stridedUsersOnly() throws IOException {
    for (int side : new int[] {6, 7}) {
      Graphs graph = new Graphs(side);
      int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
      check(graph.classify(graph.relu(graph.subsample(x, 0))));
      graph = new Graphs(side);
      x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
      int y = graph.sum(graph.convolution(x, 8, 1, 2, 0), graph.subsample(x, 2));
      check(graph.classify(graph.relu(graph.sum(y, graph.convolution(x, 8, 1, 2, 0)))));
    }
  }

  /** Kernel, stride, padding, ceil mode, sides before and after. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, false, 8, 4",
    "2, 2, 0, false, 9, 4",
    "3, 2, 0, false, 9, 4",
    "3, 2, 0, false, 10, 4",
    "3, 2, 0, true, 9, 4",
    "3, 2, 0, true, 10, 5",
    "3, 2, 1, false, 9, 5",
    "3, 2, 1, false, 10, 5",
    "3, 1, 1, false, 7, 7",
    "2, 3, 0, true, 9, 3"
  })
  void hardMaxPool(int kernel, int stride, int padding, boolean ceil, int side, int pooled)
      throws IOException {
    Graphs graph = new Graphs(side);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    x = graph.maxPool(x, kernel, stride, padding, ceil, pooled);
    check(graph.classify(graph.relu(graph.convolution(x, 4, 3, 1, 1))));
  }

  /** SqueezeNet's end: convolution, ReLU, mean over positions. */
  @Test
  void convolutionalClassifier() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    graph.globalAveragePool(graph.relu(graph.convolution(x, Graphs.CLASSES, 1, 1, 0)));
    check(graph.end(x));
  }

  /** Folding changes the graph and not the function. */
  @Test
  void batchNormFoldingKeepsTheFunction() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.affine(0); // as the normalisation: stays
    x = graph.relu(graph.affine(graph.convolution(x, 4, 3, 1, 1))); // folds
    int shared = graph.convolution(x, 4, 3, 1, 1); // two users: its norm stays
    x = graph.sum(graph.affine(shared), shared);
    x = graph.relu(graph.affine(graph.affine(graph.convolution(x, 4, 1, 1, 0)))); // the first folds
    x = graph.relu(graph.affine(x)); // no convolution before it: stays
    Network network = graph.classify(x);
    Network folded = BatchNormFolding.apply(network);
    assertEquals(6, network.indicesOf(Operation.Affine.class).size());
    assertEquals(4, folded.indicesOf(Operation.Affine.class).size());
    assertEquals(network.nodes().size() - 2, folded.nodes().size());
    Array image = Array.random(new SplittableRandom(2), 1, 3, 6, 6);
    try (Doubles program = Doubles.compile(network, Gate.SIGMOID, PoolGate.SOFTMAX, false)) {
      double[] expected = Plain.logits(network, image.values());
      assertArrayEquals(expected, program.logits(image), TOLERANCE);
      assertArrayEquals(expected, Plain.logits(folded, image.values()), TOLERANCE);
    }
  }

  /** Two images, three targets, two temperatures: rows must not be confused. */
  private static void check(Network network) throws IOException {
    int side = network.imageSize();
    SplittableRandom random = new SplittableRandom(side);
    Array x = Array.random(random, 2, 3, side, side);
    Array other = Array.random(random, 2, 3, side, side);
    try (Doubles program = Doubles.compile(network, OPEN, PoolGate.HARD, false)) {
      List<PtNDArray> pools = program.selections(x);
      List<Array> open = program.preactivations(x).stream().map(z -> z.filled(1)).toList();
      double[] at = program.frozen(other, open, pools);
      double[] origin = program.frozen(other.filled(0), open, pools);
      long[][] targets = {{2, 0, 1}, {1, 1, 2}};
      List<double[]> temperatures =
          Collections.nCopies(Math.max(1, open.size()), new double[] {0.3, 0.5});
      double[] v = program.pullback(x, targets, temperatures);
      int pixels = 3 * side * side;
      assertEquals(2 * 2 * 3 * pixels, v.length);
      for (int row = 0; row < 12; row++) {
        int n = row / 3 % 2;
        int c = (int) targets[n][row % 3];
        double product = 0;
        double scale = 1e-300;
        for (int i = 0; i < pixels; i++) {
          double term = v[row * pixels + i] * other.values()[n * pixels + i];
          product += term;
          scale += Math.abs(term);
        }
        int logit = n * Graphs.CLASSES + c;
        double error = Math.abs(at[logit] - origin[logit] - product) / scale;
        assertTrue(error <= TOLERANCE, "row " + row + ": error " + error);
      }
    }
  }
}

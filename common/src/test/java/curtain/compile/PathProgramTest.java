package curtain.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.gram.PathKernel;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The path kernel of small networks against the sum over all of their paths, one by one, for every
 * operation; and against what is known of deep ones.
 */
@Tag("engine")
final class PathProgramTest {
  private static final double TEMPERATURE = 0.3;
  private static final double TOLERANCE = 1e-13;

  @TempDir Path scratch;

  /** Kernel, stride, padding. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 0", "1, 2, 0", "1, 1, 1", "2, 2, 1", "3, 1, 1", "3, 2, 0", "3, 2, 1", "4, 3, 2",
    "5, 1, 2"
  })
  void convolution(int kernel, int stride, int padding) throws IOException {
    for (int side : new int[] {5, 6}) {
      Graphs graph = new Graphs(side);
      int x = graph.relu(graph.convolution(graph.affine(0), 2, 2, 1, 0));
      check(graph.classify(graph.relu(graph.convolution(x, 3, kernel, stride, padding))));
    }
  }

  /** Kernel, stride, padding, ceil mode, sides before and after; overlapping windows too. */
  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, false, 6, 3",
    "3, 2, 0, false, 7, 3",
    "3, 2, 0, true, 6, 3",
    "3, 2, 1, false, 6, 3",
    "3, 1, 1, false, 5, 5",
    "2, 3, 0, true, 6, 2"
  })
  void maxPool(int kernel, int stride, int padding, boolean ceil, int side, int pooled)
      throws IOException {
    Graphs graph = new Graphs(side);
    int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
    x = graph.maxPool(x, kernel, stride, padding, ceil, pooled);
    check(graph.classify(graph.relu(graph.convolution(x, 3, 2, 1, 0))));
    // of channels that are all equal
    graph = new Graphs(side);
    x = graph.maxPool(graph.convolution(0, 4, 3, 1, 1), kernel, stride, padding, ceil, pooled);
    check(graph.classify(x));
  }

  @Test
  void averagePools() throws IOException {
    Graphs graph = new Graphs(6);
    int x = graph.averagePool(graph.relu(graph.convolution(0, 3, 3, 1, 1)), 2);
    check(graph.classify(graph.relu(graph.convolution(x, 2, 3, 1, 1))));
    graph = new Graphs(6);
    x = graph.averagePool(graph.convolution(0, 3, 3, 1, 1), 3);
    check(graph.classify(graph.relu(x)));
    graph = new Graphs(5);
    check(graph.classify(graph.globalAveragePool(graph.relu(graph.convolution(0, 4, 3, 1, 1)))));
    graph = new Graphs(5);
    check(graph.classify(graph.globalAveragePool(graph.convolution(0, 4, 3, 1, 1))));
  }

  /** Skips from one map and from many, of equal channels and of different ones. */
  @Test
  void sums() throws IOException {
    Graphs graph = new Graphs(4);
    int x = graph.relu(graph.convolution(0, 3, 3, 1, 1));
    int y = graph.relu(graph.sum(graph.convolution(x, 3, 3, 1, 1), x));
    check(graph.classify(graph.sum(graph.sum(y, y), graph.convolution(y, 3, 1, 1, 0))));
    graph = new Graphs(4);
    x = graph.convolution(0, 3, 3, 1, 1);
    check(graph.classify(graph.relu(graph.sum(x, graph.convolution(0, 3, 1, 1, 0)))));
  }

  /** As in a dense block: norms before the convolutions, features appended. */
  @Test
  void concatenations() throws IOException {
    Graphs graph = new Graphs(4);
    int x = graph.relu(graph.affine(graph.convolution(graph.affine(0), 2, 3, 1, 1)));
    for (int layer = 0; layer < 2; layer++) {
      int y = graph.convolution(graph.relu(graph.affine(x)), 2, 1, 1, 0);
      y = graph.convolution(graph.relu(graph.affine(y)), 1, 3, 1, 1);
      x = graph.concat(x, y);
    }
    check(graph.classify(graph.globalAveragePool(graph.relu(graph.affine(x)))));
    graph = new Graphs(4);
    x = graph.concat(graph.convolution(0, 2, 1, 1, 0), graph.convolution(0, 3, 3, 1, 1));
    check(graph.classify(graph.relu(graph.convolution(x, 2, 1, 1, 0))));
  }

  /** The CIFAR ResNets' shortcut, of different channels and of equal ones. */
  @Test
  void subsamples() throws IOException {
    for (int side : new int[] {4, 5}) {
      Graphs graph = new Graphs(side);
      int x = graph.relu(graph.affine(graph.convolution(0, 2, 3, 1, 1)));
      int y = graph.affine(graph.convolution(x, 4, 3, 2, 1));
      check(graph.classify(graph.relu(graph.sum(y, graph.subsample(x, 1)))));
      graph = new Graphs(side);
      x = graph.convolution(0, 2, 3, 1, 1);
      check(graph.classify(graph.relu(graph.subsample(x, 1))));
    }
  }

  /** Folded norms share their convolution's constant, others have their own. */
  @Test
  void norms() throws IOException {
    Graphs graph = new Graphs(4);
    int x = graph.relu(graph.affine(graph.convolution(graph.affine(0), 2, 3, 1, 1)));
    int shared = graph.convolution(x, 2, 3, 1, 1);
    x = graph.sum(graph.affine(shared), shared);
    x = graph.relu(graph.affine(graph.affine(graph.convolution(x, 2, 1, 1, 0))));
    check(graph.classify(graph.relu(graph.affine(x))));
  }

  @Test
  void hiddenLinear() throws IOException {
    Graphs graph = new Graphs(4);
    int x = graph.flatten(graph.relu(graph.convolution(0, 2, 3, 1, 1)));
    x = graph.relu(graph.linear(x, 4));
    check(graph.classify(graph.relu(graph.linear(x, 5))));
    // gates of what was flattened are in its order
    graph = new Graphs(4);
    check(graph.classify(graph.relu(graph.flatten(graph.convolution(0, 2, 3, 1, 1)))));
    graph = new Graphs(4);
    x = graph.flatten(graph.relu(graph.convolution(0, 2, 3, 1, 1)));
    check(graph.classify(graph.relu(x)));
    check(new Graphs(3).classify(0));
  }

  /** SqueezeNet's end: convolution, ReLU, mean over positions, and no linear map. */
  @Test
  void convolutionalClassifier() throws IOException {
    Graphs graph = new Graphs(5);
    int x = graph.relu(graph.convolution(0, 4, 3, 2, 0));
    graph.globalAveragePool(graph.relu(graph.convolution(x, Graphs.CLASSES, 1, 1, 0)));
    check(graph.end(x));
  }

  /**
   * Gates with and without constants, a pair each way and an image with itself, against all paths.
   */
  private void check(Network network) throws IOException {
    List<byte[]> images = images(network.imageSize());
    for (String name : List.of("hard", "sigmoid", "leaky:0.3")) {
      for (boolean constants : constants(name)) {
        try (Run run = new Run(network, Gate.parse(name), constants, images)) {
          PathKernel.Values tile = run.tile();
          long count = 0;
          for (int i = 0; i < images.size(); i++) {
            for (int j = 0; j < images.size(); j++) {
              Paths paths =
                  new Paths(network, constants, run.observed().get(i), run.observed().get(j));
              int at = i * images.size() + j;
              double actual = tile.sign()[at] * Math.exp(tile.log()[at]);
              String what = name + (constants ? ", constants: " : ": ") + i + ", " + j;
              assertEquals(paths.kernel(), actual, TOLERANCE * paths.magnitude(), what);
              double exchanged = tile.log()[j * images.size() + i];
              assertEquals(tile.log()[at], exchanged, TOLERANCE, "exchanged, " + what);
              count += paths.count();
            }
          }
          assertTrue(count > 0 || (name.equals("hard") && !constants), "no path is open");
        }
      }
    }
  }

  /** Each gate once, hard ones both ways, and all both ways with {@code -Dcurtain.full=true}. */
  private static List<Boolean> constants(String gate) {
    return gate.equals("hard") || Shared.full()
        ? List.of(true, false)
        : List.of(gate.equals("sigmoid"));
  }

  /** Eq. 23, with no constant: on a chain of linear maps all paths exist. */
  @Test
  void linearChainIsTheProductKernel() throws IOException {
    for (String name : List.of("hard", "sigmoid", "softsign", "leaky:1e-9")) {
      Graphs graph = new Graphs(3);
      int x = graph.flatten(graph.affine(0));
      for (int width : new int[] {9, 7, 12}) {
        x = graph.relu(graph.linear(x, width));
      }
      equalsProducts(graph.classify(x), name, 1e-13);
    }
  }

  /** Products far below what float64 holds: single neurons, mostly almost closed. */
  @Test
  void doesNotUnderflow() throws IOException {
    Graphs graph = new Graphs(3);
    int x = graph.flatten(0);
    for (int layer = 0; layer < 150; layer++) {
      x = graph.relu(graph.linear(x, 1));
    }
    double log = equalsProducts(graph.classify(x), "leaky:1e-9", 1e-14);
    assertTrue(log < -1000, "log|K| is " + log);
  }

  /** Compares logarithms, relatively; gives the smallest. */
  private double equalsProducts(Network network, String gate, double tolerance) throws IOException {
    List<byte[]> images = images(3);
    double smallest = 0;
    try (Run run = new Run(network, Gate.parse(gate), false, images)) {
      PathKernel.Values tile = run.tile();
      for (int i = 0; i < images.size(); i++) {
        for (int j = 0; j < images.size(); j++) {
          Paths.Image a = run.observed().get(i);
          Paths.Image b = run.observed().get(j);
          double input = 0;
          for (int p = 0; p < a.x().length; p++) {
            input += a.x()[p] * b.x()[p];
          }
          double log = Math.log(Math.abs(input));
          double sum = Math.abs(log);
          for (int l = 0; l < a.gates().size(); l++) {
            double product = 0;
            for (int g = 0; g < a.gates().get(l).length; g++) {
              product += (double) a.gates().get(l)[g] * b.gates().get(l)[g];
            }
            log += Math.log(product);
            sum += Math.abs(Math.log(product));
          }
          int at = i * images.size() + j;
          if (log == Double.NEGATIVE_INFINITY) {
            assertEquals(log, tile.log()[at]);
            assertEquals(0, tile.sign()[at]);
          } else {
            assertEquals(log, tile.log()[at], Math.max(tolerance * sum, 1e-12), gate);
            assertEquals((byte) Math.signum(input), tile.sign()[at]);
            smallest = Math.min(smallest, log);
          }
        }
      }
    }
    return smallest;
  }

  /** Every sum of a map with itself doubles the number of paths. */
  @Test
  void doesNotOverflow() throws IOException {
    double[] logs = new double[2];
    for (int deep = 0; deep < 2; deep++) {
      Graphs graph = new Graphs(3);
      int x = graph.relu(graph.convolution(0, 4, 3, 1, 1));
      for (int i = 0; i < 1500 * deep; i++) {
        x = graph.sum(x, x);
      }
      try (Run run = new Run(graph.classify(x), Gate.SIGMOID, true, images(3))) {
        logs[deep] = run.tile().log()[0];
      }
    }
    // the last constant, 1, is nothing beside the rest of the deep one
    double shallow = Math.log(Math.expm1(logs[0]));
    assertEquals(shallow + 1500 * Math.log(2), logs[1], 1e-12 * logs[1]);
  }

  /** No path is open for both: K is 0, with the constants 1. */
  @Test
  void closedGates() throws IOException {
    Graphs graph = new Graphs(2);
    int x = graph.flatten(graph.relu(graph.unit(graph.unit(0))));
    Network network = graph.classify(x);
    byte[] dark = new byte[12];
    byte[] light = new byte[12];
    Arrays.fill(light, (byte) 255);
    for (boolean constants : new boolean[] {false, true}) {
      try (Run run = new Run(network, Gate.HARD, constants, List.of(dark, light))) {
        PathKernel.Values tile = run.tile();
        assertEquals(constants ? 0 : Double.NEGATIVE_INFINITY, tile.log()[1]);
        assertEquals(constants ? 1 : 0, tile.sign()[1]);
        // with the constants: 12 values of 1, their norm's 12, and the last
        assertEquals(Math.log(constants ? 25 : 12), tile.log()[3], 1e-15);
      }
    }
  }

  /** Counted by hand: products, channel sums, windows, constants, gates, end. */
  @Test
  void cost() {
    Graphs graph = new Graphs(4);
    int x = graph.relu(graph.affine(graph.convolution(graph.affine(0), 5, 3, 1, 1)));
    Network network = graph.classify(graph.globalAveragePool(x));
    long expected = 48 + (48 + 9 * 16 + 16) + 2 * 80 + 80 + 5;
    assertEquals(expected, PathKernel.cost(network));
  }

  private static List<byte[]> images(int side) {
    SplittableRandom random = new SplittableRandom(side);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      byte[] image = new byte[3 * side * side];
      random.nextBytes(image);
      images.add(image);
    }
    return images;
  }

  /** A network's kernel over two images, and what the same pass observes of them. */
  private final class Run implements AutoCloseable {
    private final LoadedProgram program;
    private final LoadedProgram paths;
    private final PathKernel kernel;
    private final List<byte[]> images;

    Run(Network network, Gate gate, boolean constants, List<byte[]> images) throws IOException {
      CompileOptions options = new CompileOptions(gate, PoolGate.HARD, false, Precision.FLOAT32);
      this.program = load(Compiler.compile(network, options));
      this.paths = load(PathProgram.compile(network, constants));
      this.kernel = new PathKernel(program, paths, TEMPERATURE, 2);
      this.images = images;
    }

    private LoadedProgram load(Program compiled) throws IOException {
      Path file = scratch.resolve("program.pt");
      compiled.write(file);
      return LoadedProgram.load(file, Device.cpu());
    }

    PathKernel.Values tile() {
      try (PathKernel.PathBlock block = kernel.gates(images)) {
        return kernel.tile(block, block);
      }
    }

    List<Paths.Image> observed() {
      try (NDManager call = program.newManager()) {
        PtNDArray x = new MicroBatch(2, program.info().imageSize()).fill(call, images);
        PtNDArray t =
            (PtNDArray) call.create(new float[] {(float) TEMPERATURE}, new Shape(1, 1, 1, 1));
        int relus = program.info().relus().size();
        List<List<PtNDArray>> lists =
            program.call(
                call,
                "gates_of",
                IValue.from(x),
                LoadedProgram.list(Collections.nCopies(relus, t)));
        List<Paths.Image> observed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          int image = i;
          double[] pixels = new double[images.get(i).length];
          for (int p = 0; p < pixels.length; p++) {
            pixels[p] = 2 * (images.get(i)[p] & 0xff) / 255.0 - 1;
          }
          observed.add(
              new Paths.Image(
                  pixels,
                  lists.get(2).stream()
                      .map(gate -> ((PtNDArray) gate.get(image)).toFloatArray())
                      .toList(),
                  lists.get(3).stream()
                      .map(pool -> ((PtNDArray) pool.get(image)).toLongArray())
                      .toList()));
        }
        return observed;
      }
    }

    @Override
    public void close() {
      kernel.close();
      paths.close();
      program.close();
    }
  }
}

package curtain.ascent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import curtain.network.RandomNetworks;
import curtain.pullback.Targets;
import curtain.pullback.Temperatures;
import java.io.IOException;
import java.nio.FloatBuffer;
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

/** Steps of {@link AscentOptions}, and walks, batches and errors of {@link AscentKernel}. */
@Tag("engine")
final class AscentTest {
  private static final CompileOptions HARD =
      new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT32);

  @TempDir Path scratch;

  private LoadedProgram program(Network network, CompileOptions options) throws IOException {
    Path archive = scratch.resolve("program.pt");
    OneDnn.write(Compiler.compile(network, options), archive);
    return LoadedProgram.load(archive, Device.cpu());
  }

  private static List<byte[]> images(int count, int side) {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[3 * side * side];
      random.nextBytes(image);
      images.add(image);
    }
    return images;
  }

  private static float[] random(SplittableRandom random, int size, double scale) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    return values;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  private static void assertInside(Ascent walk, double eps) {
    for (float[] point : walk.points()) {
      assertTrue(distance(point, walk.original()) <= eps * (1 + 1e-6), "outside of the ball");
      for (float value : point) {
        assertTrue(value >= -1 && value <= 1, value + " is outside of the box");
      }
    }
  }

  @Test
  void aFreeStepHasLengthAlphaAndTheDirection() {
    SplittableRandom random = new SplittableRandom(2);
    for (double scale : new double[] {1e-30, 1e-10, 1, 1e30}) {
      float[] x = random(random, 3000, 0.5);
      float[] v = random(random, 3000, scale);
      AscentOptions options = new AscentOptions(1, 3, 50, false);
      float[] next = options.step(x, x, FloatBuffer.wrap(v));
      assertEquals(3, distance(x, next), 1e-5);
      double norm = Math.sqrt(dot(v, v));
      for (int i = 0; i < x.length; i++) {
        assertEquals(x[i] + 3 * (v[i] / norm), next[i], 1e-7);
      }
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void stepsEndOnTheBallThenInTheBox() {
    float[] original = {0, 0, 0.5f, -1};
    // y - x0 = (3, 4, 0, 0), shrunk to (1.5, 2, 0, 0), clipped
    AscentOptions options = new AscentOptions(1, 5, 2.5, false);
    float[] v = {0.3f, 0.4f, 0, 0};
    assertArrayEquals(
        new float[] {1, 1, 0.5f, -1}, options.step(original, original, FloatBuffer.wrap(v)), 1e-6f);
    // the same from a point other than the centre: y - x0 = (0.6, 0, 0, 0.8) is within the ball
    options = new AscentOptions(1, 0.8, 1, false);
    assertArrayEquals(
        new float[] {0.6f, 0, 0.5f, -0.2f},
        options.step(new float[] {0.6f, 0, 0.5f, -1}, original, buffer(0, 0, 0, 2)),
        1e-6f);
    // and at its surface: y - x0 = (0.6, 0, 0, 1.2), of length 1.342
    options = new AscentOptions(1, 1.2, 1, false);
    assertArrayEquals(
        new float[] {0.4472136f, 0, 0.5f, -0.1055728f},
        options.step(new float[] {0.6f, 0, 0.5f, -1}, original, buffer(0, 0, 0, 2)),
        1e-6f);
  }

  private static FloatBuffer buffer(float... values) {
    return FloatBuffer.wrap(values);
  }

  @Test
  void zeroAndWhatIsNotFiniteAreNoDirections() {
    AscentOptions options = new AscentOptions(1, 1, 1, false);
    float[] x = {0.1f, 0.2f};
    assertSame(x, options.step(x, x, buffer(0, -0f)));
    assertNull(options.step(x, x, buffer(1, Float.NaN)));
    assertNull(options.step(x, x, buffer(Float.NEGATIVE_INFINITY, 0)));
    assertEquals(1.0 + 0.1, options.step(x, x, buffer(Float.MIN_VALUE, 0))[0], 0.1 + 1e-6);
  }

  @Test
  void wrongOptionsAreRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused("alpha must be above 0", () -> new AscentOptions(1, bad, 1, false));
      assertRefused("eps must be above 0", () -> new AscentOptions(1, 1, bad, false));
    }
    assertRefused("steps must be at least 1", () -> new AscentOptions(0, 1, 1, false));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable wrong) {
    String said = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    assertTrue(said.contains(message), said);
  }

  /** Logits -sum relu(0.25 - x), 0, sum relu(0.25 - x) of an image of 3 x 4 x 4. */
  private static Network ramps() {
    List<Node> nodes = new ArrayList<>();
    List<Integer> shape = List.of(3, 4, 4);
    nodes.add(new Node(new Operation.Input(4), List.of(), shape));
    double[] scale = {-1, -1, -1};
    double[] shift = {0.25, 0.25, 0.25};
    nodes.add(new Node(new Operation.Affine(scale, shift), List.of(0), shape));
    nodes.add(new Node(new Operation.Relu("relu", false), List.of(1), shape));
    nodes.add(new Node(new Operation.Flatten(), List.of(2), List.of(48)));
    float[] weight = new float[3 * 48];
    Arrays.fill(weight, 0, 48, -1);
    Arrays.fill(weight, 96, 144, 1);
    nodes.add(new Node(new Operation.Linear(weight, new float[3], 48, 3), List.of(3), List.of(3)));
    return new Network("ramps", nodes, 3);
  }

  /** Every result is known: the gradient vanishes at once, after a step, or never. */
  @Test
  void aZeroDirectionEndsTheWalk() throws IOException {
    byte[] black = new byte[48];
    double unit = Math.sqrt(48);
    try (LoadedProgram program = program(ramps(), HARD)) {
      AscentOptions far = new AscentOptions(3, 1.5 * unit, 100, true);
      try (AscentKernel kernel = new AscentKernel(program, 4, 1, far)) {
        List<Ascent> walks = kernel.run(List.of(black), List.of(List.of(0, 1, 2))).get(0);
        // from -1 to 0.5, where no gate is open
        assertArrayEquals(new float[] {-60, 0, 0, 0}, walks.get(0).logits(), 1e-4f);
        assertPoints(walks.get(0), -1, 0.5f, 0.5f, 0.5f);
        assertArrayEquals(new float[4], walks.get(1).logits());
        assertPoints(walks.get(1), -1, -1, -1, -1);
        // down, and the box ends at -1; the direction is not zero
        assertArrayEquals(new float[] {60, 60, 60, 60}, walks.get(2).logits(), 1e-4f);
        assertPoints(walks.get(2), -1, -1, -1, -1);
        walks.forEach(walk -> assertTrue(walk.isFinite()));
      }
      AscentOptions near = new AscentOptions(3, 1.5 * unit, unit, false);
      try (AscentKernel kernel = new AscentKernel(program, 4, 1, near)) {
        Ascent walk = kernel.run(List.of(black), List.of(List.of(0))).get(0).get(0);
        // the ball ends at 0
        assertArrayEquals(new float[] {-60, -12, -12, -12}, walk.logits(), 1e-4f);
        assertEquals(1, walk.points().size());
        assertEquals(0, walk.last()[7], 1e-6f);
        assertEquals(-1, walk.original()[7]);
      }
    }
  }

  private static void assertPoints(Ascent walk, float... values) {
    assertEquals(values.length, walk.points().size());
    for (int step = 0; step < values.length; step++) {
      for (float value : walk.points().get(step)) {
        assertEquals(values[step], value, 1e-6f);
      }
    }
    assertSame(walk.last(), walk.points().get(values.length - 1));
  }

  @Test
  void whatIsNotFiniteEndsTheWalk() throws IOException {
    Network ramps = ramps();
    List<Node> nodes = new ArrayList<>(ramps.nodes());
    float[] weight = new float[3 * 48];
    Arrays.fill(weight, 0, 48, 3e38f);
    nodes.set(
        4, new Node(new Operation.Linear(weight, new float[3], 48, 3), List.of(3), List.of(3)));
    try (LoadedProgram program = program(new Network("ramps", nodes, 3), HARD);
        AscentKernel kernel = new AscentKernel(program, 2, 1, new AscentOptions(2, 1, 1, false))) {
      List<Ascent> walks = kernel.run(List.of(new byte[48]), List.of(List.of(0, 1))).get(0);
      assertFalse(walks.get(0).isFinite());
      assertTrue(walks.get(1).isFinite());
    }
  }

  @Test
  void walksStayInsideAndClimb() throws IOException {
    List<byte[]> images = images(3, 32);
    try (LoadedProgram program =
        program(RandomNetworks.of("cifar_resnet20", 314), CompileOptions.DEFAULT)) {
      AscentOptions options = new AscentOptions(6, 4, 10, true);
      try (AscentKernel kernel = new AscentKernel(program, 6, 0.3, options)) {
        List<List<Integer>> classes = kernel.classes(images, Targets.top(2));
        int image = 0;
        for (List<Ascent> walks : kernel.run(images, classes)) {
          assertEquals(
              classes.get(image), walks.stream().map(Ascent::target).toList(), "order of targets");
          for (Ascent walk : walks) {
            assertEquals(7, walk.points().size());
            assertSame(walk.original(), walk.points().get(0));
            assertInside(walk, 10);
            assertTrue(distance(walk.last(), walk.original()) > 5, "it stays where it was");
            assertTrue(walk.logits()[6] > walk.logits()[0], Arrays.toString(walk.logits()));
          }
          assertTrue(walks.get(0).logits()[0] >= walks.get(1).logits()[0], "the largest first");
          image++;
        }
      }
    }
  }

  /** A walk's bits depend neither on how full its batch is nor on what is in other rows. */
  @ParameterizedTest
  @CsvSource({"cifar_resnet20, 32, 8", "squeezenet1_1, 224, 6"})
  void neighboursDoNotMatter(String architecture, int side, int count) throws IOException {
    List<byte[]> images = images(count, side);
    AscentOptions options = new AscentOptions(3, 4, 10, false);
    List<List<Integer>> classes = Collections.nCopies(count, List.of(3));
    try (LoadedProgram program =
            program(RandomNetworks.of(architecture, 314), CompileOptions.DEFAULT);
        AscentKernel kernel = new AscentKernel(program, count, 0.3, options)) {
      List<List<Ascent>> full = kernel.run(images, classes);
      for (int i : new int[] {0, 5}) {
        List<byte[]> black = new ArrayList<>(Collections.nCopies(i, new byte[3 * side * side]));
        black.add(images.get(i));
        Ascent alone = kernel.run(black, classes.subList(0, i + 1)).get(i).get(0);
        assertArrayEquals(full.get(i).get(0).last(), alone.last());
        assertArrayEquals(full.get(i).get(0).logits(), alone.logits());
      }
    }
  }

  /** The walk at one of several temperatures, of channels here, is that at it alone. */
  @Test
  void oneOfSeveralTemperatures() throws IOException {
    Temperatures both =
        new Temperatures(2, List.of(new float[] {0.1f, 0.2f, 0.3f, 4, 5, 6})).only(1);
    Temperatures alone = new Temperatures(1, List.of(new float[] {4, 5, 6}));
    Temperatures other = new Temperatures(1, List.of(new float[] {4, 5, 0.3f}));
    AscentOptions options = new AscentOptions(1, 0.5, 1, false);
    List<byte[]> images = images(1, 4);
    try (LoadedProgram program = program(ramps(), CompileOptions.DEFAULT)) {
      List<float[]> ends = new ArrayList<>();
      for (Temperatures temperatures : List.of(both, alone, other)) {
        try (AscentKernel kernel = new AscentKernel(program, 2, temperatures, options)) {
          ends.add(kernel.run(images, List.of(List.of(2))).get(0).get(0).last());
        }
      }
      assertArrayEquals(ends.get(1), ends.get(0));
      assertTrue(distance(ends.get(1), ends.get(2)) > 0.01, "channels have their own T");
    }
    assertThrows(IndexOutOfBoundsException.class, () -> both.only(1));
  }

  @Test
  void wrongCallsAreRefused() throws IOException {
    try (LoadedProgram program = program(ramps(), HARD)) {
      AscentOptions options = new AscentOptions(1, 1, 1, false);
      assertRefused("at least 1 image", () -> new AscentKernel(program, 0, 1, options).close());
      assertRefused("temperatures", () -> new AscentKernel(program, 1, 0, options).close());
      assertRefused(
          "one temperature, not 2",
          () ->
              new AscentKernel(program, 1, Temperatures.uniform(List.of(1.0, 2.0), 1), options)
                  .close());
      assertRefused(
          "temperatures of 2 layers for a network of 1",
          () ->
              new AscentKernel(program, 1, Temperatures.uniform(List.of(1.0), 2), options).close());
      try (AscentKernel kernel = new AscentKernel(program, 1, 1, options)) {
        List<byte[]> one = List.of(new byte[48]);
        assertRefused("3 classes", () -> kernel.run(one, List.of(List.of(3))));
        assertRefused("for 1", () -> kernel.run(one, List.of()));
        assertEquals(2, kernel.rows());
        assertRefused("3 walks in a batch of 2", () -> kernel.run(one, List.of(List.of(0, 1, 2))));
        assertRefused("no image", () -> kernel.run(List.of(new byte[5]), List.of(List.of(0))));
        assertRefused("top:4", () -> kernel.classes(one, Targets.top(4)));
      }
    }
  }
}

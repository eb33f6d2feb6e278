package curtain.gram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.compile.Compiler;
import curtain.compile.GateNumbers;
import curtain.engine.LoadedProgram;
import curtain.gates.Gate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gram matrices of a network with seeded weights: identities, and what bits must not depend on. */
@Tag("numbers")
@Tag("engine")
final class GramKernelTest {
  private static final int IMAGES = 11;
  private static final int SIDE = 32;

  private static Network network;
  private static List<byte[]> images;

  @BeforeAll
  static void make() throws IOException {
    network = RandomNetworks.of("cifar_resnet20", 7);
    SplittableRandom random = new SplittableRandom(3);
    images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] image = new byte[3 * SIDE * SIDE];
      int middle = random.nextInt(256);
      int spread = random.nextInt(1, 128);
      for (int p = 0; p < image.length; p++) {
        image[p] = (byte) Math.max(0, Math.min(255, middle + random.nextInt(-spread, spread)));
      }
      images.add(image);
    }
  }

  @AfterAll
  static void drop() {
    network = null;
    images = null;
  }

  private static GramOptions options(GateNumbers numbers, boolean bias) {
    return GramOptions.of(
        numbers == GateNumbers.BITS ? Gate.HARD : Gate.SIGMOID,
        0.3,
        numbers == GateNumbers.BYTES,
        bias);
  }

  private interface Use<T> {
    T of(GramKernel kernel) throws IOException;
  }

  private static <T> T with(GramOptions options, int batch, Use<T> use) throws IOException {
    try (LoadedProgram program = Grams.load(network, options);
        GramKernel kernel = new GramKernel(program, options, batch)) {
      return use.of(kernel);
    }
  }

  private static Tile whole(GramOptions options, int batch) throws IOException {
    return with(options, batch, kernel -> Grams.whole(kernel, images, true));
  }

  private static void assertSame(Tile expected, Tile actual) {
    assertArrayEquals(expected.logKernel(), actual.logKernel());
    assertArrayEquals(expected.sign(), actual.sign());
    assertArrayEquals(expected.layerSum(), actual.layerSum());
    assertArrayEquals(expected.pixel(), actual.pixel());
    assertArrayEquals(expected.feature(), actual.feature(), 1e-9);
    assertArrayEquals(expected.layers(), actual.layers());
  }

  @ParameterizedTest
  @EnumSource(
      value = GateNumbers.class,
      names = {"BITS", "BYTES"})
  void bitsDependNeitherOnBlocksNorBatchesNorNeighbours(GateNumbers numbers) throws IOException {
    GramOptions options = options(numbers, true);
    Tile expected = whole(options, 4);
    assertSame(expected, whole(options, 3));
    List<Integer> order = new ArrayList<>(IntStream.range(0, IMAGES).boxed().toList());
    Collections.shuffle(order, new Random(5));
    List<byte[]> shuffled = order.stream().map(images::get).toList();
    with(
        options,
        4,
        kernel -> {
          int from = 2;
          int to = 9;
          try (GateBlock rows = kernel.join(Grams.observe(kernel, shuffled.subList(from, to)), 7)) {
            Tile part = kernel.multiply(rows, Grams.observe(kernel, shuffled), IMAGES, false);
            for (int i = from; i < to; i++) {
              for (int j = 0; j < IMAGES; j++) {
                int at = (i - from) * IMAGES + j;
                int was = order.get(i) * IMAGES + order.get(j);
                assertEquals(expected.logKernel()[was], part.logKernel()[at]);
                assertEquals(expected.sign()[was], part.sign()[at]);
                assertEquals(expected.layerSum()[was], part.layerSum()[at]);
                assertEquals(expected.pixel()[was], part.pixel()[at]);
              }
            }
          }
          return null;
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = GateNumbers.class,
      names = {"BITS", "BYTES"})
  void bitsAreTheSameHoweverIntegersAreMultiplied(GateNumbers numbers) throws IOException {
    GramOptions options = options(numbers, true);
    Tile expected = whole(options, 4);
    try (LoadedProgram program = Grams.load(network, options)) {
      for (IntegerProducts integers : IntegerProducts.values()) {
        if (integers.exact(program)) {
          try (GramKernel kernel = new GramKernel(program, options, 4, integers)) {
            assertSame(expected, Grams.whole(kernel, images, true));
            try (GateBlock rows = kernel.join(Grams.observe(kernel, images), IMAGES)) {
              assertSame(
                  expected, kernel.multiply(rows, Grams.observe(kernel, images), IMAGES, true));
            }
          }
        }
      }
    }
  }

  @Test
  void sumsOfFloatsDifferInTheirLastDigitsOnly() throws IOException {
    GramOptions options = options(GateNumbers.FLOATS, true);
    Tile a = whole(options, 4);
    Tile b = whole(options, 3);
    for (int p = 0; p < IMAGES * IMAGES; p++) {
      assertEquals(a.logKernel()[p], b.logKernel()[p], 1e-6 * Math.abs(a.logKernel()[p]));
      assertEquals(a.layerSum()[p], b.layerSum()[p], 1e-6 * a.layerSum()[p]);
    }
  }

  @ParameterizedTest
  @EnumSource(GateNumbers.class)
  void isTheProductOfItsFactors(GateNumbers numbers) throws IOException {
    Tile tile = whole(options(numbers, true), 4);
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < IMAGES; j++) {
        int at = i * IMAGES + j;
        assertEquals(pixels(i, j) + 1, tile.pixel()[at]);
        double log = Math.log(Math.abs(tile.pixel()[at]));
        double sum = 0;
        for (double[] layer : tile.layers()) {
          log += Math.log(layer[at]);
          sum += layer[at] / Math.sqrt(layer[i * IMAGES + i] * layer[j * IMAGES + j]);
        }
        assertEquals(log, tile.logKernel()[at], 1e-12 * Math.abs(log));
        assertEquals(sum, tile.layerSum()[at], 1e-12 * sum);
        assertEquals(Math.signum(tile.pixel()[at]), tile.sign()[at]);
      }
    }
  }

  /** The inputs' inner product in 64-bit integers and one division. */
  private static double pixels(int i, int j) {
    long sum = 0;
    for (int p = 0; p < images.get(i).length; p++) {
      sum += (2L * (images.get(i)[p] & 0xff) - 255) * (2L * (images.get(j)[p] & 0xff) - 255);
    }
    return (sum + 65_025) / 65_025.0 - 1;
  }

  @ParameterizedTest
  @EnumSource(GateNumbers.class)
  void isSymmetricAndItsDiagonalIsOfTheImagesThemselves(GateNumbers numbers) throws IOException {
    GramOptions options = options(numbers, true);
    with(
        options,
        4,
        kernel -> {
          Tile tile = Grams.whole(kernel, images, true);
          try (GateBlock rows = kernel.join(Grams.observe(kernel, images), IMAGES)) {
            SelfKernels own = kernel.own(rows);
            Tile plain = kernel.multiply(rows, Grams.observe(kernel, images), IMAGES, true);
            double close = numbers == GateNumbers.FLOATS ? 1e-4 : 0;
            for (int i = 0; i < IMAGES; i++) {
              for (int j = 0; j < IMAGES; j++) {
                int at = i * IMAGES + j;
                assertEquals(tile.logKernel()[at], tile.logKernel()[j * IMAGES + i]);
                assertEquals(tile.feature()[at], tile.feature()[j * IMAGES + i]);
                assertEquals(plain.logKernel()[at], tile.logKernel()[at], close);
              }
              assertEquals(own.logKernel()[i], tile.logKernel()[i * IMAGES + i]);
              assertEquals(19, own.layerSum()[i]);
              assertEquals(own.pixel()[i], tile.pixel()[i * IMAGES + i]);
              assertEquals(own.layers()[4][i], tile.layers()[4][i * IMAGES + i]);
            }
          }
          return null;
        });
  }

  @ParameterizedTest
  @EnumSource(
      value = GateNumbers.class,
      names = {"BITS", "BYTES"})
  void isPositiveSemiDefinite(GateNumbers numbers) throws IOException {
    for (double smallest : Grams.smallestEigenvalues(whole(options(numbers, true), 4))) {
      assertTrue(smallest > -1e-8, "eigenvalue " + smallest);
    }
    DMatrixRMaj none = new DMatrixRMaj(new double[][] {{1, 1.1}, {1.1, 1}});
    assertEquals(-0.1, Grams.smallestEigenvalue(none), 1e-12, "the check finds what is not");
  }

  @ParameterizedTest
  @EnumSource(GateNumbers.class)
  void gatesComeBackFromStorage(GateNumbers numbers) throws IOException {
    GramOptions options = options(numbers, true);
    with(
        options,
        4,
        kernel -> {
          Tile expected = Grams.whole(kernel, images, true);
          List<GateBlock> stored = new ArrayList<>();
          for (Iterator<GateBlock> parts = Grams.observe(kernel, images); parts.hasNext(); ) {
            try (GateBlock part = parts.next()) {
              ByteBuffer packed = kernel.pack(part, 0, part.size());
              assertEquals(
                  part.size() * GramKernel.packedBytes(kernel.info(), options), packed.remaining());
              int from = 4 * stored.size();
              stored.add(
                  kernel.unpack(
                      packed, images.subList(from, from + part.size()), part.featureRows()));
            }
          }
          try (GateBlock rows = kernel.join(stored.iterator(), IMAGES)) {
            assertSame(expected, kernel.diagonal(rows, true));
          }
          return null;
        });
  }

  /** Two images whose inputs are orthogonal, without the constant. */
  @Test
  void aFactorOfZeroIsMinusInfinity() throws IOException {
    byte[] flat = new byte[3 * SIDE * SIDE];
    byte[] half = new byte[3 * SIDE * SIDE];
    Arrays.fill(flat, (byte) 255);
    Arrays.fill(half, 0, half.length / 2, (byte) 255);
    Tile tile =
        with(
            options(GateNumbers.BITS, false),
            2,
            kernel -> Grams.whole(kernel, List.of(flat, half), true));
    assertEquals(Double.NEGATIVE_INFINITY, tile.logKernel()[1]);
    assertEquals(0, tile.sign()[1]);
    assertEquals(1, tile.sign()[0]);
    assertTrue(Double.isFinite(tile.logKernel()[0]));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aBatchMustFit(int count) throws IOException {
    with(
        options(GateNumbers.BITS, true),
        4,
        kernel -> {
          assertEquals(
              count + " images in a batch of 4",
              assertThrows(
                      IllegalArgumentException.class,
                      () -> kernel.observe(images.subList(0, count)))
                  .getMessage());
          return null;
        });
  }

  @Test
  void aGateThatItsNumbersCannotHoldIsRefused() {
    assertEquals(
        "gate sigmoid is not kept as BITS",
        assertThrows(
                IllegalArgumentException.class,
                () -> Compiler.gram(network, Gate.SIGMOID, GateNumbers.BITS))
            .getMessage());
  }

  /** The way that is chosen by time and by exactness is exact; on x86-64 bytes always are. */
  @Test
  void integersAreMultipliedExactly() throws IOException {
    try (LoadedProgram program = Grams.load(network, options(GateNumbers.BITS, true))) {
      IntegerProducts found = IntegerProducts.of(program);
      System.out.println("integers are multiplied as " + found);
      assertTrue(found.exact(program), found.toString());
      assertTrue(IntegerProducts.FLOAT32.exact(program), "float32");
      if (System.getProperty("os.arch").equals("amd64")) {
        assertTrue(IntegerProducts.UINT8.exact(program), "unsigned by signed bytes");
      }
    }
  }
}

package curtain.gram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.PathProgram;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PathKernel} on a ResNet-20 with seeded weights: what must hold of every Gram matrix. */
@Tag("engine")
final class PathKernelTest {
  private static final int IMAGES = 7;

  /**
   * Of logarithms below 200: a few last digits, as a library's loop over several values has them.
   */
  private static final double LOGARITHM = 1e-12;

  @TempDir static Path scratch;
  private static Network network;
  private static List<byte[]> images;

  @BeforeAll
  static void make() throws IOException {
    network = RandomNetworks.of("cifar_resnet20", 1);
    SplittableRandom random = new SplittableRandom(5);
    byte[] base = new byte[3 * 32 * 32];
    random.nextBytes(base);
    images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      // alike enough to have paths in common
      byte[] image = base.clone();
      for (int p = 0; p < image.length; p += 1 + random.nextInt(40)) {
        image[p] = (byte) random.nextInt(256);
      }
      images.add(image);
    }
  }

  private static LoadedProgram load(Program compiled) throws IOException {
    Path file = scratch.resolve("program.pt");
    compiled.write(file);
    return LoadedProgram.load(file, Device.cpu());
  }

  private static LoadedProgram network(String gate) throws IOException {
    return load(
        Compiler.compile(
            network,
            new CompileOptions(Gate.parse(gate), PoolGate.HARD, false, Precision.FLOAT32)));
  }

  private interface Use {
    void on(PathKernel kernel);
  }

  private static void with(String gate, boolean constants, int batch, Use use) throws IOException {
    try (LoadedProgram program = network(gate);
        LoadedProgram paths = load(PathProgram.compile(network, constants));
        PathKernel kernel = new PathKernel(program, paths, 0.3, batch)) {
      use.on(kernel);
    }
  }

  /** The tile of the images from a to b with those from c to d. */
  private static PathKernel.Values tile(PathKernel kernel, int a, int b, int c, int d) {
    try (PathKernel.PathBlock rows = kernel.gates(images.subList(a, b));
        PathKernel.PathBlock columns = kernel.gates(images.subList(c, d))) {
      return kernel.tile(rows, columns);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hard", "sigmoid"})
  void exchangedImagesGiveTheSame(String gate) throws IOException {
    for (boolean constants : new boolean[] {true, false}) {
      with(
          gate,
          constants,
          3,
          kernel -> {
            PathKernel.Values tile = tile(kernel, 0, 4, 4, IMAGES);
            PathKernel.Values exchanged = tile(kernel, 4, IMAGES, 0, 4);
            assertEquals(4, tile.rows());
            assertEquals(IMAGES - 4, tile.columns());
            for (int i = 0; i < tile.rows(); i++) {
              for (int j = 0; j < tile.columns(); j++) {
                int at = i * tile.columns() + j;
                int back = j * tile.rows() + i;
                assertEquals(tile.log()[at], exchanged.log()[back], LOGARITHM);
                assertEquals(tile.sign()[at], exchanged.sign()[back]);
              }
            }
          });
    }
  }

  /** Signs have equal bits whatever the batch, and a pair's sums do not know their neighbours. */
  @Test
  void batchesDoNotMatter() throws IOException {
    List<PathKernel.Values> tiles = new ArrayList<>();
    for (int batch : new int[] {1, 2, 5, IMAGES}) {
      with("hard", true, batch, kernel -> tiles.add(tile(kernel, 0, IMAGES, 0, IMAGES)));
    }
    for (PathKernel.Values tile : tiles) {
      assertArrayEquals(tiles.get(0).log(), tile.log(), LOGARITHM);
      assertArrayEquals(tiles.get(0).sign(), tile.sign());
    }
    with(
        "hard",
        true,
        IMAGES,
        kernel -> {
          PathKernel.Values alone = tile(kernel, 2, 3, 5, 6);
          assertEquals(tiles.get(0).log()[2 * IMAGES + 5], alone.log()[0], LOGARITHM);
        });
  }

  /** Normalised by its diagonal and raised by 1e-11, it has a Cholesky factor. */
  @ParameterizedTest
  @ValueSource(strings = {"hard", "sigmoid"})
  void gramIsPositiveSemidefinite(String gate) throws IOException {
    for (boolean constants : new boolean[] {true, false}) {
      with(
          gate,
          constants,
          4,
          kernel -> {
            PathKernel.Values tile = tile(kernel, 0, IMAGES, 0, IMAGES);
            double[][] gram = new double[IMAGES][IMAGES];
            double largest = 0;
            for (int i = 0; i < IMAGES; i++) {
              for (int j = 0; j < IMAGES; j++) {
                double diagonal = tile.log()[i * IMAGES + i] + tile.log()[j * IMAGES + j];
                double log = tile.log()[i * IMAGES + j] - diagonal / 2;
                gram[i][j] = tile.sign()[i * IMAGES + j] * Math.exp(log);
                largest = i == j ? largest : Math.max(largest, Math.abs(gram[i][j]));
              }
              assertEquals(1, gram[i][i], 1e-12);
              gram[i][i] += 1e-11;
            }
            assertTrue(largest > 1e-3, "the images have paths in common");
            assertTrue(hasCholeskyFactor(gram));
          });
    }
  }

  private static boolean hasCholeskyFactor(double[][] a) {
    for (int k = 0; k < a.length; k++) {
      if (!(a[k][k] > 0)) {
        return false;
      }
      for (int i = k + 1; i < a.length; i++) {
        double factor = a[i][k] / a[k][k];
        for (int j = k + 1; j < a.length; j++) {
          a[i][j] -= factor * a[k][j];
        }
      }
    }
    return true;
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    with(
        "sigmoid",
        true,
        2,
        kernel -> {
          assertThrows(IllegalArgumentException.class, () -> kernel.gates(List.of()));
          assertThrows(IllegalArgumentException.class, () -> kernel.gates(List.of(new byte[5])));
        });
    try (LoadedProgram program = network("hard");
        LoadedProgram paths = load(PathProgram.compile(network, true));
        LoadedProgram other =
            load(PathProgram.compile(RandomNetworks.of("cifar_resnet32", 1), true))) {
      refused("at least 1 image", () -> new PathKernel(program, paths, 0.3, 0));
      refused("the temperature", () -> new PathKernel(program, paths, 0, 4));
      refused("the temperature", () -> new PathKernel(program, paths, Double.NaN, 4));
      refused("cifar_resnet32", () -> new PathKernel(program, other, 0.3, 4));
    }
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}

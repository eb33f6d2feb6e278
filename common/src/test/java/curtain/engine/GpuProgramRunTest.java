package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.Target;
import curtain.fixtures.Waves;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import curtain.pullback.Extra;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.Lengths;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs for GPUs, run on the CPU that there is, against programs for any device. */
@Tag("engine")
final class GpuProgramRunTest {
  /** As spec 8 has it of one program in two batches: sums in another order, and no more. */
  private static final double TOLERANCE = 1e-5;

  /** Norms of the same float32 values, in float64: sums of 150,528 squares in another order. */
  private static final double NORMS = 1e-12;

  /** More targets than one call takes at two temperatures. */
  private static final List<Integer> MANY = List.of(0, 1, 2, 3, 1);

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, sigmoid, softmax",
    "squeezenet1_1, sigmoid, softmax",
    "demo_cnn, guided, hard",
    "demo_cnn, softsign, softmax"
  })
  void agree(String model, String gate, String pool) throws IOException {
    Network network = RandomNetworks.of(model, 314);
    CompileOptions options =
        new CompileOptions(Gate.parse(gate), PoolGate.parse(pool), false, Precision.FLOAT32);
    List<byte[]> images = Waves.images(3, network.imageSize());
    List<ImagePullbacks> expected = run(network, options, images);
    List<ImagePullbacks> actual = run(network, options.on(Target.GPU), images);
    for (int i = 0; i < images.size(); i++) {
      assertClose(expected.get(i).logits(), actual.get(i).logits());
      for (int k = 0; k < 2; k++) {
        assertClose(expected.get(i).gradient(k), actual.get(i).gradient(k));
        for (int m = 0; m < 2; m++) {
          assertClose(expected.get(i).pullback(m, k), actual.get(i).pullback(m, k));
        }
      }
    }
  }

  private List<ImagePullbacks> run(Network network, CompileOptions options, List<byte[]> images)
      throws IOException {
    Path file = dir.resolve("program.pt");
    Compiler.compile(network, options).write(file);
    try (LoadedProgram program = LoadedProgram.load(file, Device.cpu());
        PullbackKernel kernel =
            new PullbackKernel(program, 3, List.of(0.3, 1.0), Set.of(Extra.GRADIENTS))) {
      return kernel.run(images, Targets.of(List.of(List.of(0, 1), List.of(2, 3), List.of(1, 0))));
    }
  }

  private static void assertClose(float[] expected, float[] actual) {
    float[] difference = new float[expected.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = actual[i] - expected[i];
    }
    double error = Vectors.norm(difference) / Math.max(1e-30, Vectors.norm(expected));
    assertTrue(error <= TOLERANCE, "relative error " + error);
  }

  /** What is not float32 does not run on a CPU, where it would be. */
  @Test
  void otherPrecisionsAreRefused() throws IOException {
    Path file = dir.resolve("program.pt");
    for (Target target : List.of(Target.GPU_TF32, Target.GPU_BFLOAT16)) {
      Compiler.compile(RandomNetworks.of("demo_cnn", 3), CompileOptions.DEFAULT.on(target))
          .write(file);
      IOException refused =
          assertThrows(IOException.class, () -> LoadedProgram.load(file, Device.cpu()));
      assertTrue(refused.getMessage().contains("precision fp32"), refused.getMessage());
      // yet the engine knows all of its text
      LoadedProgram.unchecked(file, Device.cpu(), 2).close();
    }
  }

  /** Rounded as the host rounds, with the lengths of what was not rounded yet. */
  @Test
  void halvesAreRoundedOnTheDevice() throws IOException {
    Network network = RandomNetworks.of("demo_cnn", 314);
    Path file = dir.resolve("program.pt");
    Compiler.compile(network, CompileOptions.DEFAULT).write(file);
    List<byte[]> images = Waves.images(2, network.imageSize());
    try (LoadedProgram program = LoadedProgram.load(file, Device.cpu())) {
      List<ImagePullbacks> expected = run(program, images, Set.of(Extra.GRADIENTS));
      List<ImagePullbacks> actual = run(program, images, Set.of(Extra.GRADIENTS, Extra.HALVES));
      List<ImagePullbacks> alone = run(program, images, Set.of(Extra.HALVES));
      for (int i = 0; i < images.size(); i++) {
        Lengths lengths = actual.get(i).lengths().orElseThrow();
        assertTrue(expected.get(i).lengths().isEmpty());
        assertTrue(actual.get(i).isFinite());
        for (int k = 0; k < MANY.size(); k++) {
          float[] gradient = expected.get(i).gradient(k);
          assertArrayEquals(halves(gradient), actual.get(i).gradient(k));
          assertEquals(1, lengths.gradientNorms()[k] / Vectors.norm(gradient), NORMS);
          assertEquals(Vectors.largest(gradient), lengths.gradientLargest()[k]);
          for (int m = 0; m < 2; m++) {
            float[] pullback = expected.get(i).pullback(m, k);
            assertArrayEquals(halves(pullback), actual.get(i).pullback(m, k));
            assertArrayEquals(halves(pullback), alone.get(i).pullback(m, k));
            assertEquals(1, lengths.norms()[m][k] / Vectors.norm(pullback), NORMS);
            assertEquals(Vectors.largest(pullback), lengths.largest()[m][k]);
            assertEquals(Vectors.cosine(pullback, gradient), lengths.cosine(m, k), NORMS);
          }
        }
        assertEquals(0, alone.get(i).lengths().orElseThrow().gradientNorms().length);
      }
    }
  }

  private static List<ImagePullbacks> run(
      LoadedProgram program, List<byte[]> images, Set<Extra> extras) {
    try (PullbackKernel kernel = new PullbackKernel(program, 3, List.of(0.3, 1.0), extras)) {
      return kernel.run(images, Targets.of(List.of(MANY, MANY)));
    }
  }

  /** The nearest numbers of 11 bits, of two the even one; below 2^-14 multiples of 2^-24. */
  private static float[] halves(float... values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      double step = Math.scalb(1.0, Math.max(-24, Math.getExponent(values[i]) - 10));
      rounded[i] = (float) (Math.rint(values[i] / step) * step);
    }
    return rounded;
  }

  /** Without CUDA no memory can be pinned; that is said once, and others are served. */
  @Test
  void transfersAreKnownToTheEngine() {
    LoadedProgram transfer = HostMemory.transfer(Device.cpu());
    assertEquals("transfer", transfer.info().model());
  }
}

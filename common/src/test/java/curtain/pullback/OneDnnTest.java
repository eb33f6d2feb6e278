package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs by oneDNN's operators against those by PyTorch's. */
@Tag("engine")
final class OneDnnTest {
  @TempDir Path dir;

  /** The engine on the class path has them: what is measured and shipped uses them. */
  @Test
  void theEngineHasTheOperators() {
    assertTrue(OneDnn.available());
  }

  /** SqueezeNet's last weights are read besides; ResNet-18 has Winograd's convolutions. */
  @ParameterizedTest
  @ValueSource(strings = {"cifar_resnet20", "squeezenet1_1", "resnet18"})
  void pullbacksAgree(String model) throws IOException {
    Network network = RandomNetworks.of(model, 314);
    Program program = Compiler.compile(network, CompileOptions.DEFAULT);
    Path portable = dir.resolve("portable.pt");
    Path prepared = dir.resolve("prepared.pt");
    program.write(portable);
    program.writeForOneDnn(prepared);
    assertEquals(Optional.empty(), Program.prepare(portable));
    assertEquals(Optional.of("prepare"), Program.prepare(prepared));
    List<float[]> expected = pullback(portable, network, 2);
    List<float[]> actual = pullback(prepared, network, 2);
    for (int i = 0; i < 2; i++) {
      assertTrue(error(expected.get(i), actual.get(i)) <= 1e-5, "error");
    }
    // another batch than the weights were prepared for
    List<float[]> more = pullback(prepared, network, 17);
    float[] logits = actual.get(0);
    assertArrayEquals(logits, Arrays.copyOf(more.get(0), logits.length));
    float[] pullbacks = Arrays.copyOf(more.get(1), actual.get(1).length);
    assertTrue(error(actual.get(1), pullbacks) <= 1e-5, "error");
  }

  /** The whole batch is combined at once, or in groups of two and of one image: equal bits. */
  @Test
  void logitsDoNotDependOnGroups() throws IOException {
    Network network = RandomNetworks.of("alexnet", 314);
    Program program = Compiler.compile(network, CompileOptions.DEFAULT);
    Path portable = dir.resolve("portable.pt");
    Path prepared = dir.resolve("prepared.pt");
    program.write(portable);
    program.writeForOneDnn(prepared);
    for (Path archive : List.of(portable, prepared)) {
      try (LoadedProgram loaded = LoadedProgram.load(archive, Device.cpu())) {
        float[] five = logits(loaded, network, 5);
        for (int count : new int[] {2, 3, 4}) {
          float[] logits = logits(loaded, network, count);
          assertArrayEquals(Arrays.copyOf(five, logits.length), logits);
        }
      }
    }
  }

  /** In float64 there are no such operators, and the program says so. */
  @Test
  void doublesAreWrittenForAnyEngine() throws IOException {
    CompileOptions options =
        new CompileOptions(Gate.SIGMOID, PoolGate.SOFTMAX, false, Precision.FLOAT64);
    Program program = Compiler.compile(RandomNetworks.of("cifar_resnet20", 314), options);
    Path portable = dir.resolve("portable.pt");
    Path doubles = dir.resolve("doubles.pt");
    program.write(portable);
    program.writeForOneDnn(doubles);
    assertEquals(-1, Files.mismatch(portable, doubles));
  }

  private interface Call {
    List<List<PtNDArray>> of(LoadedProgram program, NDManager manager, NDArray x);
  }

  /** Of so many images, always the same ones. */
  private static float[] logits(LoadedProgram loaded, Network network, int count) {
    return call(
            loaded,
            network,
            count,
            (program, manager, x) -> program.call(manager, "forward", IValue.from((PtNDArray) x)))
        .get(0);
  }

  /** Logits and pullbacks. */
  private static List<float[]> pullback(Path archive, Network network, int count)
      throws IOException {
    Call call =
        (program, manager, x) -> {
          NDArray targets = manager.create(new long[count], new Shape(count, 1));
          PtNDArray t = (PtNDArray) manager.create(new float[] {0.3f}, new Shape(1, 1, 1, 1));
          return program.call(
              manager,
              "pullback",
              IValue.from((PtNDArray) x),
              IValue.from((PtNDArray) targets),
              LoadedProgram.list(Collections.nCopies(program.info().relus().size(), t)));
        };
    try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu())) {
      return call(program, network, count, call);
    }
  }

  private static List<float[]> call(LoadedProgram program, Network network, int count, Call call) {
    int side = network.imageSize();
    SplittableRandom random = new SplittableRandom(5);
    float[] pixels = new float[count * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextDouble(-1, 1);
    }
    try (NDManager manager = program.newManager()) {
      NDArray x = manager.create(pixels, new Shape(count, 3, side, side));
      return call.of(program, manager, x).stream()
          .map(member -> member.get(0).toFloatArray())
          .toList();
    }
  }

  private static double error(float[] expected, float[] actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}

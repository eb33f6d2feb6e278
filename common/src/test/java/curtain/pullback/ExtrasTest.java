package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Waves;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link PullbackKernel} computes on request changes no bit of the rest. */
@Tag("engine")
final class ExtrasTest {
  private static final List<Set<Extra>> OTHERS =
      List.of(Set.of(), Set.of(Extra.GRADIENTS), Set.of(Extra.DECISIONS));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "demo_cnn, sigmoid, softmax",
    "demo_cnn, guided, hard",
    "squeezenet1_1, sigmoid, softmax"
  })
  void logits(String name, String gate, String pool) throws IOException {
    Network network = RandomNetworks.of(name, 7);
    CompileOptions options =
        new CompileOptions(Gate.parse(gate), PoolGate.parse(pool), false, Precision.FLOAT32);
    check(Compiler.compile(network, options), network.imageSize());
  }

  @Test
  void neurons() throws IOException {
    Network network = RandomNetworks.of("demo_cnn", 7);
    check(Compiler.neurons(network, CompileOptions.DEFAULT, 2, -1), network.imageSize());
  }

  private void check(Program program, int side) throws IOException {
    Path file = folder.resolve("program.pt");
    OneDnn.write(program, file);
    List<byte[]> images = Waves.images(3, side);
    try (LoadedProgram loaded = LoadedProgram.load(file, Device.cpu())) {
      List<ImagePullbacks> expected = run(loaded, images, Set.of(Extra.GRADIENTS, Extra.DECISIONS));
      for (Set<Extra> extras : OTHERS) {
        List<ImagePullbacks> actual = run(loaded, images, extras);
        for (int i = 0; i < images.size(); i++) {
          compare(expected.get(i), actual.get(i), extras);
        }
      }
    }
  }

  private static List<ImagePullbacks> run(
      LoadedProgram program, List<byte[]> images, Set<Extra> extras) {
    try (PullbackKernel kernel = new PullbackKernel(program, 3, List.of(0.3, 1.0), extras)) {
      return kernel.run(images, Targets.top(2));
    }
  }

  private static void compare(ImagePullbacks expected, ImagePullbacks actual, Set<Extra> extras) {
    assertArrayEquals(expected.logits(), actual.logits());
    assertArrayEquals(expected.targets(), actual.targets());
    assertEquals(extras.contains(Extra.GRADIENTS), actual.hasGradients());
    for (int k = 0; k < 2; k++) {
      int target = k;
      if (actual.hasGradients()) {
        assertArrayEquals(expected.gradient(k), actual.gradient(k));
      } else {
        assertThrows(IndexOutOfBoundsException.class, () -> actual.gradient(target));
      }
      for (int m = 0; m < 2; m++) {
        assertArrayEquals(expected.pullback(m, k), actual.pullback(m, k));
      }
    }
    boolean decisions = extras.contains(Extra.DECISIONS);
    assertEquals(decisions ? expected.signs().size() : 0, actual.signs().size());
    assertEquals(decisions ? expected.selections().size() : 0, actual.selections().size());
    for (int l = 0; l < actual.signs().size(); l++) {
      assertArrayEquals(expected.signs().get(l), actual.signs().get(l));
    }
    for (int l = 0; l < actual.selections().size(); l++) {
      assertArrayEquals(expected.selections().get(l), actual.selections().get(l));
    }
  }
}

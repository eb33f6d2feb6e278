package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.fixtures.Shared;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import curtain.pullback.ImagePullbacks;
import curtain.pullback.PullbackKernel;
import curtain.pullback.Targets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The compiled backward pass against autograd of the same libtorch. */
@Tag("engine")
class EagerNetworkTest {
  private static final int BATCH = 2;

  /** Relative, of pullbacks in float32: each is within 5e-5 of float64's with SqueezeNet. */
  private static final double PULLBACKS = 1e-4;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet20, cifar10-resnet20.th, 3",
    "squeezenet1_1, squeezenet1_1-imagenet.pth, 207",
  })
  void autogradAgreesWithTheCompiledPullback(String model, String file, int target)
      throws Exception {
    Path weights = Shared.path("data/weights/" + file);
    Network network = Architecture.of(model).network(weights, Normalisation.IMAGENET);
    Path archive = folder.resolve("program.pt");
    OneDnn.write(Compiler.compile(network, CompileOptions.DEFAULT), archive);
    List<byte[]> images = images(network.imageSize());
    try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu());
        PullbackKernel kernel = new PullbackKernel(program, BATCH, List.of(0.3), Set.of());
        EagerNetwork eager = EagerNetwork.load(network, Device.cpu());
        NDManager call = eager.manager().newSubManager()) {
      List<ImagePullbacks> compiled =
          kernel.run(images, Targets.of(List.of(List.of(target), List.of(target))));
      PtNDArray x = input(call, images, network.imageSize());
      float[] logits = eager.forward(call, x).toFloatArray();
      float[] pullback = eager.pullback(call, x, target).toFloatArray();
      for (int n = 0; n < BATCH; n++) {
        assertEquals(
            logits[n * network.classes() + target], compiled.get(n).logits()[target], 2e-3);
        double distance = distance(compiled.get(n).pullback(0, 0), pullback, n);
        assertTrue(distance <= PULLBACKS, model + ": " + distance + " relative");
      }
    }
  }

  /** Relative L2 distance of an image's pullback to its part of a batch. */
  private static double distance(float[] own, float[] all, int n) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < own.length; i++) {
      double other = all[n * own.length + i];
      difference += (own[i] - other) * (own[i] - other);
      norm += other * other;
    }
    return Math.sqrt(difference / norm);
  }

  private static List<byte[]> images(int side) {
    Random random = new Random(5);
    byte[] first = new byte[3 * side * side];
    byte[] second = new byte[3 * side * side];
    random.nextBytes(first);
    random.nextBytes(second);
    return List.of(first, second);
  }

  private static PtNDArray input(NDManager call, List<byte[]> images, int side) {
    float[] x = new float[BATCH * 3 * side * side];
    for (int n = 0; n < BATCH; n++) {
      for (int i = 0; i < images.get(n).length; i++) {
        x[n * images.get(n).length + i] = (images.get(n)[i] & 0xff) / 255f * 2 - 1;
      }
    }
    return (PtNDArray) call.create(x, new Shape(BATCH, 3, side, side));
  }
}

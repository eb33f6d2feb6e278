package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Shared;
import curtain.fixtures.Waves;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How far results of the same images lie apart between machines. The directory of {@code
 * -Dcurtain.numbers} holds those of the first one that ran this; every later one is compared with
 * them. {@code .ci/matrix} lets one machine stand for several by limiting its instruction sets.
 */
@Tag("numbers")
@Tag("engine")
final class MachinesAgreementTest {
  private static final List<String> NETWORKS = List.of("cifar_resnet20", "squeezenet1_1");
  private static final List<String> MORE =
      List.of("demo_cnn", "alexnet", "densenet121", "vgg11", "vgg11_bn", "resnet18", "resnet50");

  private static final int IMAGES = 4;

  /** Of the largest logit: as far as float32 may be from float64, see the specification. */
  private static final double LOGITS = 1e-4;

  /** Relative: the largest seen is 2.3e-5; wrong convolutions gave 0.14. */
  private static final double PULLBACKS = 1e-3;

  /** Of all gates, each of them at rounding level. */
  private static final double SIGNS = 1e-5;

  static Stream<String> networks() {
    return Stream.of(NETWORKS, Shared.full() ? MORE : List.<String>of()).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void differByRoundingOnly(String name) throws IOException {
    String directory = System.getProperty("curtain.numbers");
    assumeTrue(directory != null, "skipped: no other machine's numbers (set curtain.numbers)");
    List<ImagePullbacks> here = compute(name);
    Path file = Path.of(directory, name);
    if (!Files.exists(file)) {
      write(file, here);
      abort("skipped: these are the first numbers; another machine's are compared with them");
    }
    Differences found = Differences.between(read(file), here);
    long gates = 8L * IMAGES * here.get(0).signs().stream().mapToLong(bits -> bits.length).sum();
    System.out.println(name + " beside another machine: " + found + " of " + gates + " gates");
    assertTrue(found.logit() <= LOGITS, found::toString);
    assertTrue(found.pullback() <= PULLBACKS, found::toString);
    assertTrue(found.signs() <= SIGNS * gates, found::toString);
  }

  private static List<ImagePullbacks> compute(String name) throws IOException {
    Network network = RandomNetworks.of(name, 7);
    Path archive = Files.createTempFile("machines", ".pt");
    try {
      OneDnn.write(Compiler.compile(network, CompileOptions.DEFAULT), archive);
      try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu());
          PullbackKernel kernel =
              new PullbackKernel(
                  program, IMAGES, List.of(0.3), Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
        return kernel.run(Waves.images(IMAGES, network.imageSize()), Targets.top(1));
      }
    } finally {
      Files.delete(archive);
    }
  }

  private static void write(Path file, List<ImagePullbacks> images) throws IOException {
    Files.createDirectories(file.getParent());
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (ImagePullbacks image : images) {
        write(out, image.logits());
        out.writeInt(image.targets()[0]);
        write(out, image.pullback(0, 0));
        write(out, image.signs());
        write(out, image.selections());
      }
    }
  }

  private static void write(DataOutputStream out, float... values) throws IOException {
    out.writeInt(values.length);
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  private static void write(DataOutputStream out, List<byte[]> layers) throws IOException {
    out.writeInt(layers.size());
    for (byte[] layer : layers) {
      out.writeInt(layer.length);
      out.write(layer);
    }
  }

  private static List<ImagePullbacks> read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      List<ImagePullbacks> images = new ArrayList<>();
      for (int i = 0; i < IMAGES; i++) {
        float[] logits = floats(in);
        int target = in.readInt();
        float[] pullback = floats(in);
        images.add(
            new ImagePullbacks(
                logits,
                new int[] {target},
                new float[][][] {{pullback}},
                new float[][] {new float[0]},
                layers(in),
                layers(in)));
      }
      return images;
    }
  }

  private static float[] floats(DataInputStream in) throws IOException {
    float[] values = new float[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }

  private static List<byte[]> layers(DataInputStream in) throws IOException {
    List<byte[]> layers = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      layers.add(in.readNBytes(in.readInt()));
    }
    return layers;
  }
}

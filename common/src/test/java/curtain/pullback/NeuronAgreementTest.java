package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.compile.Program;
import curtain.compile.ProgramInfo;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Oracle;
import curtain.fixtures.Shared;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.images.source.DecodedImage;
import curtain.network.Architecture;
import curtain.network.Network;
import curtain.network.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neurons of trained networks on photographs against PyTorch's autograd in float64: values, and
 * pullbacks with sigmoid gates and softmax pools, and with hard ones under the product's own
 * decisions, which are those that the whole network takes; of some the baseline gates, too. More
 * neurons with {@code -Dcurtain.full=true}.
 */
@Tag("reference")
final class NeuronAgreementTest {
  private static final double TOLERANCE = 1e-4;
  private static final CompileOptions HARD =
      new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT32);

  private static final List<Gate> BASELINES = List.of(Gate.B_SILU, Gate.GUIDED, Gate.DECONV);

  @TempDir Path scratch;

  @Test
  void squeezeNetOnPhotos() throws IOException {
    check(
        "squeezenet1_1",
        "squeezenet1_1-imagenet.pth",
        "imagenet-sample/val",
        1,
        List.of("features.3.expand3x3_activation:7:20:31", "24:0,9:6:0"),
        List.of("3:5,63", "20:0,100"));
  }

  @Test
  void resNet20OnCifar10() throws IOException {
    check(
        "cifar_resnet20",
        "cifar10-resnet20.th",
        "cifar10-sample/test",
        Shared.full() ? 5 : 1,
        List.of("layer1.1.relu#1:3:4:5", "18:all"),
        List.of("relu:0-15", "layer2.0.relu#0:1,31"));
  }

  private void check(
      String architecture,
      String weights,
      String folder,
      int count,
      List<String> few,
      List<String> more)
      throws IOException {
    List<String> choices =
        Stream.of(few, Shared.full() ? more : List.<String>of()).flatMap(List::stream).toList();
    int side = architecture.startsWith("cifar") ? 32 : 224;
    Path root = Shared.real("data/" + folder);
    Path file = Shared.real("data/weights/" + weights);
    Network network = Architecture.of(architecture).network(file, Normalisation.IMAGENET);
    try (Oracle oracle = Oracle.start(scratch)) {
      List<byte[]> images =
          Agreement.images(root, side, oracle.images(root, side, count)).stream()
              .map(DecodedImage::pixels)
              .toList();
      oracle.load(architecture, file);
      List<ImagePullbacks> whole =
          run(Compiler.compile(network, HARD), images, Targets.top(1), List.of(1.0));
      Map<Integer, ImagePullbacks> byIndex = new TreeMap<>();
      IntStream.range(0, count).forEach(i -> byIndex.put(i, whole.get(i)));
      oracle.judge(byIndex);
      for (String text : choices) {
        NeuronChoice neurons = NeuronChoice.parse(text, ProgramInfo.relus(network));
        compare(oracle, network, CompileOptions.DEFAULT, neurons, images, List.of(0.3, 2.0));
        for (Gate gate : text.equals(few.get(0)) ? BASELINES : List.<Gate>of()) {
          CompileOptions options =
              new CompileOptions(gate, PoolGate.SOFTMAX, false, Precision.FLOAT32);
          compare(oracle, network, options, neurons, images, List.of(0.3));
        }
        List<ImagePullbacks> hard = compare(oracle, network, HARD, neurons, images, List.of(0.3));
        for (int i = 0; i < count; i++) {
          assertSameDecisions(whole.get(i), hard.get(i), neurons.layer());
          for (int k = 0; k < neurons.channels().size(); k++) {
            assertArrayEquals(hard.get(i).gradient(k), hard.get(i).pullback(0, k));
          }
        }
      }
    }
  }

  private List<ImagePullbacks> compare(
      Oracle oracle,
      Network network,
      CompileOptions options,
      NeuronChoice neurons,
      List<byte[]> images,
      List<Double> temperatures)
      throws IOException {
    Program program = Compiler.neurons(network, options, neurons.layer(), neurons.position());
    List<ImagePullbacks> results =
        run(
            program,
            images,
            neurons.targets().of(Collections.nCopies(images.size(), null)),
            temperatures);
    List<Integer> indices = IntStream.range(0, images.size()).boxed().toList();
    double worst = 0;
    for (int m = 0; m < temperatures.size(); m++) {
      Oracle.Gating gating =
          new Oracle.Gating(
              options.gate().toString(),
              options.pool().toString(),
              temperatures.get(m),
              false,
              !options.gate().hasTemperature());
      double[] expected = oracle.neuron(gating, indices, neurons);
      int at = 0;
      for (ImagePullbacks result : results) {
        double scale = 0;
        for (float value : result.logits()) {
          scale = Math.max(scale, Math.abs(value));
        }
        for (int k = 0; k < neurons.channels().size(); k++) {
          assertEquals(neurons.channels().get(k), result.targets()[k]);
          double value = result.logits()[neurons.channels().get(k)];
          assertEquals(expected[at++], value, TOLERANCE * scale, neurons.toString());
          float[] pullback = result.pullback(m, k);
          worst = Math.max(worst, error(pullback, expected, at));
          at += pullback.length;
        }
      }
      assertEquals(expected.length, at);
    }
    String what = network.name() + " " + neurons + " " + options.gate();
    System.out.printf("%s: worst %.1e%n", what, worst);
    assertTrue(worst <= TOLERANCE, what + ": error " + worst);
    return results;
  }

  private List<ImagePullbacks> run(
      Program compiled, List<byte[]> images, Targets targets, List<Double> temperatures)
      throws IOException {
    Path archive = scratch.resolve("program.pt");
    OneDnn.write(compiled, archive);
    try (LoadedProgram program = LoadedProgram.load(archive, Device.cpu());
        PullbackKernel kernel =
            new PullbackKernel(
                program, images.size(), temperatures, Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
      return new ArrayList<>(kernel.run(images, targets));
    } finally {
      Files.delete(archive);
    }
  }

  /** Those of the calls before the layer. */
  private static void assertSameDecisions(ImagePullbacks whole, ImagePullbacks own, int layer) {
    assertEquals(layer, own.signs().size());
    for (int l = 0; l < layer; l++) {
      assertArrayEquals(whole.signs().get(l), own.signs().get(l));
    }
    for (int p = 0; p < own.selections().size(); p++) {
      assertArrayEquals(whole.selections().get(p), own.selections().get(p));
    }
  }

  private static double error(float[] actual, double[] expected, int offset) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < actual.length; i++) {
      double e = expected[offset + i];
      difference += (actual[i] - e) * (actual[i] - e);
      norm += e * e;
    }
    return norm == 0 && difference == 0 ? 0 : Math.sqrt(difference / norm);
  }
}

package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Program;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.fixtures.Shared;
import curtain.fixtures.Waves;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is promised of one image's results on every processor: over batch sizes, places in a batch,
 * fullness, neighbours and threads, the signs of its pre-activations, its pool selections and its
 * logits have equal bits, and its pullbacks differ by less than 1e-5. For four networks, with
 * -Dcurtain.full=true for every family, as jobs compile them and as {@code export} writes them.
 *
 * <p>libtorch and its libraries choose kernels by the processor and by the batch; so {@code
 * .ci/matrix} runs this under several instruction sets.
 */
@Tag("engine")
final class BatchInvarianceTest {
  private static final List<String> SMALL = List.of("demo_cnn", "cifar_resnet20");
  private static final List<String> LARGE = List.of("squeezenet1_1", "resnet18");
  private static final List<String> MORE =
      List.of("alexnet", "densenet121", "vgg11", "vgg11_bn", "resnet50");

  /** What rounding leaves of sums in another order: the largest seen is 2.2e-6. */
  private static final double CLOSE = 1e-5;

  /** Sizes of batches that the usual one, 16, is compared with, and numbers of threads. */
  private record Grid(int images, List<Integer> batches, List<Integer> threads) {
    static Grid of(String network) {
      if (SMALL.contains(network)) {
        return Shared.full()
            ? new Grid(17, IntStream.rangeClosed(1, 17).boxed().toList(), List.of(1, 2, 3, 4))
            : new Grid(17, List.of(1, 2, 7, 17), List.of(1, 2, 3));
      }
      return Shared.full()
          ? new Grid(4, List.of(1, 2, 3, 5, 8, 17), List.of(1, 2, 4))
          : new Grid(3, List.of(1, 3), List.of(1, 2));
    }
  }

  static List<String> small() {
    return SMALL;
  }

  static List<String> large() {
    return Stream.of(LARGE, Shared.full() ? MORE : List.<String>of())
        .flatMap(List::stream)
        .toList();
  }

  @Tag("numbers")
  @ParameterizedTest
  @MethodSource("small")
  void smallNetworks(String name) throws IOException {
    checkBoth(name);
  }

  @ParameterizedTest
  @MethodSource("large")
  void largeNetworks(String name) throws IOException {
    checkBoth(name);
  }

  /** As jobs have the program, and as it is exported. */
  private static void checkBoth(String name) throws IOException {
    check(name, OneDnn::write);
    if (!name.equals("resnet18") || Shared.full()) {
      check(name, Program::write);
    }
  }

  private interface Writer {
    void write(Program program, Path file) throws IOException;
  }

  private static void check(String name, Writer writer) throws IOException {
    Network network = RandomNetworks.of(name, 7);
    Path file = Files.createTempFile("batches", ".pt");
    try {
      writer.write(Compiler.compile(network, CompileOptions.DEFAULT), file);
      try (LoadedProgram program = LoadedProgram.load(file, Device.cpu())) {
        Grid grid = Grid.of(name);
        List<byte[]> images = Waves.images(grid.images(), network.imageSize());
        int threads = JniUtils.getNumThreads();
        try {
          check(name, program, images, grid);
        } finally {
          JniUtils.setNumThreads(threads);
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void check(String name, LoadedProgram program, List<byte[]> images, Grid grid) {
    List<ImagePullbacks> expected = run(program, 16, images);
    Differences all = Differences.NONE;
    for (int threads : grid.threads()) {
      JniUtils.setNumThreads(threads);
      for (int batch : grid.batches()) {
        Differences found = Differences.between(expected, run(program, batch, images));
        String where = name + ", batches of " + batch + ", threads: " + threads + ": ";
        assertTrue(found.isForwardEqual(), where + found);
        all = all.plus(found);
      }
    }
    // other neighbours at another place
    List<byte[]> reversed = new ArrayList<>(images);
    Collections.reverse(reversed);
    List<ImagePullbacks> backwards = new ArrayList<>(run(program, 16, reversed));
    Collections.reverse(backwards);
    Differences place = Differences.between(expected, backwards);
    assertTrue(place.isForwardEqual(), name + ", in another order: " + place);
    // and none at all
    ImagePullbacks last = expected.get(images.size() - 1);
    List<ImagePullbacks> alone = run(program, 16, images.subList(images.size() - 1, images.size()));
    Differences fullness = Differences.between(List.of(last), alone);
    assertTrue(fullness.isForwardEqual(), name + ", alone in a batch: " + fullness);
    all = all.plus(place).plus(fullness);
    System.out.println(name + " over batches, places, fullness and threads: " + all);
    assertTrue(all.pullback() <= CLOSE, name + ": " + all);
  }

  private static List<ImagePullbacks> run(LoadedProgram program, int batch, List<byte[]> images) {
    try (PullbackKernel kernel =
        new PullbackKernel(
            program, batch, List.of(0.3), Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
      List<ImagePullbacks> all = new ArrayList<>();
      for (int from = 0; from < images.size(); from += batch) {
        int to = Math.min(from + batch, images.size());
        all.addAll(kernel.run(images.subList(from, to), Targets.top(1)));
      }
      return all;
    }
  }
}

package curtain.pullback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.engine.Devices;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.engine.ProgramCache;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches, threads, errors and memory of {@link PullbackKernel}. */
@Tag("engine")
final class EngineTest {
  private static final List<Double> TEMPERATURES = List.of(0.3, 0.5);
  private static final int PIXELS = 3 * 32 * 32;

  @TempDir static Path scratch;
  private static Network network;
  private static LoadedProgram program;

  @BeforeAll
  static void load() throws IOException {
    network = RandomNetworks.of("cifar_resnet20", 314);
    program = LoadedProgram.load(archive("program.pt", CompileOptions.DEFAULT), Device.cpu());
  }

  @AfterAll
  static void close() {
    program.close();
  }

  private static Path archive(String name, CompileOptions options) throws IOException {
    Path archive = scratch.resolve(name);
    OneDnn.write(Compiler.compile(network, options), archive);
    return archive;
  }

  private static List<byte[]> images(int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = new byte[PIXELS];
      random.nextBytes(image);
      images.add(image);
    }
    return images;
  }

  private static List<ImagePullbacks> run(int batch, List<byte[]> images, Targets targets) {
    try (PullbackKernel kernel =
        new PullbackKernel(
            program, batch, TEMPERATURES, Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
      List<ImagePullbacks> all = new ArrayList<>();
      for (int from = 0; from < images.size(); from += batch) {
        all.addAll(
            kernel.run(images.subList(from, Math.min(from + batch, images.size())), targets));
      }
      return all;
    }
  }

  private static void assertSameBits(ImagePullbacks expected, ImagePullbacks actual) {
    assertArrayEquals(expected.logits(), actual.logits());
    assertArrayEquals(expected.targets(), actual.targets());
    for (int k = 0; k < expected.targets().length; k++) {
      assertArrayEquals(expected.gradient(k), actual.gradient(k));
      for (int m = 0; m < expected.temperatures(); m++) {
        assertArrayEquals(expected.pullback(m, k), actual.pullback(m, k));
      }
    }
    assertSameDecisions(expected, actual);
  }

  private static void assertSameDecisions(ImagePullbacks expected, ImagePullbacks actual) {
    assertEquals(expected.signs().size(), actual.signs().size());
    for (int l = 0; l < expected.signs().size(); l++) {
      assertArrayEquals(expected.signs().get(l), actual.signs().get(l));
    }
    assertEquals(expected.selections().size(), actual.selections().size());
    for (int l = 0; l < expected.selections().size(); l++) {
      assertArrayEquals(expected.selections().get(l), actual.selections().get(l));
    }
  }

  private static void assertClose(ImagePullbacks expected, ImagePullbacks actual) {
    assertClose(expected.logits(), actual.logits());
    assertArrayEquals(expected.targets(), actual.targets());
    for (int k = 0; k < expected.targets().length; k++) {
      for (int m = 0; m < expected.temperatures(); m++) {
        assertClose(expected.pullback(m, k), actual.pullback(m, k));
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) expected[i] - actual[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    assertTrue(difference <= 1e-10 * norm, Math.sqrt(difference / norm) + " relative");
  }

  /**
   * An image's bits do not depend on what else is in its batch; at another place those of its
   * pullbacks are not promised.
   */
  @Test
  void neighboursDoNotMatter() {
    List<byte[]> images = images(16);
    List<ImagePullbacks> full = run(16, images, Targets.top(2));
    for (int i : new int[] {0, 7, 15}) {
      assertSameForward(full.get(i), run(16, List.of(images.get(i)), Targets.top(2)).get(0));
      List<byte[]> others = new ArrayList<>(Collections.nCopies(16, images.get(15 - i)));
      others.set(i, images.get(i));
      assertSameBits(full.get(i), run(16, others, Targets.top(2)).get(i));
    }
    List<byte[]> reversed = new ArrayList<>(images);
    Collections.reverse(reversed);
    List<ImagePullbacks> backwards = run(16, reversed, Targets.top(2));
    for (int i = 0; i < 16; i++) {
      assertSameForward(full.get(i), backwards.get(15 - i));
    }
  }

  private static void assertSameForward(ImagePullbacks expected, ImagePullbacks actual) {
    assertClose(expected, actual);
    assertArrayEquals(expected.logits(), actual.logits());
    assertSameDecisions(expected, actual);
  }

  @Test
  void batchSizesAgree() {
    List<byte[]> images = images(17);
    List<ImagePullbacks> expected = run(16, images, Targets.top(1));
    for (int batch : new int[] {1, 2, 3, 5, 17}) {
      List<ImagePullbacks> actual = run(batch, images, Targets.top(1));
      for (int i = 0; i < images.size(); i++) {
        assertSameForward(expected.get(i), actual.get(i));
      }
    }
  }

  /** More targets than one call takes come in their order, the largest logits first. */
  @Test
  void manyTargets() {
    List<byte[]> images = images(3);
    List<ImagePullbacks> all = run(3, images, Targets.top(10));
    for (int i = 0; i < 3; i++) {
      ImagePullbacks result = all.get(i);
      double sum = 0;
      for (int k = 0; k < 10; k++) {
        sum += result.probability(result.targets()[k]);
        if (k > 0) {
          assertTrue(
              result.logits()[result.targets()[k]] <= result.logits()[result.targets()[k - 1]]);
        }
        List<List<Integer>> one = Collections.nCopies(3, List.of(result.targets()[k]));
        ImagePullbacks alone = run(3, images, Targets.of(one)).get(i);
        assertClose(alone.pullback(1, 0), result.pullback(1, k));
        assertClose(alone.gradient(0), result.gradient(k));
      }
      assertEquals(1, sum, 1e-9);
    }
  }

  @Test
  void twoThreadsAtOnce() throws Exception {
    List<byte[]> images = images(8);
    List<ImagePullbacks> expected = run(4, images, Targets.top(1));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<List<ImagePullbacks>>> runs = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        runs.add(threads.submit(() -> run(4, images, Targets.top(1))));
      }
      for (Future<List<ImagePullbacks>> one : runs) {
        for (int i = 0; i < images.size(); i++) {
          assertSameBits(expected.get(i), one.get().get(i));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void cachedProgramsDoNotMix() throws IOException {
    CompileOptions hard = new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT32);
    Path soft = archive("soft.pt", CompileOptions.DEFAULT);
    Path other = archive("hard.pt", hard);
    int before = ProgramCache.size();
    LoadedProgram first = ProgramCache.get("soft", soft, Device.cpu());
    LoadedProgram second = ProgramCache.get("hard", other, Device.cpu());
    assertSame(first, ProgramCache.get("soft", soft, Device.cpu()));
    assertNotSame(first, second);
    assertEquals(before + 2, ProgramCache.size());
    assertEquals(CompileOptions.DEFAULT, first.info().options());
    assertEquals(hard, second.info().options());
    for (int round = 0; round < 3; round++) {
      try (PullbackKernel a = new PullbackKernel(first, 2, List.of(0.3), Set.of(Extra.GRADIENTS));
          PullbackKernel b = new PullbackKernel(second, 2, List.of(0.3), Set.of(Extra.GRADIENTS))) {
        ImagePullbacks excited = a.run(images(2), Targets.top(1)).get(1);
        ImagePullbacks vanilla = b.run(images(2), Targets.top(1)).get(1);
        assertArrayEquals(excited.logits(), vanilla.logits());
        assertArrayEquals(vanilla.gradient(0), vanilla.pullback(0, 0));
        assertClose(vanilla.gradient(0), excited.gradient(0));
        assertTrue(excited.pullback(0, 0)[100] != vanilla.pullback(0, 0)[100]);
      }
    }
  }

  /** Wrong calls fail with what is wrong; the next right one is as before. */
  @Test
  void failedBatchesLeaveNothingBehind() {
    List<byte[]> images = images(4);
    try (PullbackKernel kernel =
            new PullbackKernel(program, 4, TEMPERATURES, Set.of(Extra.GRADIENTS, Extra.DECISIONS));
        NDManager manager = program.newManager()) {
      ImagePullbacks expected = kernel.run(images, Targets.top(1)).get(3);
      NDManager parent = manager.getParentManager();
      int arrays = parent.getManagedArrays().size();
      for (int i = 0; i < 100; i++) {
        assertThrows(
            IllegalArgumentException.class,
            () -> kernel.run(images, Targets.of(Collections.nCopies(4, List.of(10)))));
        assertThrows(
            IllegalArgumentException.class,
            () -> kernel.run(images, Targets.of(Collections.nCopies(4, List.of(-1)))));
        assertThrows(IllegalArgumentException.class, () -> kernel.run(images, Targets.top(11)));
        assertThrows(
            IllegalArgumentException.class,
            () -> kernel.run(List.of(images.get(0), new byte[5]), Targets.top(1)));
        // the engine's own exception, in the middle of a program
        try (NDManager call = program.newManager()) {
          assertThrows(
              RuntimeException.class,
              () -> program.call(call, "forward", IValue.from(fiveChannels(call))));
        }
      }
      assertEquals(arrays, parent.getManagedArrays().size());
      assertSameBits(expected, kernel.run(images, Targets.top(1)).get(3));
    }
  }

  private static PtNDArray fiveChannels(NDManager manager) {
    return (PtNDArray) manager.create(new float[5 * 32 * 32], new Shape(1, 5, 32, 32));
  }

  @Test
  void wrongTargetsAreRefused() {
    List<byte[]> images = images(2);
    List<List<List<Integer>>> wrong =
        List.of(
            List.of(List.of(1)), // one list for two images
            List.of(List.of(1), List.of(2), List.of(3)),
            List.of(List.of(1, 2), List.of(3)),
            List.of(List.of(), List.of()));
    for (List<List<Integer>> classes : wrong) {
      assertThrows(
          IllegalArgumentException.class,
          () -> run(2, images, Targets.of(classes)),
          classes::toString);
    }
  }

  @Test
  void wrongOptionsAreRefused() {
    for (List<Double> bad :
        List.of(
            List.<Double>of(), List.of(0.0), List.of(-1.0), List.of(Double.NaN), List.of(1e9))) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> new PullbackKernel(program, 1, bad, Set.of()));
      assertTrue(e.getMessage().contains("temperatures must be above 0"), e.getMessage());
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new PullbackKernel(program, 0, TEMPERATURES, Set.of()));
    assertTrue(e.getMessage().contains("at least 1 image"), e.getMessage());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Devices.of("tpu", 0))
            .getMessage()
            .contains("device 'tpu'"));
  }

  @Test
  void otherFilesAreNoPrograms() throws IOException {
    Path text = Files.writeString(scratch.resolve("text.pt"), "no archive");
    assertThrows(IOException.class, () -> LoadedProgram.load(text, Device.cpu()));
    assertThrows(
        IOException.class, () -> LoadedProgram.load(scratch.resolve("absent.pt"), Device.cpu()));
  }

  /** Resident memory before and after 500 batches, in MiB; warm at first. */
  @Test
  void memoryIsFlat() throws IOException {
    List<byte[]> images = images(2);
    try (PullbackKernel kernel =
        new PullbackKernel(program, 2, List.of(0.3), Set.of(Extra.GRADIENTS, Extra.DECISIONS))) {
      for (int i = 0; i < 10; i++) {
        kernel.run(images, Targets.top(1));
      }
      long before = resident();
      for (int i = 0; i < 250; i++) {
        kernel.run(images, Targets.top(1));
      }
      long growth = resident() - before;
      System.out.println("resident memory grew by " + growth + " MiB over 250 batches");
      // a leak of one batch's pre-activations would be over 250 MiB; Java's heap may still grow
      assertTrue(growth < 150, growth + " MiB over 250 batches");
    }
  }

  private static long resident() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("no VmRSS in /proc/self/status");
  }
}

package curtain.stability;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.CompileOptions;
import curtain.compile.Compiler;
import curtain.compile.Precision;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.OneDnn;
import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.RandomNetworks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link StabilityKernel} on SqueezeNets: max-pools, and a layer whose gates do not fill whole
 * words. Its sums against plain loops over the pre-activations.
 */
@Tag("engine")
final class StabilityKernelTest {
  private static final int IMAGES = 3;

  @TempDir static Path scratch;
  private static List<LoadedProgram> programs;
  private static List<byte[]> images;

  @BeforeAll
  static void load() throws IOException {
    programs =
        List.of(
            program("squeezenet1_1", 1, CompileOptions.DEFAULT),
            program("squeezenet1_1", 2, CompileOptions.DEFAULT));
    images = images(224);
  }

  private static List<byte[]> images(int side) {
    SplittableRandom random = new SplittableRandom(3);
    List<byte[]> images = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] image = new byte[3 * side * side];
      random.nextBytes(image);
      images.add(image);
    }
    return images;
  }

  private static LoadedProgram program(String name, int seed, CompileOptions options)
      throws IOException {
    Path archive = scratch.resolve(name + seed + options.compatAuthors() + ".pt");
    OneDnn.write(Compiler.compile(RandomNetworks.of(name, seed), options), archive);
    return LoadedProgram.load(archive, Device.cpu());
  }

  @AfterAll
  static void close() {
    programs.forEach(LoadedProgram::close);
  }

  private record Outcome(StabilitySums sums, List<FrozenLogits> batches) {
    double frozen(int t, int s, boolean smooth, int image, int batch) {
      return batches.get(image / batch).frozen(t, s, smooth, image % batch, 1);
    }
  }

  @Test
  void everyProgramIsCalledBeforeTheFirstBatch() throws IOException {
    List<LoadedProgram> fresh =
        List.of(
            program("squeezenet1_1", 3, CompileOptions.DEFAULT),
            program("squeezenet1_1", 4, CompileOptions.DEFAULT));
    assertEquals(0, fresh.stream().filter(LoadedProgram::wasCalled).count());
    StabilityKernel.prepare(fresh, List.of(1), 0.3);
    assertEquals(2, fresh.stream().filter(LoadedProgram::wasCalled).count());
    fresh.forEach(LoadedProgram::close);
    // called ones are left alone: closed, they could not be called
    StabilityKernel.prepare(fresh, List.of(1), 0.3);
  }

  @Test
  void overlapsDoNotDependOnHowManyCheckpointsAreUnpackedAtOnce() {
    LoadedProgram program = programs.get(0);
    int relus = program.info().relus().size();
    try (NDManager call = program.newManager()) {
      PtNDArray x = new MicroBatch(IMAGES, 224).fill(call, images);
      PtNDArray t = (PtNDArray) call.create(new float[] {0.3f}, new Shape(1, 1, 1, 1));
      List<PtNDArray> temperatures = Collections.nCopies(relus, t);
      List<PtNDArray> smooth =
          program.call(call, "gates_of", IValue.from(x), LoadedProgram.list(temperatures)).get(2);
      List<PtNDArray> signs = new ArrayList<>();
      for (LoadedProgram each : programs) {
        PtNDArray classes = (PtNDArray) call.create(new long[IMAGES], new Shape(IMAGES, 1));
        signs.add(
            each.call(
                    call,
                    "observed",
                    IValue.from(x),
                    IValue.from(classes),
                    IValue.from(IMAGES),
                    IValue.from(1e-5),
                    IValue.from(false),
                    LoadedProgram.list(temperatures))
                .get(3)
                .get(0));
      }
      double[][] overlaps = new double[2][];
      for (int i = 0; i < 2; i++) {
        overlaps[i] =
            program
                .call(
                    call,
                    "overlaps",
                    LoadedProgram.list(smooth),
                    IValue.from(relus),
                    LoadedProgram.list(signs),
                    IValue.from(i * (1L << 30)))
                .get(0)
                .get(0)
                .toDoubleArray();
      }
      assertEquals((2 + 2) * relus * IMAGES, overlaps[0].length);
      assertArrayEquals(overlaps[0], overlaps[1]);
    }
  }

  @Test
  void countsOfMoreImagesThanAByteHolds() {
    LoadedProgram program = programs.get(0);
    int images = 600;
    byte[] flags = new byte[images * 64];
    long[] expected = new long[64];
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < flags.length; i++) {
      // the first is always set
      flags[i] = (byte) (i % 64 == 0 ? 1 : random.nextInt(2));
      expected[i % 64] += flags[i];
    }
    try (NDManager call = program.newManager()) {
      PtNDArray array =
          (PtNDArray) call.create(ByteBuffer.wrap(flags), new Shape(images, 64), DataType.INT8);
      PtNDArray eights = program.call(call, "_eights", IValue.from(array)).get(0).get(0);
      PtNDArray counts = program.call(call, "_counts", IValue.from(eights)).get(0).get(0);
      assertEquals(images, expected[0]);
      assertArrayEquals(expected, counts.toLongArray());
    }
  }

  private static Outcome run(int batch, boolean neurons) {
    StabilitySums sums = new StabilitySums(2, 1, programs.get(0).info().relus(), neurons);
    List<FrozenLogits> batches = new ArrayList<>();
    try (StabilityKernel kernel = new StabilityKernel(programs, List.of(1), batch, 0.3, sums)) {
      for (int from = 0; from < IMAGES; from += batch) {
        int to = Math.min(from + batch, IMAGES);
        List<List<Integer>> targets = new ArrayList<>();
        for (int i = from; i < to; i++) {
          targets.add(List.of(7 + i, 5));
        }
        batches.add(kernel.run(images.subList(from, to), targets));
      }
    }
    return new Outcome(sums, batches);
  }

  /** z > 0 of every layer, (C, H, W) order, for one image. */
  private static List<boolean[]> signs(LoadedProgram program, byte[] image) {
    try (NDManager manager = program.newManager()) {
      PtNDArray x = new MicroBatch(2, 224).fill(manager, List.of(image));
      List<boolean[]> signs = new ArrayList<>();
      for (PtNDArray z : program.call(manager, "preactivations", IValue.from(x)).get(1)) {
        float[] values = z.toFloatArray();
        boolean[] own = new boolean[values.length / 2];
        for (int i = 0; i < own.length; i++) {
          own[i] = values[i] > 0;
        }
        signs.add(own);
      }
      return signs;
    }
  }

  @Test
  void sumsEqualPlainLoops() {
    Outcome channels = run(2, false);
    Outcome neurons = run(2, true);
    int layers = programs.get(0).info().relus().size();
    List<List<boolean[]>> first = images.stream().map(i -> signs(programs.get(0), i)).toList();
    List<List<boolean[]>> second = images.stream().map(i -> signs(programs.get(1), i)).toList();
    for (int l = 0; l < layers; l++) {
      int size = programs.get(0).info().relus().get(l).size();
      int positions = size / programs.get(0).info().relus().get(l).shape().get(0);
      long[] perNeuron = new long[size];
      long[] perChannel = new long[size / positions];
      long active = 0;
      long both = 0;
      for (int i = 0; i < IMAGES; i++) {
        for (int g = 0; g < size; g++) {
          if (second.get(i).get(l)[g]) {
            perNeuron[g]++;
            perChannel[g / positions]++;
            active++;
            both += first.get(i).get(l)[g] ? 1 : 0;
          }
        }
      }
      assertEquals(active, channels.sums().active(1, l));
      assertEquals(both, channels.sums().both(0, 1, l));
      assertEquals(both, channels.sums().both(1, 0, l));
      assertArrayEquals(perChannel, channels.sums().counts(1, l));
      assertArrayEquals(perNeuron, neurons.sums().counts(1, l));
      byte[] on = new byte[(size + 7) / 8];
      byte[] off = new byte[on.length];
      for (int g = 0; g < size; g++) {
        on[g / 8] |= (byte) (perNeuron[g] > 0 ? 1 << g % 8 : 0);
        off[g / 8] |= (byte) (perNeuron[g] < IMAGES ? 1 << g % 8 : 0);
      }
      assertArrayEquals(on, channels.sums().everOn(1, l));
      assertArrayEquals(off, channels.sums().everOff(1, l));
    }
    assertEquals(IMAGES, channels.sums().images());
  }

  @Test
  void batchesDoNotMatter() {
    Outcome two = run(2, false);
    Outcome four = run(4, false);
    for (int l = 0; l < two.sums().layers().size(); l++) {
      for (int t = 0; t < 2; t++) {
        assertEquals(two.sums().both(0, t, l), four.sums().both(0, t, l));
        assertEquals(two.sums().uncertain(0, t, l), four.sums().uncertain(0, t, l));
        assertArrayEquals(two.sums().counts(t, l), four.sums().counts(t, l));
      }
    }
    for (int t = 0; t < 2; t++) {
      assertEquals(
          two.sums().smoothPaths(0, t).moments().mean(),
          four.sums().smoothPaths(0, t).moments().mean(),
          1e-12);
      for (boolean smooth : new boolean[] {false, true}) {
        int weights = t;
        // of float32 sums as large as these: one that happens to be near 0 is no better
        double largest =
            IntStream.range(0, IMAGES)
                .mapToDouble(i -> Math.abs(two.frozen(weights, 0, smooth, i, 2)))
                .max()
                .orElseThrow();
        for (int i = 0; i < IMAGES; i++) {
          assertEquals(
              two.frozen(t, 0, smooth, i, 2), four.frozen(t, 0, smooth, i, 4), 1e-5 * largest);
        }
      }
    }
  }

  @Test
  void ownHardGatesGiveTheLogit() {
    Outcome outcome = run(4, false);
    for (int i = 0; i < IMAGES; i++) {
      FrozenLogits logits = outcome.batches().get(0);
      assertEquals(List.of(7 + i, 5), logits.targets(i));
      for (int k = 0; k < 2; k++) {
        assertEquals(logits.logit(1, i, k), logits.frozen(1, 0, false, i, k));
        assertNotEquals(logits.logit(0, i, k), logits.frozen(0, 0, false, i, k));
        assertNotEquals(logits.logit(1, i, k), logits.frozen(1, 0, true, i, k));
      }
      assertTrue(logits.finite(0, i));
    }
    assertEquals(1, outcome.sums().pullbackCosines(1).mean(), 1e-12);
    assertEquals(IMAGES, outcome.sums().pullbackCosines(0).count());
    assertTrue(Math.abs(outcome.sums().pullbackCosines(0).mean()) < 0.5);
    // a class whose logit is 0 has no gradient here, and no cosine
    assertTrue(outcome.sums().gradientCosines(0).count() <= IMAGES);
  }

  @Test
  void authorsLeaveFunctionalRelusHard() throws IOException {
    CompileOptions compatible =
        new CompileOptions(Gate.SIGMOID, PoolGate.SOFTMAX, true, Precision.FLOAT32);
    try (LoadedProgram program = program("cifar_resnet20", 1, compatible)) {
      StabilitySums sums = new StabilitySums(1, 1, program.info().relus(), false);
      try (StabilityKernel kernel =
          new StabilityKernel(List.of(program), List.of(0), 4, 0.3, sums)) {
        FrozenLogits logits = kernel.run(images(32), List.of(List.of(0), List.of(1), List.of(2)));
        assertEquals(logits.logit(0, 2, 0), logits.frozen(0, 0, true, 2, 0));
      }
      assertEquals(1, sums.smoothPaths(0, 0).moments().mean(), 1e-12);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    StabilitySums sums = new StabilitySums(2, 1, programs.get(0).info().relus(), false);
    try (StabilityKernel kernel = new StabilityKernel(programs, List.of(1), 2, 0.3, sums)) {
      List<List<Integer>> one = List.of(List.of(1));
      assertThrows(IllegalArgumentException.class, () -> kernel.run(images, one));
      assertThrows(IllegalArgumentException.class, () -> kernel.run(images.subList(0, 2), one));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernel.run(images.subList(0, 1), List.of(List.of(1000))));
      assertThrows(IllegalArgumentException.class, () -> kernel.run(List.of(new byte[5]), one));
    }
    assertEquals(0, sums.images());
    assertThrows(
        IllegalArgumentException.class,
        () -> new StabilityKernel(programs, List.of(1), 0, 0.3, sums));
  }
}

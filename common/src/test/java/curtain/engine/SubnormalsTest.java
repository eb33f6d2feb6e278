package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Platform;
import curtain.compile.ProbeProgram;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where subnormal numbers are zero: in programs, on every thread, and nowhere else. */
@Tag("engine")
final class SubnormalsTest {
  /** Products of the two are 1e-40, and sums of a few hundred of them subnormal, too. */
  private static final float WEIGHT = 1e-30f;

  private static final float PIXEL = 1e-10f;

  private static final int IMAGES = 16;
  private static final int CHANNELS = 64;
  private static final int SIDE = 32;

  @BeforeAll
  static void hasRegister() {
    assumeTrue(
        Platform.isLinux() && Platform.isIntel() && Platform.is64Bit(),
        "skipped: subnormal numbers count as zeros on Linux on x86-64 alone");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void areZeroInEveryThreadOfAProgramAndStayWhatTheyAreElsewhere(int threads, @TempDir Path folder)
      throws Exception {
    try (LoadedProgram program = program(folder)) {
      inANewThread(
          threads,
          () -> {
            try (NDManager manager = program.newManager()) {
              // starts threads of the engine as they are without a program
              assertEquals(0, zeros(products(manager)));
              for (int call = 0; call < 2; call++) {
                assertEquals(size(), zeros(convolution(program, manager, "forward")));
                assertEquals(0, zeros(products(manager)));
                assertSubnormalsOfJava();
              }
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void areZeroInTheFirstCallOfAThread(int threads, @TempDir Path folder) throws Exception {
    try (LoadedProgram program = program(folder)) {
      inANewThread(
          threads,
          () -> {
            try (NDManager manager = program.newManager()) {
              assertEquals(size(), zeros(convolution(program, manager, "forward")));
              assertEquals(0, zeros(products(manager)));
            }
            return null;
          });
    }
  }

  @Test
  void stayWhatTheyAreAfterACallThatFails(@TempDir Path folder) throws Exception {
    try (LoadedProgram program = program(folder);
        NDManager manager = program.newManager()) {
      assertThrows(
          RuntimeException.class, () -> convolution(program, manager, "there is no such method"));
      assertSubnormalsOfJava();
      assertEquals(0, zeros(products(manager)));
    }
  }

  private static LoadedProgram program(Path folder) throws Exception {
    Path file = folder.resolve("program.pt");
    OneDnn.write(ProbeProgram.convolution(CHANNELS, CHANNELS, SIDE, i -> WEIGHT), file);
    return LoadedProgram.load(file, Device.cpu(), IMAGES);
  }

  private static void inANewThread(int threads, Callable<Void> work) throws Exception {
    int before = JniUtils.getNumThreads();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      executor
          .submit(
              () -> {
                JniUtils.setNumThreads(threads);
                return work.call();
              })
          .get();
    } catch (ExecutionException e) {
      throw new AssertionError(threads + " threads", e);
    } finally {
      executor.shutdown();
      JniUtils.setNumThreads(before);
    }
  }

  private static int size() {
    return IMAGES * CHANNELS * SIDE * SIDE;
  }

  private static float[] convolution(LoadedProgram program, NDManager manager, String method) {
    PtNDArray x = (PtNDArray) manager.full(new Shape(IMAGES, CHANNELS, SIDE, SIDE), PIXEL);
    return program.call(manager, method, IValue.from(x)).get(0).get(0).toFloatArray();
  }

  /** As many products as the convolution has sums, by the engine but by no program. */
  private static float[] products(NDManager manager) {
    NDArray x = manager.full(new Shape(size()), PIXEL);
    return x.mul(WEIGHT).toFloatArray();
  }

  private static int zeros(float... values) {
    int zeros = 0;
    for (float value : values) {
      // not value == 0, which a register that is left set would answer
      zeros += Float.floatToRawIntBits(value) == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static void assertSubnormalsOfJava() {
    float half = Float.parseFloat("1.17549435e-38") / 2;
    assertTrue(Float.floatToRawIntBits(half) != 0 && half > 0, "Java rounds subnormals to zero");
  }
}

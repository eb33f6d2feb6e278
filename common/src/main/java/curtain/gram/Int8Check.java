package curtain.gram;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.engine.LoadedProgram;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a device's products of int8 are exact: some saturate at 16 bits. Once per process and
 * device one product, the extremes among its numbers, is compared with Java's 64-bit integers.
 */
final class Int8Check {
  private static final Logger LOG = LoggerFactory.getLogger(Int8Check.class);
  private static final Map<Device, Boolean> CHECKED = new ConcurrentHashMap<>();
  private static final int ROWS = 40;
  private static final int COLUMNS = 24;
  private static final int LENGTH = 1088;

  private Int8Check() {}

  /** Checks at the first call for the program's device; a failure is logged. */
  static boolean passes(LoadedProgram program) {
    return CHECKED.computeIfAbsent(
        program.device(),
        device -> {
          boolean exact;
          try {
            exact = exact(program);
          } catch (RuntimeException e) { // the engine has no such product for this device
            exact = false;
          }
          if (!exact) {
            LOG.warn(
                "{}: products of int8 are not exact here; Gram matrices are computed in float32",
                device);
          }
          return exact;
        });
  }

  private static boolean exact(LoadedProgram program) {
    byte[] a = numbers(ROWS * LENGTH, 0);
    byte[] b = numbers(COLUMNS * LENGTH, 1);
    try (NDManager manager = program.newManager()) {
      double[] products =
          program
              .call(
                  manager,
                  "inner",
                  IValue.from(array(manager, a, ROWS)),
                  IValue.from(array(manager, b, COLUMNS)),
                  IValue.from(LENGTH))
              .get(0)
              .get(0)
              .toDoubleArray();
      for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < COLUMNS; j++) {
          long expected = 0;
          for (int k = 0; k < LENGTH; k++) {
            expected += (long) a[i * LENGTH + k] * b[j * LENGTH + k];
          }
          if (products[i * COLUMNS + j] != expected) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** Random numbers; the first row's are all -128, the second's all 127. */
  private static byte[] numbers(int count, long seed) {
    byte[] numbers = new byte[count];
    new Random(seed).nextBytes(numbers);
    Arrays.fill(numbers, 0, LENGTH, Byte.MIN_VALUE);
    Arrays.fill(numbers, LENGTH, 2 * LENGTH, Byte.MAX_VALUE);
    return numbers;
  }

  private static PtNDArray array(NDManager manager, byte[] values, int rows) {
    return (PtNDArray)
        manager.create(ByteBuffer.wrap(values), new Shape(rows, LENGTH), DataType.INT8);
  }
}

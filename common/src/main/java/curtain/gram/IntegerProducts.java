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
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a device multiplies integers (hard and dithered gates, pixels) so that sums of products are
 * exact. All three give the same numbers; the first that is exact is the fastest.
 *
 * <p>Processors without VNNI multiply an unsigned by a signed byte and add pairs of products in 16
 * bits that saturate. Bytes of any sign are wrong there. Gates are not: hard ones are 0 and 1, and
 * of dithered ones, 0 to 127, pairs stay below 2^15 where the unsigned operand is the gate itself.
 */
public enum IntegerProducts {
  /** As int8 by int8, whatever the numbers. */
  SIGNED("int8"),
  /** As int8 whose pairs of products stay within 16 bits: dithered gates shifted, pixels halved. */
  UNSIGNED("int8, unsigned by signed"),
  /** As float32, in sums short enough for 24 bits: where there is no product of int8. */
  FLOATS("float32");

  private static final Logger LOG = LoggerFactory.getLogger(IntegerProducts.class);
  private static final Map<Device, IntegerProducts> CHECKED = new ConcurrentHashMap<>();
  private static final int ROWS = 40;
  private static final int COLUMNS = 24;
  private static final int LENGTH = 1088;

  private final String text;

  IntegerProducts(String text) {
    this.text = text;
  }

  /** In words, as logs and tables have it. */
  @Override
  public String toString() {
    return text;
  }

  /** Whether integers are kept as int8, not as float32. */
  boolean bytes() {
    return this != FLOATS;
  }

  /**
   * The first that is exact on the program's device, found at the first call of a process for that
   * device by products with the extremes among their numbers, and logged.
   *
   * @param program that {@link curtain.compile.Compiler#gram} made
   */
  public static IntegerProducts of(LoadedProgram program) {
    return CHECKED.computeIfAbsent(
        program.device(),
        device -> {
          IntegerProducts found =
              Arrays.stream(values())
                  .filter(form -> form.exact(program))
                  .findFirst()
                  .orElse(FLOATS);
          LOG.info("{}: integers are multiplied as {}", device, found);
          return found;
        });
  }

  /** Whether products of all numbers that it is used for equal those of 64-bit integers. */
  boolean exact(LoadedProgram program) {
    try {
      return switch (this) {
        case SIGNED -> exact(program, numbers(ROWS, -128, 127), numbers(COLUMNS, -128, 127), false);
        case UNSIGNED ->
            exact(program, numbers(ROWS, 0, 1), numbers(COLUMNS, 0, 1), false) // hard gates
                && exact(program, numbers(ROWS, 0, 127), numbers(COLUMNS, 0, 127), true) // dithered
                && exact(
                    program, numbers(ROWS, -128, 127), numbers(COLUMNS, -32, 31), false); // pixels
        case FLOATS -> true;
      };
    } catch (RuntimeException e) { // the engine has no such product for this device
      return false;
    }
  }

  private static boolean exact(LoadedProgram program, byte[] a, byte[] b, boolean unsigned) {
    try (NDManager manager = program.newManager()) {
      double[] products =
          program
              .call(
                  manager,
                  "inner",
                  IValue.from(array(manager, a, ROWS)),
                  IValue.from(array(manager, b, COLUMNS)),
                  IValue.from(LENGTH),
                  IValue.from(unsigned))
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

  /** Random numbers; the first row's are all the least, the second's all the largest. */
  private static byte[] numbers(int rows, int least, int most) {
    SplittableRandom random = new SplittableRandom(rows);
    byte[] numbers = new byte[rows * LENGTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) random.nextInt(least, most + 1);
    }
    Arrays.fill(numbers, 0, LENGTH, (byte) least);
    Arrays.fill(numbers, LENGTH, 2 * LENGTH, (byte) most);
    return numbers;
  }

  private static PtNDArray array(NDManager manager, byte[] values, int rows) {
    return (PtNDArray)
        manager.create(ByteBuffer.wrap(values), new Shape(rows, LENGTH), DataType.INT8);
  }
}

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
 * How a device multiplies integers (hard gates, dithered gates, pixels), which are kept as int8, so
 * that sums of their products are exact. All three ways give the same numbers.
 *
 * <p>The first way that is exact and not slow is taken. libtorch multiplies int8 by int8 fast on
 * GPUs and on processors with VNNI; on others, since version 2.6, number by number: exactly, but
 * some forty times slower than float32. Processors without VNNI have fast products of an unsigned
 * and a signed byte, whose pairs are added in 16 bits that saturate: exact for 0 and 1.
 */
public enum IntegerProducts {
  /** As int8. */
  INT8("int8"),
  /** Hard gates as an unsigned by a signed byte, everything else as float32. */
  UINT8("uint8 by int8"),
  /** As float32, in sums short enough for 24 bits. */
  FLOAT32("float32");

  /**
   * How rows of one kind are multiplied.
   *
   * @param code what the program's methods take for it
   * @param cut numbers that are summed at once, before float64 takes over
   */
  public record Form(int code, int cut) {
    /** As int8, whatever the numbers; summed in int32. */
    public static final int INT8 = 0;

    /** As an unsigned by a signed byte, for 0 and 1; the sum is given in float32. */
    public static final int UINT8 = 1;

    /** In float32, to which int8 is widened piece by piece. */
    public static final int FLOAT32 = 2;

    /** 128^2 times this is 2^24, up to which float32 holds every integer. */
    private static final int IN_24_BITS = 1 << 10;
  }

  private static final Logger LOG = LoggerFactory.getLogger(IntegerProducts.class);
  private static final Map<Device, IntegerProducts> CHECKED = new ConcurrentHashMap<>();

  private static final int ROWS = 40;
  private static final int COLUMNS = 24;
  private static final int LENGTH = 1088;

  /** Cuts rows of that length in two. */
  private static final int SHORT_CUT = 1024;

  /** A way that takes so many times as long as float32 does is one of number by number. */
  private static final int SLOW = 6;

  private static final int TIMED_ROWS = 128;
  private static final int TIMED_LENGTH = 4096;
  private static final int TIMED_RUNS = 3;

  private final String text;

  IntegerProducts(String text) {
    this.text = text;
  }

  /** The way in words, as logs and tables have it. */
  @Override
  public String toString() {
    return text;
  }

  /** The form of hard gates, 0 and 1. */
  Form ofBits() {
    return switch (this) {
      case INT8 -> new Form(Form.INT8, 1 << 24);
      case UINT8 -> new Form(Form.UINT8, 1 << 24);
      case FLOAT32 -> new Form(Form.FLOAT32, 1 << 12);
    };
  }

  /** The form of dithered gates, 0 to 127. */
  Form ofBytes() {
    return switch (this) {
      case INT8 -> new Form(Form.INT8, 1 << 17); // 127^2 times this is below 2^31
      case UINT8, FLOAT32 -> new Form(Form.FLOAT32, Form.IN_24_BITS);
    };
  }

  /** The form of pixels, -128 to 127. */
  Form ofPixels() {
    return switch (this) {
      case INT8 -> new Form(Form.INT8, (1 << 17) - 64); // 128^2 times this is below 2^31
      case UINT8, FLOAT32 -> new Form(Form.FLOAT32, Form.IN_24_BITS);
    };
  }

  /**
   * The way of the program's device: found at the first call of a process for that device, by
   * products with the extremes among their numbers and by their time, and logged.
   *
   * @param program that {@link curtain.compile.Compiler#gram} made
   */
  public static IntegerProducts of(LoadedProgram program) {
    return CHECKED.computeIfAbsent(
        program.device(),
        device -> {
          IntegerProducts found =
              Arrays.stream(values())
                  .filter(way -> way.exact(program) && !way.slow(program))
                  .findFirst()
                  .orElse(FLOAT32);
          LOG.info("{}: integers are multiplied as {}", device, found);
          return found;
        });
  }

  /**
   * Whether products of the least and largest numbers that it is used for, and of random ones,
   * equal those of 64-bit integers, in whole rows and in rows that are cut.
   */
  boolean exact(LoadedProgram program) {
    try {
      return exact(program, ofBits(), 0, 1)
          && exact(program, new Form(ofBits().code(), SHORT_CUT), 0, 1)
          && exact(program, ofBytes(), 0, 127)
          && exact(program, ofPixels(), -128, 127);
    } catch (RuntimeException e) { // the engine has no such product for this device
      return false;
    }
  }

  private static boolean exact(LoadedProgram program, Form form, int least, int most) {
    byte[] a = numbers(ROWS, LENGTH, least, most);
    byte[] b = numbers(COLUMNS, LENGTH, least, most);
    try (NDManager manager = program.newManager()) {
      double[] products =
          inner(program, manager, array(manager, a, ROWS), array(manager, b, COLUMNS), form);
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

  /** Whether hard gates take many times as long as they do in float32. */
  boolean slow(LoadedProgram program) {
    try (NDManager manager = program.newManager()) {
      PtNDArray gates = array(manager, numbers(TIMED_ROWS, TIMED_LENGTH, 0, 1), TIMED_ROWS);
      return this != FLOAT32
          && nanos(program, gates, ofBits()) > SLOW * nanos(program, gates, FLOAT32.ofBits());
    }
  }

  /** The least time of some runs, nanoseconds: others are the first, or were disturbed. */
  private static long nanos(LoadedProgram program, PtNDArray gates, Form form) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < TIMED_RUNS; run++) {
      try (NDManager manager = program.newManager()) {
        long start = System.nanoTime();
        inner(program, manager, gates, gates, form);
        least = Math.min(least, System.nanoTime() - start);
      }
    }
    return least;
  }

  private static double[] inner(
      LoadedProgram program, NDManager manager, PtNDArray a, PtNDArray b, Form form) {
    return program
        .call(
            manager,
            "inner",
            IValue.from(a),
            IValue.from(b),
            IValue.from(form.cut()),
            IValue.from(form.code()))
        .get(0)
        .get(0)
        .toDoubleArray();
  }

  /** Random numbers; the first row's are all the least, the second's all the largest. */
  private static byte[] numbers(int rows, int length, int least, int most) {
    SplittableRandom random = new SplittableRandom(rows);
    byte[] numbers = new byte[rows * length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) random.nextInt(least, most + 1);
    }
    Arrays.fill(numbers, 0, length, (byte) least);
    Arrays.fill(numbers, length, 2 * length, (byte) most);
    return numbers;
  }

  private static PtNDArray array(NDManager manager, byte[] values, int rows) {
    return (PtNDArray)
        manager.create(
            ByteBuffer.wrap(values), new Shape(rows, values.length / rows), DataType.INT8);
  }
}

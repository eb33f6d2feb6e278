package curtain.gram;

import curtain.compile.GateNumbers;
import curtain.gates.Gate;
import java.io.Serializable;

/**
 * What is multiplied in a product kernel, and how (spec 3).
 *
 * @param gate lambda
 * @param temperature T of lambda = sigma(z/T), in units of the pre-activations, above 0
 * @param numbers how gates are kept and multiplied
 * @param biasCoordinate whether every inner product gets the constant coordinate's +1 [paper, 2.1]
 */
public record GramOptions(
    Gate gate, double temperature, GateNumbers numbers, boolean biasCoordinate)
    implements Serializable {
  private static final double LEVELS = 127;

  /** 127^2 times this is below 2^31. */
  private static final int BYTES_CUT = 1 << 17;

  /** Sums of more gates than that would lose digits in float32. */
  private static final int FLOATS_CUT = 1 << 15;

  /** 128^2 times this is below 2^31. */
  private static final int PIXELS_CUT = (1 << 17) - 64;

  /** Sums of 0/1 gates that int32 and float32 hold exactly. */
  private static final int BITS_CUT = 1 << 24;

  /** 128^2 times this is 2^24, up to which float32 holds every integer. */
  private static final int BYTES_IN_FLOAT = 1 << 10;

  /**
   * Options of a gate: hard gates are exact as they are, smooth ones in float32 or dithered to
   * int8.
   */
  public static GramOptions of(
      Gate gate, double temperature, boolean int8, boolean biasCoordinate) {
    GateNumbers numbers =
        gate.kind() == Gate.Kind.HARD
            ? GateNumbers.BITS
            : int8 ? GateNumbers.BYTES : GateNumbers.FLOATS;
    return new GramOptions(gate, temperature, numbers, biasCoordinate);
  }

  /** What sums of products are divided by. */
  double divisor() {
    return numbers == GateNumbers.BYTES ? LEVELS * LEVELS : 1;
  }

  /** The constant coordinate's part of an inner product. */
  double bias() {
    return biasCoordinate ? 1 : 0;
  }

  /**
   * Gates that are summed before float64 takes over.
   *
   * @param integers how integers are multiplied
   */
  int cut(IntegerProducts integers) {
    return switch (numbers) {
      case BITS -> BITS_CUT;
      case BYTES -> integers.bytes() ? BYTES_CUT : BYTES_IN_FLOAT;
      case FLOATS -> FLOATS_CUT;
    };
  }

  /** Whether gates are multiplied as unsigned by signed; 0 and 1 saturate nowhere. */
  public boolean unsigned(IntegerProducts integers) {
    return numbers == GateNumbers.BYTES && integers == IntegerProducts.UNSIGNED;
  }

  /** Pixels that are summed before float64 takes over. */
  static int pixelsCut(IntegerProducts integers) {
    return integers.bytes() ? PIXELS_CUT : BYTES_IN_FLOAT;
  }

  /** Bytes that a gate takes on the device. */
  public int bytesPerGate() {
    return numbers == GateNumbers.FLOATS ? Float.BYTES : Byte.BYTES;
  }
}

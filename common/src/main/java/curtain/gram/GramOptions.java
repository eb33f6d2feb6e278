package curtain.gram;

import curtain.compile.GateNumbers;
import curtain.gates.Gate;
import java.io.Serializable;

/**
 * The gates that a product kernel multiplies, and how it does (spec 3).
 *
 * @param gate the gate lambda
 * @param temperature T of lambda = sigma(z/T), in units of the pre-activations, above 0
 * @param numbers how gates are kept and multiplied
 * @param biasCoordinate whether every inner product gets the constant coordinate's +1 [paper, 2.1]
 */
public record GramOptions(
    Gate gate, double temperature, GateNumbers numbers, boolean biasCoordinate)
    implements Serializable {
  private static final double LEVELS = 127;

  /** Dithered gates in a sum that int32 holds: 127^2 times this is below 2^31. */
  private static final int BYTES_CUT = 1 << 17;

  /** Smooth gates in a float32 sum: longer ones would lose digits. */
  private static final int FLOATS_CUT = 1 << 15;

  /** Pixels in a sum that int32 holds: 128^2 times this is below 2^31. */
  private static final int PIXELS_CUT = (1 << 17) - 64;

  /** Hard gates in a sum that both int32 and float32 hold exactly. */
  private static final int BITS_CUT = 1 << 24;

  /** Bytes in a float32 sum: 128^2 times this is 2^24, up to which float32 holds every integer. */
  private static final int BYTES_IN_FLOAT = 1 << 10;

  /**
   * The options for a gate: hard gates as bits, smooth ones dithered to int8 or in float32.
   *
   * @param int8 whether smooth gates are dithered; hard gates ignore it
   */
  public static GramOptions of(
      Gate gate, double temperature, boolean int8, boolean biasCoordinate) {
    GateNumbers numbers =
        gate.kind() == Gate.Kind.HARD
            ? GateNumbers.BITS
            : int8 ? GateNumbers.BYTES : GateNumbers.FLOATS;
    return new GramOptions(gate, temperature, numbers, biasCoordinate);
  }

  /** The divisor of a sum of products: 127^2 for dithered gates, else 1. */
  double divisor() {
    return numbers == GateNumbers.BYTES ? LEVELS * LEVELS : 1;
  }

  /** The constant coordinate's part of an inner product, 1 or 0. */
  double bias() {
    return biasCoordinate ? 1 : 0;
  }

  /**
   * The most gates in one sum of int32 or float32; these sums are added in float64.
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

  /** Whether gates are multiplied as unsigned by signed bytes; hard ones, 0 and 1, need not be. */
  public boolean unsigned(IntegerProducts integers) {
    return numbers == GateNumbers.BYTES && integers == IntegerProducts.UNSIGNED;
  }

  /** The most pixels in one sum of int32 or float32; these sums are added in float64. */
  static int pixelsCut(IntegerProducts integers) {
    return integers.bytes() ? PIXELS_CUT : BYTES_IN_FLOAT;
  }

  /** The bytes that a gate takes on the device. */
  public int bytesPerGate() {
    return numbers == GateNumbers.FLOATS ? Float.BYTES : Byte.BYTES;
  }
}

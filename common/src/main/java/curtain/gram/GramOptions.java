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

  /** Smooth gates in a float32 sum: longer ones would lose digits. */
  private static final int FLOATS_CUT = 1 << 15;

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
   * How gates are multiplied.
   *
   * @param integers how this device multiplies integers
   */
  public IntegerProducts.Form form(IntegerProducts integers) {
    return switch (numbers) {
      case BITS -> integers.ofBits();
      case BYTES -> integers.ofBytes();
      case FLOATS -> new IntegerProducts.Form(IntegerProducts.Form.FLOAT32, FLOATS_CUT);
    };
  }

  /** The bytes that a gate takes on the device. */
  public int bytesPerGate() {
    return numbers == GateNumbers.FLOATS ? Float.BYTES : Byte.BYTES;
  }
}

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

  /** Sums of more float32 gates than that would lose digits. */
  private static final int FLOATS_CUT = 1 << 15;

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

  /** Bytes that a gate takes on the device. */
  public int bytesPerGate() {
    return numbers == GateNumbers.FLOATS ? Float.BYTES : Byte.BYTES;
  }
}

package curtain.weights;

import java.util.Optional;

/** A numpy dtype as a pickle makes it: a code such as {@code f4}, then its byte order. */
final class NumpyType {
  /** The most characters of a code that are kept; those that are read have three. */
  private static final int LONGEST = 100;

  private final String code;
  private boolean bigEndian;

  /** A type of this code, {@code f4} or {@code <f4} for example. */
  NumpyType(String code) {
    boolean ordered = !code.isEmpty() && "<>=|".indexOf(code.charAt(0)) >= 0;
    this.code = code.substring(ordered ? 1 : 0, Math.min(LONGEST, code.length()));
    this.bigEndian = code.startsWith(">");
  }

  /** Takes the state (version, byte order, ...) of opcode BUILD. */
  void state(Object state) {
    if (state instanceof PyTuple tuple
        && tuple.size() > 1
        && tuple.get(1) instanceof String order) {
      bigEndian = order.equals(">");
    }
  }

  boolean bigEndian() {
    return bigEndian;
  }

  /** The element type, if it is read. */
  Optional<DType> dtype() {
    return switch (code) {
      case "f8" -> Optional.of(DType.FLOAT64);
      case "f4" -> Optional.of(DType.FLOAT32);
      case "f2" -> Optional.of(DType.FLOAT16);
      case "i8" -> Optional.of(DType.INT64);
      case "i4" -> Optional.of(DType.INT32);
      case "i2" -> Optional.of(DType.INT16);
      case "i1" -> Optional.of(DType.INT8);
      case "u1" -> Optional.of(DType.UINT8);
      case "b1" -> Optional.of(DType.BOOL);
      default -> Optional.empty();
    };
  }

  /** The code without the byte order. */
  @Override
  public String toString() {
    return code;
  }
}

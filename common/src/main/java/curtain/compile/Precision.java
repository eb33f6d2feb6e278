package curtain.compile;

/** Type of a program's tensors: the weights, the image and everything computed from them. */
public enum Precision {
  /** The precision of the product. */
  FLOAT32("FloatStorage", 4),
  /** For tests of identities that hold to rounding. */
  FLOAT64("DoubleStorage", 8);

  private final String storage;
  private final int bytes;

  Precision(String storage, int bytes) {
    this.storage = storage;
    this.bytes = bytes;
  }

  /** Name of PyTorch's storage class. */
  String storage() {
    return storage;
  }

  int bytes() {
    return bytes;
  }
}

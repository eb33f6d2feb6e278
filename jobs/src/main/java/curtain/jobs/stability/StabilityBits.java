package curtain.jobs.stability;

/** Bits of neurons, eight in a byte. */
final class StabilityBits {
  private StabilityBits() {}

  /** The number of bits that are set. */
  static long ones(byte[] bits) {
    long ones = 0;
    for (byte b : bits) {
      ones += Integer.bitCount(b & 0xff);
    }
    return ones;
  }

  /** Sets in the first what is set in the second. */
  static void or(byte[] sum, byte[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] |= more[i];
    }
  }
}

package curtain.jobs.stability;

/** Operations on bit sets that hold one bit for each neuron, eight in a byte. */
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

  /** Sets the bits in {@code sum} that are set in {@code more}. */
  static void or(byte[] sum, byte[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] |= more[i];
    }
  }
}

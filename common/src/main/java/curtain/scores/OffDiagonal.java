package curtain.scores;

import java.io.IOException;

/** Values of a symmetric matrix off its diagonal. */
public final class OffDiagonal {
  private static final int DIGIT_BITS = 16;

  /** Takes numbers. */
  private interface Consumer {
    void accept(long key);
  }

  private OffDiagonal() {}

  /**
   * The median over pairs of different positions, of an even number the mean of the middle two. It
   * is exact: the middle value is found 16 bits at a time, one pass for each, then one more.
   *
   * @return null where there is no pair
   */
  public static Double median(BlockMatrix matrix) throws IOException {
    long pairs = (long) matrix.rows() * (matrix.rows() - 1) / 2;
    if (pairs == 0) {
      return null;
    }
    long rank = (pairs - 1) / 2;
    long prefix = 0;
    for (int shift = Long.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
      long[] counts = new long[1 << DIGIT_BITS];
      long above = prefix;
      int from = shift;
      forEach(
          matrix,
          key -> {
            // a shift by 64 would be none
            if (from + DIGIT_BITS == Long.SIZE || key >>> (from + DIGIT_BITS) == above) {
              counts[(int) (key >>> from) & (counts.length - 1)]++;
            }
          });
      int digit = 0;
      while (rank >= counts[digit]) {
        rank -= counts[digit++];
      }
      prefix = prefix << DIGIT_BITS | digit;
    }
    double lower = value(prefix);
    return pairs % 2 == 1 ? lower : lower / 2 + next(matrix, prefix, pairs / 2) / 2;
  }

  /** The value of a rank, given that the one before it has this key. */
  private static double next(BlockMatrix matrix, long key, long rank) throws IOException {
    long[] found = {0, -1};
    forEach(
        matrix,
        other -> {
          if (Long.compareUnsigned(other, key) <= 0) {
            found[0]++;
          } else if (Long.compareUnsigned(other, found[1]) < 0) {
            found[1] = other;
          }
        });
    return value(found[0] > rank ? key : found[1]);
  }

  private static void forEach(BlockMatrix matrix, Consumer keys) throws IOException {
    matrix.forEach(
        block -> {
          for (int i = 0; i < block.rows(); i++) {
            for (int j = 0; j < block.cols(); j++) {
              if (block.rowStart() + i < block.colStart() + j) {
                keys.accept(key(block.at(i, j)));
              }
            }
          }
        });
  }

  /** Unsigned keys have the order of the numbers; both zeros have one. */
  private static long key(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ (bits >> (Long.SIZE - 1) | Long.MIN_VALUE);
  }

  private static double value(long key) {
    long bits = key < 0 ? key ^ Long.MIN_VALUE : ~key;
    return Double.longBitsToDouble(bits);
  }
}

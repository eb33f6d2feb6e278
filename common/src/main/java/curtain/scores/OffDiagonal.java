package curtain.scores;

import java.io.IOException;

/** The values of a symmetric matrix off its diagonal. */
public final class OffDiagonal {
  private static final int DIGIT_BITS = 16;

  /** Takes the key of a number, see {@link #key}. */
  private interface Consumer {
    void accept(long key);
  }

  private OffDiagonal() {}

  /**
   * The exact median over pairs of different positions; of an even number of pairs the mean of the
   * middle two. Four passes find the middle value, 16 bits each, and a fifth the one after it.
   *
   * @return the median, or null where there is no pair
   * @throws IOException when the matrix's scratch file cannot be read
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
            // Java shifts by 64 as by 0
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

  /** The value of this rank, where {@code key} is that of the rank before. */
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

  /** A key whose unsigned order is the order of the numbers; 0 and -0 have the same. */
  private static long key(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ (bits >> (Long.SIZE - 1) | Long.MIN_VALUE);
  }

  private static double value(long key) {
    long bits = key < 0 ? key ^ Long.MIN_VALUE : ~key;
    return Double.longBitsToDouble(bits);
  }
}

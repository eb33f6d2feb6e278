package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;
import java.util.Arrays;

/**
 * The coefficients of a macroblock (RFC 6386, section 13): 16 blocks of luma and four each of
 * chroma, and the block of the means of luma, whose transform is inverted here.
 */
final class Residuals {
  /** The four blocks of the second chroma follow those of the first. */
  static final int CHROMA = 16;

  private static final int MEANS = 24;
  private static final int BLOCKS = 25;

  /**
   * The contexts of a macroblock: four rows or columns of luma, two each of chroma, one of means.
   */
  private static final int CONTEXTS = 9;

  private static final int CONTEXT_OF_MEANS = 8;

  // Kinds of blocks
  private static final int AFTER_MEANS = 0;
  private static final int OF_MEANS = 1;
  private static final int OF_CHROMA = 2;
  private static final int WHOLE = 3;

  /** Section 13.3, coeff_bands; a position more, which no token follows. */
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

  /** Section 13.2: of the categories of large values the probabilities of bits, and what to add. */
  private static final int[][] CATEGORIES = {
    {159},
    {165, 145},
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private static final int[] LEAST = {5, 7, 11, 19, 35, 67};

  private final int[] probabilities;
  private final short[] values = new short[16 * BLOCKS];
  private final int[] ends = new int[BLOCKS];
  private final byte[] above;
  private final byte[] left = new byte[CONTEXTS];

  /**
   * A reader for frames of so many macroblocks a row.
   *
   * @param probabilities of {@link CoefficientProbabilities}
   */
  Residuals(int columns, int[] probabilities) {
    this.probabilities = probabilities;
    above = new byte[CONTEXTS * columns];
  }

  /** Forgets what is to the left. */
  void beginRow() {
    Arrays.fill(left, (byte) 0);
  }

  /**
   * Passes over a macroblock without coefficients.
   *
   * @param means whether the means of its luma would be a block of their own
   */
  void skip(int column, boolean means) {
    int first = CONTEXTS * column;
    int count = means ? CONTEXTS : CONTEXT_OF_MEANS; // else those stay what they were
    Arrays.fill(above, first, first + count, (byte) 0);
    Arrays.fill(left, 0, count, (byte) 0);
  }

  /**
   * Reads the coefficients of a macroblock.
   *
   * @param means whether the means of its luma are a block of their own
   * @return whether a block has any
   * @throws BadImageException where they are cut
   */
  boolean read(BoolReader in, int column, Quantisers by, boolean means) throws BadImageException {
    Arrays.fill(values, (short) 0);
    if (means) {
      int end = block(in, OF_MEANS, 0, MEANS, column, 8, 8, by.meansFirst(), by.means());
      if (end > 0) {
        Transform.means(values, 16 * MEANS);
      }
    }
    int kind = means ? AFTER_MEANS : WHOLE;
    int first = means ? 1 : 0;
    for (int i = 0; i < 16; i++) {
      block(in, kind, first, i, column, i % 4, i / 4, by.lumaFirst(), by.luma());
    }
    for (int i = 0; i < 8; i++) {
      int plane = 4 + i / 4 * 2;
      int x = plane + i % 2;
      int y = plane + i / 2 % 2;
      block(in, OF_CHROMA, 0, CHROMA + i, column, x, y, by.chromaFirst(), by.chroma());
    }
    boolean any = false;
    for (int i = 0; i < MEANS; i++) {
      any |= ends[i] > 1 || values[16 * i] != 0;
    }
    return any;
  }

  /** Adds the difference that a block's coefficients are to the samples that were predicted. */
  void add(int block, Plane plane, int index) {
    if (ends[block] > 1) {
      Transform.add(values, 16 * block, plane, index);
    } else if (values[16 * block] != 0) {
      Transform.addMean(values[16 * block], plane, index);
    }
  }

  /**
   * Reads a block in the context of those above and to the left.
   *
   * @param x of its context above
   * @param y of its context to the left
   * @return the position behind its last token
   */
  private int block(
      BoolReader in,
      int kind,
      int first,
      int block,
      int column,
      int x,
      int y,
      int quantiserFirst,
      int quantiser)
      throws BadImageException {
    int top = CONTEXTS * column + x;
    int end = tokens(in, kind, above[top] + left[y], first, 16 * block, quantiserFirst, quantiser);
    byte nonzero = (byte) (end > first ? 1 : 0);
    above[top] = nonzero;
    left[y] = nonzero;
    ends[block] = end;
    return end;
  }

  private int tokens(
      BoolReader in, int kind, int context, int first, int to, int quantiserFirst, int quantiser)
      throws BadImageException {
    int at = CoefficientProbabilities.at(kind, BANDS[first], context);
    for (int i = first; i < 16; i++) {
      if (in.bit(probabilities[at]) == 0) {
        return i;
      }
      while (in.bit(probabilities[at + 1]) == 0) {
        i++;
        if (i == 16) {
          return 16;
        }
        at = CoefficientProbabilities.at(kind, BANDS[i], 0);
      }
      int value = 1;
      int next = 1;
      if (in.bit(probabilities[at + 2]) == 1) {
        value = large(in, at);
        next = 2;
      }
      int signed = in.negative() ? -value : value;
      values[to + ZIGZAG[i]] = (short) (signed * (i == 0 ? quantiserFirst : quantiser));
      at = CoefficientProbabilities.at(kind, BANDS[i + 1], next);
    }
    return 16;
  }

  /** A value of 2 or more. */
  private int large(BoolReader in, int at) throws BadImageException {
    if (in.bit(probabilities[at + 3]) == 0) {
      if (in.bit(probabilities[at + 4]) == 0) {
        return 2;
      }
      return 3 + in.bit(probabilities[at + 5]);
    }
    int category;
    if (in.bit(probabilities[at + 6]) == 0) {
      category = in.bit(probabilities[at + 7]);
    } else {
      int high = in.bit(probabilities[at + 8]);
      category = 2 + 2 * high + in.bit(probabilities[at + 9 + high]);
    }
    int value = 0;
    for (int probability : CATEGORIES[category]) {
      value = 2 * value + in.bit(probability);
    }
    return LEAST[category] + value;
  }
}

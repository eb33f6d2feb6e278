package curtain.images.decode.vp8;

/**
 * What coefficients of a segment are multiplied with (RFC 6386, sections 9.6 and 14.1), each the
 * first of a block and the others.
 *
 * @param lumaFirst of luma
 * @param luma of luma
 * @param meansFirst of the means of a macroblock's 16 blocks
 * @param means of these means
 * @param chromaFirst of chroma
 * @param chroma of chroma
 */
record Quantisers(int lumaFirst, int luma, int meansFirst, int means, int chromaFirst, int chroma) {
  /** Section 14.1, dc_qlookup. */
  private static final int[] FIRST = {
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17,
    18, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 25, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58,
    59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74,
    75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89,
    91, 93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118,
    122, 124, 126, 128, 130, 132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157
  };

  /** Section 14.1, ac_qlookup. */
  private static final int[] OTHERS = {
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
    36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    52, 53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76,
    78, 80, 82, 84, 86, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108,
    110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140, 143, 146, 149, 152,
    155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205, 209,
    213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284
  };

  private static final int LAST = FIRST.length - 1;

  /** The largest index of chroma's first coefficient. */
  private static final int LAST_CHROMA = 117;

  /**
   * The quantisers of an index.
   *
   * @param index of the segment, before it is limited to 0 to 127
   * @param deltas what is added for luma's first coefficient, the first and the others of means,
   *     and those of chroma
   */
  static Quantisers of(int index, int[] deltas) {
    return new Quantisers(
        FIRST[limited(index + deltas[0], LAST)],
        OTHERS[limited(index, LAST)],
        2 * FIRST[limited(index + deltas[1], LAST)],
        Math.max(8, OTHERS[limited(index + deltas[2], LAST)] * 155 / 100),
        FIRST[limited(index + deltas[3], LAST_CHROMA)],
        OTHERS[limited(index + deltas[4], LAST)]);
  }

  private static int limited(int index, int last) {
    return Math.max(0, Math.min(index, last));
  }
}

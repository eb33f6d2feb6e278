package curtain.images.decode.vp8;

/** Inverse transforms of coefficients (RFC 6386, sections 14.3 and 14.4), in exact integers. */
final class Transform {
  private Transform() {}

  /**
   * Inverts the Walsh-Hadamard transform of the 16 means of a macroblock's blocks.
   *
   * @param values 16 coefficients a block; at {@code from} those of the means, which go to the
   *     first of each of the first 16 blocks
   */
  static void means(short[] values, int from) {
    int[] columns = new int[16];
    for (int i = 0; i < 4; i++) {
      int outer = values[from + i] + values[from + 12 + i];
      int inner = values[from + 4 + i] + values[from + 8 + i];
      int innerDifference = values[from + 4 + i] - values[from + 8 + i];
      int outerDifference = values[from + i] - values[from + 12 + i];
      columns[i] = outer + inner;
      columns[4 + i] = outerDifference + innerDifference;
      columns[8 + i] = outer - inner;
      columns[12 + i] = outerDifference - innerDifference;
    }
    for (int row = 0; row < 16; row += 4) {
      int outer = columns[row] + columns[row + 3] + 3;
      int inner = columns[row + 1] + columns[row + 2];
      int innerDifference = columns[row + 1] - columns[row + 2];
      int outerDifference = columns[row] - columns[row + 3] + 3;
      values[16 * row] = (short) ((outer + inner) >> 3);
      values[16 * (row + 1)] = (short) ((outerDifference + innerDifference) >> 3);
      values[16 * (row + 2)] = (short) ((outer - inner) >> 3);
      values[16 * (row + 3)] = (short) ((outerDifference - innerDifference) >> 3);
    }
  }

  /**
   * Adds the inverse cosine transform of a block to a plane's 4 x 4 samples from an index on.
   *
   * @param values coefficients, those of the block from {@code from} on
   */
  static void add(short[] values, int from, Plane plane, int index) {
    int[] columns = new int[16];
    for (int i = 0; i < 4; i++) {
      int first = values[from + i];
      int second = values[from + 4 + i];
      int third = values[from + 8 + i];
      int fourth = values[from + 12 + i];
      int even = first + third;
      int evenDifference = first - third;
      int odd = cosine(second) + sine(fourth);
      int oddDifference = sine(second) - cosine(fourth);
      columns[i] = even + odd;
      columns[4 + i] = evenDifference + oddDifference;
      columns[8 + i] = evenDifference - oddDifference;
      columns[12 + i] = even - odd;
    }
    int to = index;
    for (int row = 0; row < 16; row += 4, to += plane.stride()) {
      int second = columns[row + 1];
      int fourth = columns[row + 3];
      int even = columns[row] + columns[row + 2] + 4;
      int evenDifference = columns[row] - columns[row + 2] + 4;
      int odd = cosine(second) + sine(fourth);
      int oddDifference = sine(second) - cosine(fourth);
      plane.set(to, plane.get(to) + ((even + odd) >> 3));
      plane.set(to + 1, plane.get(to + 1) + ((evenDifference + oddDifference) >> 3));
      plane.set(to + 2, plane.get(to + 2) + ((evenDifference - oddDifference) >> 3));
      plane.set(to + 3, plane.get(to + 3) + ((even - odd) >> 3));
    }
  }

  /** As {@link #add} for a block of which all but the first coefficient is 0. */
  static void addMean(int mean, Plane plane, int index) {
    int difference = (mean + 4) >> 3;
    int to = index;
    for (int y = 0; y < 4; y++, to += plane.stride()) {
      for (int x = 0; x < 4; x++) {
        plane.set(to + x, plane.get(to + x) + difference);
      }
    }
  }

  /** The value times sqrt(2) cos(pi/8). */
  private static int cosine(int value) {
    return value + ((value * 20091) >> 16);
  }

  /** The value times sqrt(2) sin(pi/8). */
  private static int sine(int value) {
    return (value * 35468) >> 16;
  }
}

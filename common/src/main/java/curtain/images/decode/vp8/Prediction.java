package curtain.images.decode.vp8;

import java.util.Arrays;

/**
 * Predicts samples from those of a plane above and to the left, before any loop filter (RFC 6386,
 * section 12). Beyond the frame these are {@link Plane}'s, but for the mean, which takes no sample
 * there.
 */
final class Prediction {
  private static final int LEFT = 4; // the topmost sample to the left; the next lie below it
  private static final int CORNER = 5;
  private static final int ABOVE = 6;

  /**
   * The samples around a sub-block, from the lowest to the left over the corner to the last above
   * to the right, the first and the last twice: L L K J I X A B C D E F G H H.
   */
  private final int[] edge = new int[15];

  /**
   * Predicts a square of luma or chroma of a macroblock.
   *
   * @param x of the first sample, 0 at the frame's left edge
   * @param y likewise, 0 at its upper edge
   * @param size of a side, 16 or 8
   * @param mode one of the first four
   */
  void square(Plane plane, int x, int y, int size, Mode mode) {
    int above = plane.at(x, y - 1);
    int corner = plane.get(above - 1);
    int mean = mode == Mode.DC ? mean(plane, x, y, size) : 0;
    for (int row = 0; row < size; row++) {
      int to = plane.at(x, y + row);
      int left = plane.get(to - 1);
      switch (mode) {
        case DC -> fill(plane, to, size, mean);
        case HE -> fill(plane, to, size, left);
        case VE -> System.arraycopy(plane.samples(), above, plane.samples(), to, size);
        case TM -> {
          for (int i = 0; i < size; i++) {
            plane.set(to + i, left + plane.get(above + i) - corner);
          }
        }
        case LD, RD, VR, VL, HD, HU -> throw new IllegalArgumentException("of sub-blocks: " + mode);
      }
    }
  }

  private static void fill(Plane plane, int to, int size, int value) {
    Arrays.fill(plane.samples(), to, to + size, (byte) value);
  }

  /**
   * The rounded mean of what lies above and to the left within the frame, 128 where nothing does.
   */
  private static int mean(Plane plane, int x, int y, int size) {
    int sum = 0;
    int count = 0;
    if (y > 0) {
      int above = plane.at(x, y - 1);
      for (int i = 0; i < size; i++) {
        sum += plane.get(above + i);
      }
      count += size;
    }
    if (x > 0) {
      for (int i = 0; i < size; i++) {
        sum += plane.get(plane.at(x - 1, y + i));
      }
      count += size;
    }
    return count == 0 ? 128 : (sum + count / 2) / count;
  }

  /**
   * Predicts a sub-block of 4 x 4.
   *
   * @param index of its first sample
   * @param right the four samples above to the right, uint8, lowest byte first
   */
  void block(Plane plane, int index, int right, Mode mode) {
    int above = index - plane.stride();
    edge[CORNER] = plane.get(above - 1);
    int left = index - 1;
    for (int i = 0; i < 4; i++, left += plane.stride()) {
      edge[LEFT - i] = plane.get(left);
      edge[ABOVE + i] = plane.get(above + i);
      edge[ABOVE + 4 + i] = (right >>> (8 * i)) & 0xff;
    }
    edge[0] = edge[1];
    edge[14] = edge[13];
    int mean = 4;
    for (int i = 0; i < 4; i++) {
      mean += edge[LEFT - i] + edge[ABOVE + i];
    }
    int to = index;
    for (int y = 0; y < 4; y++, to += plane.stride()) {
      for (int x = 0; x < 4; x++) {
        int sample =
            switch (mode) {
              case DC -> mean >> 3;
              case TM -> edge[LEFT - y] + edge[ABOVE + x] - edge[CORNER];
              case VE -> three(ABOVE + x);
              case HE -> three(LEFT - y);
              case LD -> three(ABOVE + 1 + x + y);
              case RD -> three(CORNER + x - y);
              case VR -> verticalRight(x, y);
              case VL -> verticalLeft(x, y);
              case HD -> horizontalDown(x, y);
              case HU -> horizontalUp(x, y);
            };
        plane.set(to + x, sample);
      }
    }
  }

  private int verticalRight(int x, int y) {
    int along = 2 * x - y;
    if (along < -1) {
      return three(CORNER + 1 + along);
    }
    return (along & 1) == 0 ? two(CORNER + along / 2) : three(CORNER + (along + 1) / 2);
  }

  private int verticalLeft(int x, int y) {
    if (x == 3 && y >= 2) { // not on the line that the others of these rows lie on
      return three(ABOVE + 3 + y);
    }
    int from = ABOVE + x + y / 2;
    return (y & 1) == 0 ? two(from) : three(from + 1);
  }

  private int horizontalDown(int x, int y) {
    int along = 2 * y - x;
    if (along < -1) {
      return three(CORNER - 1 - along);
    }
    return (along & 1) == 0 ? two(LEFT - along / 2) : three(CORNER - (along + 1) / 2);
  }

  private int horizontalUp(int x, int y) {
    int along = x + 2 * y;
    if (along > 5) {
      return edge[0];
    }
    return (along & 1) == 0 ? two(LEFT - 1 - along / 2) : three(LEFT - 1 - along / 2);
  }

  /** The rounded mean of a sample of the edge and the next. */
  private int two(int first) {
    return (edge[first] + edge[first + 1] + 1) >> 1;
  }

  /** The rounded mean, weighted 1 2 1, of a sample of the edge and its neighbours. */
  private int three(int middle) {
    return (edge[middle - 1] + 2 * edge[middle] + edge[middle + 1] + 2) >> 2;
  }
}

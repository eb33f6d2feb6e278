package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;

/**
 * The filter that smooths the edges of macroblocks and of blocks (RFC 6386, section 15), in place
 * and in the order of macroblocks. It comes after all prediction, which reads samples before it.
 *
 * @param kind of the filter
 * @param strengths by segment, and whether sub-blocks have modes of their own
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record LoopFilter(Kind kind, Strength[][] strengths) {
  /** Which samples are filtered. */
  enum Kind {
    /** None. */
    NONE,
    /** One of luma on each side of an edge (section 15.2). */
    SIMPLE,
    /** Up to three of luma and chroma on each side of an edge (section 15.3). */
    NORMAL
  }

  /**
   * How strongly a macroblock is filtered (section 9.6 and 15.3).
   *
   * @param limit on differences at an edge between blocks, 2 level + interior limit; 0 where the
   *     macroblock is left as it is
   * @param interior limit on differences beside an edge
   * @param variance above which, and only above, an edge has few samples changed
   */
  record Strength(int limit, int interior, int variance) {
    private static final int MOST = 63;

    static Strength of(int level, int sharpness) {
      int limited = Math.max(0, Math.min(level, MOST));
      if (limited == 0) {
        return new Strength(0, 0, 0);
      }
      int interior = limited;
      if (sharpness > 0) {
        interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
      }
      interior = Math.max(1, interior);
      int variance = limited >= 40 ? 2 : limited >= 15 ? 1 : 0;
      return new Strength(2 * limited + interior, interior, variance);
    }
  }

  /**
   * Reads the filter of a frame (section 9.6).
   *
   * @param levels of segments, null where there are none
   * @param absolute whether these replace the frame's level, or are added to it
   */
  static LoopFilter read(BoolReader in, int[] levels, boolean absolute) throws BadImageException {
    boolean simple = in.flag();
    int frame = in.number(6);
    int sharpness = in.number(3);
    int reference = 0; // of macroblocks that no other frame predicts, all of a key frame
    int blocks = 0; // of those whose sub-blocks have modes
    boolean adjusted = in.flag();
    if (adjusted && in.flag()) {
      reference = in.optional(6);
      for (int i = 0; i < 3; i++) {
        in.optional(6);
      }
      blocks = in.optional(6);
      for (int i = 0; i < 3; i++) {
        in.optional(6);
      }
    }
    Strength[][] strengths = new Strength[4][2];
    for (int i = 0; i < strengths.length; i++) {
      int level = levels == null ? frame : absolute ? levels[i] : frame + levels[i];
      strengths[i][0] = Strength.of(level + reference, sharpness);
      strengths[i][1] = Strength.of(level + reference + blocks, sharpness);
    }
    return new LoopFilter(frame == 0 ? Kind.NONE : simple ? Kind.SIMPLE : Kind.NORMAL, strengths);
  }

  /**
   * Filters a macroblock, after those above and to the left.
   *
   * @param planes of luma and both chroma
   * @param column of the macroblock
   * @param row of the macroblock
   * @param inside whether edges between its blocks are filtered, too
   */
  void apply(Plane[] planes, int column, int row, Strength strength, boolean inside) {
    if (strength.limit == 0 || kind == Kind.NONE) {
      return;
    }
    int count = kind == Kind.SIMPLE ? 1 : planes.length;
    for (int i = 0; i < count; i++) {
      Plane plane = planes[i];
      int size = i == 0 ? 16 : 8;
      int index = plane.at(size * column, size * row);
      edges(plane, index, 1, plane.stride(), size, column > 0, strength, inside);
      edges(plane, index, plane.stride(), 1, size, row > 0, strength, inside);
    }
  }

  /**
   * Filters the edges of one direction.
   *
   * @param across from a sample to that across an edge
   * @param along from a sample to the next along an edge
   * @param size of the macroblock in this plane
   * @param outside whether there is a macroblock before this one
   */
  private void edges(
      Plane plane,
      int index,
      int across,
      int along,
      int size,
      boolean outside,
      Strength strength,
      boolean inside) {
    if (outside) {
      edge(plane, index, across, along, size, strength, true);
    }
    if (inside) {
      for (int i = 4; i < size; i += 4) {
        edge(plane, index + i * across, across, along, size, strength, false);
      }
    }
  }

  private void edge(
      Plane plane,
      int index,
      int across,
      int along,
      int size,
      Strength strength,
      boolean macroblocks) {
    int limit = 2 * (macroblocks ? strength.limit + 4 : strength.limit) + 1;
    boolean simple = kind == Kind.SIMPLE;
    int at = index;
    for (int i = 0; i < size; i++, at += along) {
      int p1 = plane.get(at - 2 * across);
      int p0 = plane.get(at - across);
      int q0 = plane.get(at);
      int q1 = plane.get(at + across);
      if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
        continue;
      }
      if (simple) {
        two(plane, at, across, p1, p0, q0, q1);
        continue;
      }
      int p2 = plane.get(at - 3 * across);
      int q2 = plane.get(at + 2 * across);
      int steepest = Math.max(Math.abs(p1 - p0), Math.abs(q1 - q0));
      if (steepest > strength.interior
          || Math.abs(p2 - p1) > strength.interior
          || Math.abs(q2 - q1) > strength.interior
          || Math.abs(plane.get(at - 4 * across) - p2) > strength.interior
          || Math.abs(plane.get(at + 3 * across) - q2) > strength.interior) {
        continue;
      }
      if (steepest > strength.variance) {
        two(plane, at, across, p1, p0, q0, q1);
      } else if (macroblocks) {
        int change = eight(3 * (q0 - p0) + eight(p1 - q1));
        int outer = (9 * change + 63) >> 7;
        int middle = (18 * change + 63) >> 7;
        int inner = (27 * change + 63) >> 7;
        plane.set(at - 3 * across, p2 + outer);
        plane.set(at - 2 * across, p1 + middle);
        plane.set(at - across, p0 + inner);
        plane.set(at, q0 - inner);
        plane.set(at + across, q1 - middle);
        plane.set(at + 2 * across, q2 - outer);
      } else {
        int change = 3 * (q0 - p0);
        int back = five((change + 4) >> 3);
        int outer = (back + 1) >> 1;
        plane.set(at - 2 * across, p1 + outer);
        plane.set(at - across, p0 + five((change + 3) >> 3));
        plane.set(at, q0 - back);
        plane.set(at + across, q1 - outer);
      }
    }
  }

  /** Changes the two samples at an edge. */
  private static void two(Plane plane, int at, int across, int p1, int p0, int q0, int q1) {
    int change = 3 * (q0 - p0) + eight(p1 - q1);
    plane.set(at - across, p0 + five((change + 3) >> 3));
    plane.set(at, q0 - five((change + 4) >> 3));
  }

  /** The nearest number of eight bits and a sign. */
  private static int eight(int value) {
    return Math.max(-128, Math.min(value, 127));
  }

  /** The nearest number of five bits, the sign among them. */
  private static int five(int value) {
    return Math.max(-16, Math.min(value, 15));
  }
}

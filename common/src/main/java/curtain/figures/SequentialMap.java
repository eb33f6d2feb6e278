package curtain.figures;

/**
 * Viridis, from dark violet at 0 over green to yellow at 1, linear in sRGB between eleven anchors
 * at equal distances. Lightness grows with the value, also in grey and for the common kinds of
 * colour blindness (S. van der Walt and N. Smith, <i>A better default colormap for matplotlib</i>,
 * SciPy 2015; released as CC0; the anchors are those of R's viridisLite).
 */
public final class SequentialMap {
  private static final int[] ANCHORS = {
    0x440154, 0x482576, 0x414487, 0x35608d, 0x2a788e, 0x21908c, 0x22a884, 0x43bf71, 0x7ad151,
    0xbbdf27, 0xfde725
  };

  private SequentialMap() {}

  /**
   * The colour of a value as 0xRRGGBB.
   *
   * @param t in [0, 1]; a value outside has the colour of the nearer end
   */
  public static int rgb(double t) {
    return between(ANCHORS, t);
  }

  /** The colour at t in [0, 1] of a map with anchors at equal distances, linear in sRGB. */
  static int between(int[] anchors, double t) {
    double at = Math.max(0, Math.min(1, t)) * (anchors.length - 1);
    int below = Math.min((int) at, anchors.length - 2);
    double part = at - below;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = anchors[below] >> shift & 0xff;
      int to = anchors[below + 1] >> shift & 0xff;
      colour |= (int) Math.round(from + part * (to - from)) << shift;
    }
    return colour;
  }
}

package curtain.figures;

/**
 * ColorBrewer's RdBu in 11 classes, red for positive, linear between them in sRGB: blue at -1, near
 * white at 0, red at 1. Perceptually ordered, symmetric about its middle, and safe for the common
 * kinds of colour blindness (C. Brewer, <i>A transition in improving maps: the ColorBrewer
 * example</i>, 2003). This product includes color specifications and designs developed by Cynthia
 * Brewer (colorbrewer.org).
 */
public final class DivergingMap {
  private static final int[] CLASSES = {
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d,
    0xb2182b, 0x67001f
  };

  /** The colour of 0. */
  public static final int NEUTRAL = CLASSES[CLASSES.length / 2];

  private DivergingMap() {}

  /**
   * The colour of a value as 0xRRGGBB.
   *
   * @param t in [-1, 1]; a value outside has the colour of the nearer end
   */
  public static int rgb(double t) {
    return SequentialMap.between(CLASSES, (t + 1) / 2);
  }
}

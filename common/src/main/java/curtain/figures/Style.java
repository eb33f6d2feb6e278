package curtain.figures;

import java.util.Locale;

/** The ways to colour the values v of a pullback, each picture scaled by its own extremes. */
public enum Style {
  /**
   * The channels as colours, as the paper's figure 2 has them, to the last bit what torchvision's
   * {@code make_grid(normalize=True, scale_each=True)} and {@code save_image} give: u = (v - min) /
   * max(max - min, 1e-5) in float32, then floor(255 u + 1/2).
   */
  RGB,
  /**
   * The channel sum s = sum_c v_c by {@link DivergingMap}, symmetric about 0: the map's ends are -m
   * and m, m the largest |s|. A pullback of zeros is all neutral.
   */
  DIVERGING,
  /**
   * The same s over the image in grey, with opacity sqrt(|s| / m): linear opacity would show only a
   * few large values. The colour is that of sign(s) (1 + |s| / m) / 2, from the outer halves of the
   * map, since its near-white middle would bleach the image. Grey is ITU-R BT.601 luma, as Pillow's
   * mode L.
   */
  OVERLAY;

  private static final double LEAST_RANGE = 1e-5;

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Draws a pullback. The picture's extremes are those of v ({@link #RGB}) or of s.
   *
   * @param values v, (3, H, W) row-major
   * @param image the input, which gives H and W
   * @throws IllegalArgumentException for another number of values, and where a value is NaN or
   *     infinite
   */
  public Picture draw(float[] values, Picture image) {
    if (values.length != image.pixels().length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "it has %d values, the image of %d x %d pixels %d",
              values.length,
              image.width(),
              image.height(),
              image.pixels().length));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("it holds " + value + ", which has no colour");
      }
    }
    return this == RGB ? scaled(values, image) : mapped(values, image);
  }

  private static Picture scaled(float[] values, Picture image) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float range = (float) Math.max((double) high - low, LEAST_RANGE);
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      float unit = (values[i] - low) / range;
      pixels[i] = (byte) Math.max(0, Math.min(255, (int) (unit * 255f + 0.5f)));
    }
    return new Picture(image.width(), image.height(), pixels, low, high);
  }

  private Picture mapped(float[] values, Picture image) {
    int plane = image.width() * image.height();
    double[] sums = new double[plane];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < plane; i++) {
      sums[i] = (double) values[i] + values[i + plane] + values[i + 2 * plane];
      low = Math.min(low, sums[i]);
      high = Math.max(high, sums[i]);
    }
    double largest = Math.max(Math.abs(low), Math.abs(high));
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < plane; i++) {
      int colour = colour(largest > 0 ? sums[i] / largest : 0, grey(image, i, plane));
      for (int c = 0; c < 3; c++) {
        pixels[c * plane + i] = (byte) (colour >> (16 - 8 * c));
      }
    }
    return new Picture(image.width(), image.height(), pixels, (float) low, (float) high);
  }

  /**
   * The colour of a value as 0xRRGGBB, for the styles of s.
   *
   * @param t s / m, in [-1, 1]
   * @param grey luma of the image's pixel, 0 to 255
   */
  int colour(double t, int grey) {
    if (this == DIVERGING) {
      return DivergingMap.rgb(t);
    }
    int over = DivergingMap.rgb(Math.signum(t) * (1 + Math.abs(t)) / 2);
    double opacity = Math.sqrt(Math.abs(t));
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double mixed = opacity * (over >> shift & 0xff) + (1 - opacity) * grey;
      colour |= (int) Math.round(mixed) << shift;
    }
    return colour;
  }

  private static int grey(Picture image, int at, int plane) {
    byte[] p = image.pixels();
    int red = p[at] & 0xff;
    int green = p[at + plane] & 0xff;
    int blue = p[at + 2 * plane] & 0xff;
    return (19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16;
  }
}

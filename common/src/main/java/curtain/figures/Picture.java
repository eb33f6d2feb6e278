package curtain.figures;

import java.util.Locale;

/**
 * One picture of a grid.
 *
 * @param width W, pixels
 * @param height H, pixels
 * @param pixels uint8 RGB, planar: (3, H, W) row-major
 * @param minimum smallest of the values that are drawn
 * @param maximum largest of the values that are drawn
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk pixels, never compared
public record Picture(int width, int height, byte[] pixels, float minimum, float maximum) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException where pixels do not fit width and height
   */
  public Picture {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d bytes are no RGB picture of %d x %d pixels",
              pixels.length,
              width,
              height));
    }
  }

  /**
   * The picture of a network's input, unchanged; minimum and maximum are those of x = 2 p / 255 -
   * 1.
   *
   * @param pixels p, uint8 RGB, planar (3, H, W)
   */
  public static Picture ofImage(int width, int height, byte[] pixels) {
    int least = 255;
    int most = 0;
    for (byte pixel : pixels) {
      least = Math.min(least, pixel & 0xff);
      most = Math.max(most, pixel & 0xff);
    }
    return new Picture(width, height, pixels, 2f * least / 255f - 1f, 2f * most / 255f - 1f);
  }

  /**
   * The picture of a point x of the input space: p = 255 (x + 1) / 2 rounded to whole levels, which
   * inverts x = 2 p / 255 - 1; minimum and maximum are those of x.
   *
   * @param x planar (3, H, W); values outside [-1, 1] are clipped
   * @throws IllegalArgumentException where a value is NaN or infinite, or the sizes do not fit
   */
  public static Picture ofInput(int width, int height, float[] x) {
    byte[] pixels = new byte[x.length];
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i])) {
        throw new IllegalArgumentException("it holds " + x[i] + ", which has no colour");
      }
      least = Math.min(least, x[i]);
      most = Math.max(most, x[i]);
      pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(127.5 * (x[i] + 1.0))));
    }
    return new Picture(width, height, pixels, least, most);
  }

  /** The colour at a position as 0xRRGGBB. */
  public int rgb(int x, int y) {
    int plane = width * height;
    int at = y * width + x;
    return (pixels[at] & 0xff) << 16
        | (pixels[at + plane] & 0xff) << 8
        | (pixels[at + 2 * plane] & 0xff);
  }

  /** The picture with each pixel enlarged to a square with a side of {@code factor} pixels. */
  public Picture enlarged(int factor) {
    byte[] large = new byte[3 * width * factor * height * factor];
    int to = 0;
    for (int row = 0; row < 3 * height * factor; row++) { // planes follow each other like rows
      for (int x = 0; x < width * factor; x++) {
        large[to++] = pixels[row / factor * width + x / factor];
      }
    }
    return new Picture(width * factor, height * factor, large, minimum, maximum);
  }
}

package curtain.figures;

import curtain.images.PillowResize;

/**
 * One picture of a grid.
 *
 * @param width W, pixels
 * @param height H, pixels
 * @param pixels uint8 RGB, planar: (3, H, W) row-major
 * @param minimum smallest of the values that are drawn
 * @param maximum largest of them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk pixels, never compared
public record Tile(int width, int height, byte[] pixels, float minimum, float maximum) {
  /** Checks the sizes. */
  public Tile {
    if (width < 1 || height < 1 || pixels.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d bytes are no RGB picture of %d x %d pixels".formatted(pixels.length, width, height));
    }
  }

  /**
   * A network's input as it is; minimum and maximum are those of x = 2 p / 255 - 1.
   *
   * @param pixels p, uint8 RGB, planar (3, H, W)
   */
  public static Tile ofImage(int width, int height, byte[] pixels) {
    int least = 255;
    int most = 0;
    for (byte pixel : pixels) {
      least = Math.min(least, pixel & 0xff);
      most = Math.max(most, pixel & 0xff);
    }
    return new Tile(width, height, pixels, 2f * least / 255f - 1f, 2f * most / 255f - 1f);
  }

  /** The colour at a position as 0xRRGGBB. */
  public int rgb(int x, int y) {
    int plane = width * height;
    int at = y * width + x;
    return (pixels[at] & 0xff) << 16
        | (pixels[at + plane] & 0xff) << 8
        | (pixels[at + 2 * plane] & 0xff);
  }

  /**
   * The picture at another size: where both sides grow by one whole factor each pixel becomes a
   * square; else bilinear with antialiasing, of the 8-bit colours, as Pillow resizes.
   */
  public Tile resized(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    int factor = newWidth / width;
    byte[] resized =
        factor >= 1 && newWidth == factor * width && newHeight == factor * height
            ? enlarged(factor)
            : PillowResize.resize(pixels, width, height, newWidth, newHeight);
    return new Tile(newWidth, newHeight, resized, minimum, maximum);
  }

  private byte[] enlarged(int factor) {
    byte[] large = new byte[3 * width * factor * height * factor];
    int to = 0;
    for (int row = 0; row < 3 * height * factor; row++) { // planes follow each other like rows
      for (int x = 0; x < width * factor; x++) {
        large[to++] = pixels[row / factor * width + x / factor];
      }
    }
    return large;
  }
}

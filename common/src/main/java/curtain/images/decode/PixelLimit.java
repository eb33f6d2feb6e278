package curtain.images.decode;

import curtain.images.source.BadImageException;
import java.util.Locale;

/** The largest number of pixels that is decoded, compared before memory is taken. */
public final class PixelLimit {
  private PixelLimit() {}

  /**
   * Refuses an empty image and one above the limit.
   *
   * @param maxPixels largest width x height
   * @throws BadImageException in these two cases
   */
  public static void check(int width, int height, long maxPixels) throws BadImageException {
    if (width <= 0 || height <= 0) {
      throw new BadImageException("its header gives a size of " + width + " x " + height);
    }
    if ((long) width * height > maxPixels) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "%d x %d pixels are more than max pixels, %d",
              width,
              height,
              maxPixels));
    }
  }
}

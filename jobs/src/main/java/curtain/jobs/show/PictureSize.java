package curtain.jobs.show;

import curtain.figures.Picture;
import curtain.images.decode.PillowResize;

/** The sizes in which pictures are shown. */
public final class PictureSize {
  /** Longer side, pixels, below which pictures are enlarged. */
  static final int LEAST = 128;

  private PictureSize() {}

  /**
   * The longer side of a picture, pixels.
   *
   * @param asked of {@code --cell}; 0 for the image's own, or the least multiple of it from 128
   */
  public static int side(int asked, Picture image) {
    return asked > 0 ? asked : enlarged(Math.max(image.width(), image.height()));
  }

  /** A side that pictures are shown in: its least multiple from {@link #LEAST}. */
  public static int enlarged(int side) {
    return side * Math.max(1, (LEAST + side - 1) / side);
  }

  /** A picture whose longer side has so many pixels. */
  public static Picture resized(Picture picture, int longer) {
    int longest = Math.max(picture.width(), picture.height());
    return resized(
        picture,
        Math.max(1, Math.round((float) picture.width() * longer / longest)),
        Math.max(1, Math.round((float) picture.height() * longer / longest)));
  }

  /**
   * A picture at another size: where both sides grow by one whole factor each pixel becomes a
   * square; else bilinear with antialiasing, of the 8-bit colours, as Pillow resizes.
   */
  public static Picture resized(Picture picture, int width, int height) {
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    int factor = width / picture.width();
    if (factor >= 1 && width == factor * picture.width() && height == factor * picture.height()) {
      return picture.enlarged(factor);
    }
    byte[] pixels =
        PillowResize.resize(picture.pixels(), picture.width(), picture.height(), width, height);
    return new Picture(width, height, pixels, picture.minimum(), picture.maximum());
  }
}

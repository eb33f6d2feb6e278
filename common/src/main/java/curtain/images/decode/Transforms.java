package curtain.images.decode;

import curtain.images.source.BadImageException;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Transform;
import java.util.Locale;

/** Applies a {@link Transform} to decoded pixels, with torchvision 0.14's sizes and offsets. */
public final class Transforms {
  private Transforms() {}

  /**
   * Resizes and crops a decoded image to the network's input, (3, size, size), or under {@link
   * Transform#NONE} takes it as it is.
   *
   * @param format name of the file's format; null where the pixels come from no image file
   * @throws BadImageException under {@link Transform#NONE}, where the size is not the network's, or
   *     no array is large enough
   */
  public static DecodedImage apply(ImageRef ref, Rgb image, String format, ImageOptions options)
      throws BadImageException {
    int size = options.size();
    int width = image.width();
    int height = image.height();
    if (options.transform() == Transform.NONE) {
      checkSize(width, height, size);
      int[] shape = {3, height, width};
      return new DecodedImage(ref, width, height, shape, format, image.planar(0, 0, width, height));
    }
    Cut cut = cut(width, height, options);
    byte[] pixels =
        PillowResize.resizeAndCrop(
            image, cut.width(), cut.height(), cut.left(), cut.top(), size, size);
    return new DecodedImage(ref, width, height, new int[] {3, size, size}, format, pixels);
  }

  /**
   * How an image is cut: it is resized to a width and a height, in pixels, of which the square of
   * the network's size at left, top remains. Sizes beyond int are possible for thin images.
   */
  public record Cut(long width, long height, long left, long top) {}

  /** The cut of an image of this size, by a transform other than {@link Transform#NONE}. */
  public static Cut cut(int width, int height, ImageOptions options) {
    int size = options.size();
    if (options.transform() == Transform.SQUARE && width == height) {
      return new Cut(size, size, 0, 0);
    }
    long target = Math.round(size * 256.0 / 224.0);
    long newWidth = width <= height ? target : target * width / height;
    long newHeight = width <= height ? target * height / width : target;
    return new Cut(newWidth, newHeight, half(newWidth - size), half(newHeight - size));
  }

  /**
   * Refuses a size that is not the network's; 0 takes any.
   *
   * @throws BadImageException naming both sizes
   */
  public static void checkSize(int width, int height, int size) throws BadImageException {
    if (size > 0 && (width != size || height != size)) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "%d x %d pixels, but the network wants %d x %d; the transform imagenet resizes",
              width,
              height,
              size,
              size));
    }
  }

  /** Half of n >= 0, halves to the even neighbour, as Python's round. */
  private static long half(long n) {
    return (long) Math.rint(n / 2.0);
  }
}

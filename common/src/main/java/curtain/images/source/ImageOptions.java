package curtain.images.source;

import java.io.Serializable;
import java.util.Objects;

/**
 * How to make a network's input from a file.
 *
 * @param transform resize and crop
 * @param size side of the square that the network takes, in pixels; 0 takes any size, with {@link
 *     Transform#NONE} only
 * @param maxPixels largest width x height that is decoded; checked from the header, before memory
 *     is taken
 */
public record ImageOptions(Transform transform, int size, long maxPixels) implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Pillow's limit against decompression bombs: a quarter of a gibibyte of 24-bit pixels, doubled.
   */
  public static final long DEFAULT_MAX_PIXELS = 178_956_970L;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the quantity that is out of its range
   */
  public ImageOptions {
    Objects.requireNonNull(transform, "transform");
    if (size < 0 || size > 16_384) {
      throw new IllegalArgumentException("image size " + size + " is not within 0..16384");
    }
    if (size == 0 && transform != Transform.NONE) {
      throw new IllegalArgumentException(
          "transform " + transform.option() + " needs the side that the network wants");
    }
    if (maxPixels < 1) {
      throw new IllegalArgumentException("max pixels must be at least 1, not " + maxPixels);
    }
  }
}

package curtain.images.decode;

import curtain.images.source.BadImageException;
import curtain.images.source.SourceFiles;
import java.util.Locale;

/**
 * Read-only view of 8-bit pixels in a decoder's own array, so that nothing is copied before the
 * resize. Sample of channel c at (x, y): {@code data[y * rowStride + x * pixelStride +
 * offsets[c]]}; a grey image has three equal offsets.
 *
 * @param width W, pixels
 * @param height H, pixels
 * @param data uint8 samples
 * @param rowStride bytes from a row to the next
 * @param pixelStride bytes from a pixel to the next
 * @param offsets of red, green and blue
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record Rgb(
    int width, int height, byte[] data, int rowStride, int pixelStride, int[] offsets) {

  /** Packed samples: 1 (grey) or 3 (RGB) bytes a pixel. */
  static Rgb packed(int width, int height, byte[] data, int samples) {
    int[] offsets = samples == 1 ? new int[] {0, 0, 0} : new int[] {0, 1, 2};
    return new Rgb(width, height, data, width * samples, samples, offsets);
  }

  /**
   * Packed samples in OpenCV's order: 1 (grey), 3 (BGR) or 4 (BGRA) bytes a pixel; alpha is
   * dropped.
   *
   * @throws BadImageException where there are others, or not as many bytes
   */
  public static Rgb blueFirst(int width, int height, byte[] data, int samples)
      throws BadImageException {
    if (samples != 1 && samples != 3 && samples != 4) {
      throw new BadImageException(samples + " channels; 1, 3 and 4 are known");
    }
    if (data.length != (long) width * height * samples) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "%d bytes are no %d x %d pixels of %d channels",
              data.length,
              width,
              height,
              samples));
    }
    int[] offsets = samples == 1 ? new int[] {0, 0, 0} : new int[] {2, 1, 0};
    return new Rgb(width, height, data, width * samples, samples, offsets);
  }

  /**
   * Packed samples turned by TIFF's and EXIF's orientation: 2 mirrors, 3 turns by half, 4 flips, 5
   * transposes, 6 turns clockwise, 7 transposes along the other diagonal, 8 turns anticlockwise;
   * any other value leaves them.
   *
   * @throws BadImageException where no array is large enough
   */
  Rgb turned(int orientation) throws BadImageException {
    if (orientation < 2 || orientation > 8) {
      return this;
    }
    boolean across = orientation >= 5;
    int w = across ? height : width;
    int h = across ? width : height;
    byte[] turned = samples(w, h);
    int to = 0;
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int column = across ? y : x;
        int row = across ? x : y;
        if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
          column = width - 1 - column;
        }
        if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
          row = height - 1 - row;
        }
        int from = row * rowStride + column * pixelStride;
        for (int offset : offsets) {
          turned[to++] = data[from + offset];
        }
      }
    }
    return packed(w, h, turned, 3);
  }

  /** Room for (3, h, w). */
  private static byte[] samples(int w, int h) throws BadImageException {
    if (3L * w * h > SourceFiles.MAX_BYTES) {
      throw new BadImageException(
          String.format(Locale.ROOT, "%d x %d pixels of 3 bytes are above 2 GiB", w, h));
    }
    return new byte[3 * w * h];
  }

  /**
   * A rectangle as planar (3, h, w).
   *
   * @throws BadImageException where no array is large enough
   */
  byte[] planar(int left, int top, int w, int h) throws BadImageException {
    byte[] planes = samples(w, h);
    int to = 0;
    for (int offset : offsets) {
      for (int y = top; y < top + h; y++) {
        int from = y * rowStride + left * pixelStride + offset;
        for (int x = 0; x < w; x++, from += pixelStride) {
          planes[to++] = data[from];
        }
      }
    }
    return planes;
  }
}

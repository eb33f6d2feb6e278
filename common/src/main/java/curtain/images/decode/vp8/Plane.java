package curtain.images.decode.vp8;

import java.util.Arrays;

/**
 * Samples of luma or of one chroma, in whole macroblocks, with the row above and the column to the
 * left of the frame that predictions there read: 127 above, its left end included, and 129 to the
 * left (RFC 6386, section 12.2).
 *
 * @param samples uint8, of which (x, y) is at {@link #at}
 * @param stride from a row to the next
 */
@SuppressWarnings("ArrayRecordComponent") // samples that are written in place, never compared
record Plane(byte[] samples, int stride) {
  private static final byte ABOVE = 127;
  private static final byte LEFT = (byte) 129;

  /** A plane of width x height samples. */
  static Plane of(int width, int height) {
    int stride = width + 1;
    byte[] samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, ABOVE);
    for (int i = stride; i < samples.length; i += stride) {
      samples[i] = LEFT;
    }
    return new Plane(samples, stride);
  }

  /** The index of sample (x, y), both from -1. */
  int at(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  /** The sample at an index, 0 to 255. */
  int get(int index) {
    return samples[index] & 0xff;
  }

  /** Stores a value, as the nearest of 0 to 255. */
  void set(int index, int value) {
    samples[index] = (byte) ((value & ~0xff) == 0 ? value : value < 0 ? 0 : 255);
  }
}

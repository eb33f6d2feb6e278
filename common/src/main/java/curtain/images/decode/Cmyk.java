package curtain.images.decode;

/** Converts the inks of CMYK and YCCK images to RGB, in place, as libjpeg and Pillow 9.4 do. */
final class Cmyk {
  private Cmyk() {}

  /**
   * Overwrites the first three bands with red, green and blue.
   *
   * @param data interleaved uint8 samples of four bands as the file stores them (Adobe: inverted)
   * @param offsets of the four bands within a pixel, in bytes
   * @param pixelStride bytes from a pixel to the next
   * @param ycck whether the first three bands are YCbCr of the inverted inks
   */
  static void toRgb(byte[] data, int[] offsets, int pixelStride, boolean ycck) {
    for (int at = 0; at + pixelStride <= data.length; at += pixelStride) {
      int c = data[at + offsets[0]] & 0xff;
      int m = data[at + offsets[1]] & 0xff;
      int y = data[at + offsets[2]] & 0xff;
      int white = data[at + offsets[3]] & 0xff; // 255 - K: the file stores the inverse
      if (ycck) { // libjpeg's ycck_cmyk_convert: the inks are 255 - RGB(Y, Cb, Cr)
        int luma = c;
        int cb = m - 128;
        int cr = y - 128;
        c = 255 - clamp(luma + ((91881 * cr + 32768) >> 16));
        m = 255 - clamp(luma + ((-22554 * cb - 46802 * cr + 32768) >> 16));
        y = 255 - clamp(luma + ((116130 * cb + 32768) >> 16));
      }
      data[at + offsets[0]] = light(255 - c, white);
      data[at + offsets[1]] = light(255 - m, white);
      data[at + offsets[2]] = light(255 - y, white);
    }
  }

  /**
   * The light that an ink leaves of {@code white} = 255 - K: white - round(ink white / 255), at
   * least 0.
   */
  private static byte light(int ink, int white) {
    int product = ink * white + 128;
    return (byte) Math.max(0, white - (((product >> 8) + product) >> 8));
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}

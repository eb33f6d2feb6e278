package curtain.images.decode.vp8;

/**
 * Makes RGB of luma and of chroma of half its size, as libwebp does: chroma is interpolated between
 * the four nearest samples, weighted 9 3 3 1, and colours are those of ITU-R BT.601 with luma of 16
 * to 235, in integers.
 */
final class YuvToRgb {
  private YuvToRgb() {}

  /**
   * Packed RGB of the upper left width x height samples.
   *
   * @param planes of luma and both chroma
   */
  static byte[] convert(Plane[] planes, int width, int height) {
    byte[] rgb = new byte[Math.multiplyExact(3 * width, height)];
    int[] u = new int[width];
    int[] v = new int[width];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int last = (height - 1) / 2;
      int far = Math.max(0, Math.min(near + (y % 2 == 0 ? -1 : 1), last));
      interpolate(planes[1], near, far, u);
      interpolate(planes[2], near, far, v);
      int at = planes[0].at(0, y);
      for (int x = 0; x < width; x++, to += 3) {
        int luma = upper(planes[0].get(at + x), 19077);
        rgb[to] = limited(luma + upper(v[x], 26149) - 14234);
        rgb[to + 1] = limited(luma - upper(u[x], 6419) - upper(v[x], 13320) + 8708);
        rgb[to + 2] = limited(luma + upper(u[x], 33050) - 17685);
      }
    }
    return rgb;
  }

  /**
   * A row of chroma at luma's resolution, three quarters of the nearer row and one of the other.
   */
  private static void interpolate(Plane plane, int near, int far, int[] row) {
    int width = row.length;
    int nearAt = plane.at(0, near);
    int farAt = plane.at(0, far);
    int sum = 3 * plane.get(nearAt) + plane.get(farAt);
    row[0] = (sum + 2) >> 2;
    for (int i = 1; i <= (width - 1) / 2; i++) {
      int next = 3 * plane.get(nearAt + i) + plane.get(farAt + i);
      row[2 * i - 1] = (3 * sum + next + 8) >> 4;
      row[2 * i] = (sum + 3 * next + 8) >> 4;
      sum = next;
    }
    if (width % 2 == 0) {
      row[width - 1] = (sum + 2) >> 2;
    }
  }

  /** A sample times a factor, in units of 2^-8. */
  private static int upper(int sample, int factor) {
    return (sample * factor) >> 8;
  }

  /** A colour of units of 2^-6 as the nearest of 0 to 255 below it. */
  private static byte limited(int colour) {
    return (byte) ((colour & ~0x3fff) == 0 ? colour >> 6 : colour < 0 ? 0 : 255);
  }
}

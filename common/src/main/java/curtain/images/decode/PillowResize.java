package curtain.images.decode;

/**
 * Bilinear resize with antialiasing, bit for bit as Pillow 9.4 computes it for 8-bit images
 * (Resample.c): a triangle of half-width max(1, scale) in source pixels, weights normalised in
 * float64 and rounded to {@value #PRECISION_BITS} fractional bits, a horizontal pass rounded to 8
 * bits, then a vertical pass rounded to 8 bits. A pass whose size does not change is skipped.
 *
 * <p>Only the crop is computed: neither pass depends on what the crop discards, so memory is that
 * of (source rows under the crop) x (crop width) x 3 however long the resized side would be.
 */
public final class PillowResize {
  private static final int PRECISION_BITS = 32 - 8 - 2;

  private PillowResize() {}

  /**
   * The whole image at another size.
   *
   * @param pixels uint8 RGB, planar (3, H, W)
   * @return planar (3, newHeight, newWidth)
   */
  public static byte[] resize(byte[] pixels, int width, int height, int newWidth, int newHeight) {
    int plane = width * height;
    Rgb image = new Rgb(width, height, pixels, width, 1, new int[] {0, plane, 2 * plane});
    return resizeAndCrop(image, newWidth, newHeight, 0, 0, newWidth, newHeight);
  }

  /**
   * Pixels [left, left + w) x [top, top + h) of the image resized to {@code newWidth} x {@code
   * newHeight}, planar (3, h, w). Sizes beyond int are possible for thin images.
   */
  static byte[] resizeAndCrop(
      Rgb image, long newWidth, long newHeight, long left, long top, int w, int h) {
    Weights columns = Weights.of(image.width(), newWidth, left, w);
    Weights rows = Weights.of(image.height(), newHeight, top, h);
    int firstRow = rows.from[0];
    int sourceRows = rows.end() - firstRow;
    byte[] out = new byte[3 * w * h];
    byte[] plane = new byte[Math.multiplyExact(sourceRows, w)];
    for (int c = 0; c < 3; c++) {
      horizontal(image, image.offsets()[c], firstRow, sourceRows, columns, plane);
      vertical(plane, w, firstRow, rows, out, c * w * h);
    }
    return out;
  }

  private static void horizontal(
      Rgb image, int offset, int firstRow, int rows, Weights weights, byte[] plane) {
    byte[] data = image.data();
    int step = image.pixelStride();
    int w = weights.from.length;
    for (int y = 0; y < rows; y++) {
      int row = (firstRow + y) * image.rowStride() + offset;
      for (int x = 0; x < w; x++) {
        int[] k = weights.values[x];
        int at = row + weights.from[x] * step;
        int sum = 1 << (PRECISION_BITS - 1);
        for (int i = 0; i < k.length; i++, at += step) {
          sum += (data[at] & 0xff) * k[i];
        }
        plane[y * w + x] = clip(sum);
      }
    }
  }

  private static void vertical(
      byte[] plane, int w, int firstRow, Weights weights, byte[] out, int to) {
    int[] sums = new int[w];
    for (int y = 0; y < weights.from.length; y++) {
      int[] k = weights.values[y];
      java.util.Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
      for (int i = 0; i < k.length; i++) {
        int at = (weights.from[y] + i - firstRow) * w;
        int weight = k[i];
        for (int x = 0; x < w; x++) {
          sums[x] += (plane[at + x] & 0xff) * weight;
        }
      }
      for (int x = 0; x < w; x++) {
        out[to + y * w + x] = clip(sums[x]);
      }
    }
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /**
   * Fixed-point weights of a range of output positions: first source position and values of each.
   */
  private static final class Weights {
    private final int[] from;
    private final int[][] values;

    private Weights(int n) {
      from = new int[n];
      values = new int[n][];
    }

    /** End of the source range that any position needs. Positions ascend, so the last has it. */
    private int end() {
      int last = from.length - 1;
      return from[last] + values[last].length;
    }

    private static Weights of(int inSize, long outSize, long start, int n) {
      Weights weights = new Weights(n);
      if (inSize == outSize) { // Pillow skips the pass: weight 1
        for (int i = 0; i < n; i++) {
          weights.from[i] = (int) start + i;
          weights.values[i] = new int[] {1 << PRECISION_BITS};
        }
        return weights;
      }
      double scale = (double) inSize / outSize;
      double filterScale = Math.max(scale, 1.0);
      double support = filterScale; // of a triangle: 1 times the filter's scale
      double inverse = 1.0 / filterScale;
      for (int i = 0; i < n; i++) {
        double center = (start + i + 0.5) * scale;
        int min = Math.max((int) (center - support + 0.5), 0);
        int max = Math.min((int) (center + support + 0.5), inSize);
        double[] k = new double[max - min];
        double total = 0;
        for (int x = 0; x < k.length; x++) {
          k[x] = Math.max(0.0, 1.0 - Math.abs((x + min - center + 0.5) * inverse));
          total += k[x];
        }
        int[] fixed = new int[k.length];
        for (int x = 0; x < k.length; x++) {
          double share = total == 0 ? k[x] : k[x] / total;
          fixed[x] = (int) (0.5 + share * (1 << PRECISION_BITS)); // no weight is negative
        }
        weights.from[i] = min;
        weights.values[i] = fixed;
      }
      return weights;
    }
  }
}

package curtain.statistics;

import com.tdunning.math.stats.MergingDigest;
import com.tdunning.math.stats.ScaleFunction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Quantiles of numbers that are not kept: a t-digest (Dunning and Ertl 2019) whose centroids hold
 * equal shares, at most 0.25 % of the numbers each, so that the error of a rank is the same
 * everywhere. What it was made of in the same order gives the same bits. Immutable; between uses it
 * takes four to six kilobytes, as it lies in a file.
 */
public final class QuantileSketch {
  /** No number yet. */
  public static final QuantileSketch NONE = new QuantileSketch(new byte[0]);

  /** A centroid holds 2 / COMPRESSION of the numbers at most. */
  private static final int COMPRESSION = 800;

  /** Room for centroids, what the library wants at least. */
  private static final int SIZE = 2 * COMPRESSION + 10;

  /** Room for centroids and points that are merged, what the library wants at least. */
  private static final int BUFFER = 2 * SIZE;

  /** Points that {@link #plus(float[], int[])} takes. */
  private static final int MOST = 1000;

  /** What the library's small form needs besides 8 bytes for a centroid. */
  private static final int HEADER = 30;

  private final byte[] bytes;

  private QuantileSketch(byte[] bytes) {
    this.bytes = bytes;
  }

  /** From what {@link #bytes} gave. */
  public static QuantileSketch of(byte[] bytes) {
    return new QuantileSketch(bytes.clone());
  }

  /** As it is stored. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * With more numbers.
   *
   * @param points stand for the numbers, in ascending order; the first and last are the least and
   *     the largest
   * @param weights how many numbers each stands for; 1 at both ends
   * @throws IllegalArgumentException if a point is no number, there are more than 1,000, or the
   *     weights do not fit
   */
  public QuantileSketch plus(float[] points, int[] weights) {
    int last = points.length - 1;
    if (last < 0) {
      return this;
    }
    if (last >= MOST || points.length != weights.length || weights[0] != 1 || weights[last] != 1) {
      throw new IllegalArgumentException(
          weights.length + " weights do not fit " + points.length + " points");
    }
    // room for all of them: the library wants single numbers at both ends of what it merges at once
    MergingDigest digest = digest();
    for (int i = 0; i < points.length; i++) {
      digest.add(points[i], weights[i]);
    }
    return stored(digest);
  }

  /** Of the numbers of both. */
  public QuantileSketch plus(QuantileSketch other) {
    if (bytes.length == 0 || other.bytes.length == 0) {
      return bytes.length == 0 ? other : this;
    }
    MergingDigest digest = digest();
    digest.add(List.of(other.digest()));
    return stored(digest);
  }

  /**
   * The number below which the share q of the numbers lies.
   *
   * @param q from 0 to 1
   * @return NaN where there is no number
   */
  public double quantile(double q) {
    return digest().quantile(q);
  }

  /**
   * The share of the numbers that lies below x: what {@link #quantile} inverts.
   *
   * @return from 0 to 1; NaN where there is no number
   */
  public double share(double x) {
    return digest().cdf(x);
  }

  /** The library's form. */
  private MergingDigest digest() {
    MergingDigest digest =
        bytes.length == 0
            ? new MergingDigest(COMPRESSION, BUFFER, SIZE)
            : MergingDigest.fromBytes(ByteBuffer.wrap(bytes));
    digest.setScaleFunction(ScaleFunction.K_0);
    return digest;
  }

  private static QuantileSketch stored(MergingDigest digest) {
    // asking for the size would merge once more
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + 8 * SIZE);
    digest.asSmallBytes(buffer);
    return new QuantileSketch(Arrays.copyOf(buffer.array(), buffer.position()));
  }
}

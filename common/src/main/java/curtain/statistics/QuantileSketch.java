package curtain.statistics;

import com.tdunning.math.stats.MergingDigest;
import com.tdunning.math.stats.ScaleFunction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Approximate quantiles of numbers that are not kept: a t-digest (Dunning and Ertl 2019) whose
 * centroids hold equal shares, at most 0.25 % of the numbers each, so that the error of a rank is
 * the same everywhere. The same numbers in the same order give the same bits. Immutable; kept in
 * its serialized form, of four to six kilobytes.
 */
public final class QuantileSketch {
  /** The sketch of no number. */
  public static final QuantileSketch NONE = new QuantileSketch(new byte[0]);

  /** A centroid holds 2 / COMPRESSION of the numbers at most. */
  private static final int COMPRESSION = 800;

  /** Capacity for centroids, the least that the library accepts. */
  private static final int SIZE = 2 * COMPRESSION + 10;

  /** Capacity for centroids and the points merged into them, the least that the library accepts. */
  private static final int BUFFER = 2 * SIZE;

  /** The most points that {@link #plus(float[], int[])} takes. */
  private static final int MOST = 1000;

  /** Bytes of the library's small form besides the 8 of each centroid. */
  private static final int HEADER = 30;

  private final byte[] bytes;

  private QuantileSketch(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The sketch of these {@link #bytes}. */
  public static QuantileSketch of(byte[] bytes) {
    return new QuantileSketch(bytes.clone());
  }

  /** The serialized form, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The sketch with more numbers, given as weighted points.
   *
   * @param points in ascending order, at most 1,000; the first and the last are the least and the
   *     largest of the numbers
   * @param weights how many numbers each point stands for; 1 at both ends
   * @throws IllegalArgumentException if a point is NaN, there are more than 1,000, or the weights
   *     do not fit
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
    // all points in one merge: the library wants weight 1 at both ends of what it merges at once
    MergingDigest digest = digest();
    for (int i = 0; i < points.length; i++) {
      digest.add(points[i], weights[i]);
    }
    return stored(digest);
  }

  /** The sketch of the numbers of both. */
  public QuantileSketch plus(QuantileSketch other) {
    if (bytes.length == 0 || other.bytes.length == 0) {
      return bytes.length == 0 ? other : this;
    }
    MergingDigest digest = digest();
    digest.add(List.of(other.digest()));
    return stored(digest);
  }

  /**
   * The approximate quantile: the number below which the share q of the numbers lies.
   *
   * @param q from 0 to 1
   * @return the quantile, or NaN where there is no number
   */
  public double quantile(double q) {
    return digest().quantile(q);
  }

  /**
   * The approximate share of the numbers that lies below x, the inverse of {@link #quantile}.
   *
   * @return from 0 to 1, or NaN where there is no number
   */
  public double share(double x) {
    return digest().cdf(x);
  }

  /** The sketch as the library's mutable digest. */
  private MergingDigest digest() {
    MergingDigest digest =
        bytes.length == 0
            ? new MergingDigest(COMPRESSION, BUFFER, SIZE)
            : MergingDigest.fromBytes(ByteBuffer.wrap(bytes));
    digest.setScaleFunction(ScaleFunction.K_0);
    return digest;
  }

  private static QuantileSketch stored(MergingDigest digest) {
    // the buffer has the largest size, since asking the digest for its own would merge once more
    ByteBuffer buffer = ByteBuffer.allocate(HEADER + 8 * SIZE);
    digest.asSmallBytes(buffer);
    return new QuantileSketch(Arrays.copyOf(buffer.array(), buffer.position()));
  }
}

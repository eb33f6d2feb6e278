package curtain.pullback;

import java.util.List;
import java.util.Optional;

/** What {@link PullbackKernel} computes for one image. Arrays are not copied, in or out. */
public final class ImagePullbacks {
  /** The reason given for an image whose result holds an infinity or a NaN. */
  public static final String NOT_FINITE = "the network's logit, pullback or gradient is not finite";

  private final float[] logits;
  private final int[] targets;
  private final float[][][] pullbacks;
  private final float[][] gradients;
  private final List<byte[]> signs;
  private final List<byte[]> selections;
  private final Lengths lengths;

  /**
   * Keeps the arrays, of which no lengths were measured.
   *
   * @param logits (C)
   * @param targets classes, (K)
   * @param pullbacks (M, K, 3 H W)
   * @param gradients (K, 3 H W), or of length 0 where they were not asked for
   * @param signs as {@link #signs} gives them
   * @param selections as {@link #selections} gives them
   */
  public ImagePullbacks(
      float[] logits,
      int[] targets,
      float[][][] pullbacks,
      float[][] gradients,
      List<byte[]> signs,
      List<byte[]> selections) {
    this(logits, targets, pullbacks, gradients, signs, selections, null);
  }

  /**
   * Keeps the arrays.
   *
   * @param logits (C)
   * @param targets classes, (K)
   * @param pullbacks (M, K, 3 H W)
   * @param gradients (K, 3 H W), or of length 0 where they were not asked for
   * @param signs as {@link #signs} gives them
   * @param selections as {@link #selections} gives them
   * @param lengths as {@link #lengths} gives them
   */
  ImagePullbacks(
      float[] logits,
      int[] targets,
      float[][][] pullbacks,
      float[][] gradients,
      List<byte[]> signs,
      List<byte[]> selections,
      Lengths lengths) {
    this.logits = logits;
    this.targets = targets;
    this.pullbacks = pullbacks;
    this.gradients = gradients;
    this.signs = List.copyOf(signs);
    this.selections = List.copyOf(selections);
    this.lengths = lengths;
  }

  /** All logits, (C). */
  public float[] logits() {
    return logits;
  }

  /** The target classes, (K). */
  public int[] targets() {
    return targets;
  }

  /**
   * The pullback at the m-th temperature of the k-th target, (3, H, W) row-major, per unit of x.
   */
  public float[] pullback(int m, int k) {
    return pullbacks[m][k];
  }

  /** M, the number of temperatures. */
  public int temperatures() {
    return pullbacks.length;
  }

  float[][] pullbacksAt(int m) {
    return pullbacks[m];
  }

  float[][] gradients() {
    return gradients;
  }

  /** Whether gradients were asked for. */
  public boolean hasGradients() {
    return gradients.length > 0;
  }

  /**
   * The vanilla gradient of the k-th target, (3, H, W) row-major, per unit of x.
   *
   * @throws IndexOutOfBoundsException unless gradients were asked for
   */
  public float[] gradient(int k) {
    return gradients[k];
  }

  /**
   * The hard gates 1[z &gt; 0] of every ReLU call, one bit a gate, lowest bit first, in C, H, W
   * order; empty unless decisions were asked for.
   */
  public List<byte[]> signs() {
    return signs;
  }

  /**
   * The element h W + w that every window of every max-pool call selects, little-endian int32 in C,
   * H, W order; empty unless decisions were asked for.
   */
  public List<byte[]> selections() {
    return selections;
  }

  /**
   * What was measured of pullbacks and gradients before they were rounded; empty where they were
   * not, unless {@link Extra#HALVES} was asked for.
   */
  public Optional<Lengths> lengths() {
    return Optional.ofNullable(lengths);
  }

  /**
   * Whether the logits and pullbacks of all targets are finite, and their gradients if any, before
   * they were rounded.
   */
  public boolean isFinite() {
    for (int k = 0; k < targets.length; k++) {
      if (!Float.isFinite(logits[targets[k]])) {
        return false;
      }
      if (!(lengths == null ? valuesFinite(k) : lengths.isFinite(k))) {
        return false;
      }
    }
    return true;
  }

  private boolean valuesFinite(int k) {
    boolean finite = !hasGradients() || isFinite(gradients[k]);
    for (float[][] pullback : pullbacks) {
      finite = finite && isFinite(pullback[k]);
    }
    return finite;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** The softmax of the logits at this class, computed in double precision. */
  public double probability(int target) {
    return Softmax.probability(logits, target);
  }
}

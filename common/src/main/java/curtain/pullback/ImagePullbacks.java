package curtain.pullback;

import java.util.List;

/** What {@link PullbackKernel} computes for one image. Arrays are this object's own. */
public final class ImagePullbacks {
  /** Why a result with an infinity or a NaN among its numbers is not kept. */
  public static final String NOT_FINITE = "the network's logit, pullback or gradient is not finite";

  private final float[] logits;
  private final int[] targets;
  private final float[][][] pullbacks;
  private final float[][] gradients;
  private final List<byte[]> signs;
  private final List<byte[]> selections;

  public ImagePullbacks(
      float[] logits,
      int[] targets,
      float[][][] pullbacks,
      float[][] gradients,
      List<byte[]> signs,
      List<byte[]> selections) {
    this.logits = logits;
    this.targets = targets;
    this.pullbacks = pullbacks;
    this.gradients = gradients;
    this.signs = List.copyOf(signs);
    this.selections = List.copyOf(selections);
  }

  /** All logits, (C). */
  public float[] logits() {
    return logits;
  }

  /** The targets, (K). */
  public int[] targets() {
    return targets;
  }

  /** The pullback (3, H, W) for temperature m and target k, by their positions. */
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

  /** The vanilla gradient (3, H, W) of target k, by its position. */
  public float[] gradient(int k) {
    return gradients[k];
  }

  /**
   * For every ReLU call whether z &gt; 0, one bit a gate, lowest bit first, in C, H, W order; empty
   * unless decisions were asked for.
   */
  public List<byte[]> signs() {
    return signs;
  }

  /**
   * For every max-pool call the selected element h W + w of every window, little-endian int32 in C,
   * H, W order; empty unless decisions were asked for.
   */
  public List<byte[]> selections() {
    return selections;
  }

  /** Whether no target's logit, gradient or pullback has an infinity or a NaN. */
  public boolean isFinite() {
    for (int k = 0; k < targets.length; k++) {
      boolean finite = Float.isFinite(logits[targets[k]]) && isFinite(gradients[k]);
      for (float[][] pullback : pullbacks) {
        finite = finite && isFinite(pullback[k]);
      }
      if (!finite) {
        return false;
      }
    }
    return true;
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

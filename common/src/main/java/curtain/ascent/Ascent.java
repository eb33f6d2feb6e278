package curtain.ascent;

import java.util.List;

/** One walk of {@link AscentKernel}, from one image towards one target. Arrays are not copied. */
public final class Ascent {
  private final int target;
  private final float[] original;
  private final float[] logits;
  private final List<float[]> points;
  private final boolean finite;

  Ascent(int target, float[] original, float[] logits, List<float[]> points, boolean finite) {
    this.target = target;
    this.original = original;
    this.logits = logits;
    this.points = List.copyOf(points);
    this.finite = finite;
  }

  /** The class whose logit the walk raises; of a program of neurons the channel. */
  public int target() {
    return target;
  }

  /** The image itself, (3, H, W) row-major in [-1, 1]. */
  public float[] original() {
    return original;
  }

  /** The target's logit at the original and after every step, (steps + 1). */
  public float[] logits() {
    return logits;
  }

  /** The last point, (3, H, W) row-major in [-1, 1]. */
  public float[] last() {
    return points.get(points.size() - 1);
  }

  /**
   * The original and the point after every step with {@code keepSteps}; else the last point only.
   */
  public List<float[]> points() {
    return points;
  }

  /** Whether every logit and every direction was finite; a direction that is not ends the walk. */
  public boolean isFinite() {
    return finite;
  }
}

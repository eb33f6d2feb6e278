package curtain.ascent;

import java.util.List;

/**
 * One walk of {@link AscentKernel}: of one image, towards one target. Arrays are this object's own.
 */
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

  /** The class whose logit the walk raises. */
  public int target() {
    return target;
  }

  /** The image itself, (3, H, W) in [-1, 1]. */
  public float[] original() {
    return original;
  }

  /** The target's logit at the original and after every step, (steps + 1). */
  public float[] logits() {
    return logits;
  }

  /** The last point, (3, H, W) in [-1, 1]. */
  public float[] last() {
    return points.get(points.size() - 1);
  }

  /** With {@code keepSteps} the original and the point after every step; else the last alone. */
  public List<float[]> points() {
    return points;
  }

  /** Whether every logit and every direction was a finite number; if not, the walk broke off. */
  public boolean isFinite() {
    return finite;
  }
}

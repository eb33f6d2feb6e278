package curtain.ascent;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * The sizes of a projected gradient ascent, and one step of it [paper, section 6.1; spec 5].
 *
 * @param steps number of steps, at least 1
 * @param alpha L2 norm of a step, above 0
 * @param eps radius of the L2 ball around the original, above 0
 * @param keepSteps whether every point is kept, not only the last
 */
public record AscentOptions(int steps, double alpha, double eps, boolean keepSteps)
    implements Serializable {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the quantity that is out of range
   */
  public AscentOptions {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, not " + steps);
    }
    if (!(alpha > 0 && Double.isFinite(alpha))) {
      throw new IllegalArgumentException("alpha must be above 0, not " + alpha);
    }
    if (!(eps > 0 && Double.isFinite(eps))) {
      throw new IllegalArgumentException("eps must be above 0, not " + eps);
    }
  }

  /**
   * The point after x: y = x + alpha v/|v|, then x0 + (y - x0) min(1, eps/|y - x0|), then each
   * coordinate clipped to [-1, 1]. The clip keeps the point in the ball, since x0 lies in the box.
   * Computed in double precision and rounded to float32 once: a sum of 150,528 squares (3 x 224 x
   * 224) would lose digits in float32, and the step takes next to no time beside the network.
   *
   * @param x the current point, in [-1, 1]
   * @param original x0, the centre of the ball
   * @param direction v, read from index 0 on
   * @return x itself where v is zero; null where v has an infinity or a NaN
   */
  float[] step(float[] x, float[] original, FloatBuffer direction) {
    double norm = 0;
    for (int i = 0; i < x.length; i++) {
      double v = direction.get(i);
      norm += v * v;
    }
    if (!Double.isFinite(norm)) {
      return null;
    }
    if (norm == 0) {
      return x;
    }
    double scale = alpha / Math.sqrt(norm);
    double[] difference = new double[x.length];
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      difference[i] = x[i] + scale * direction.get(i) - original[i];
      distance += difference[i] * difference[i];
    }
    double shrink = Math.min(1, eps / Math.sqrt(distance));
    float[] next = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      next[i] = (float) Math.max(-1, Math.min(1, original[i] + shrink * difference[i]));
    }
    return next;
  }
}

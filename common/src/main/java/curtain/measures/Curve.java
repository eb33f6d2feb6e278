package curtain.measures;

/**
 * The curves of insertion and deletion (Petsiuk, Das and Saenko 2018; spec 6): a target's
 * probability while pixels are shown, or blurred, in the order of their rank, round(k H W/32) of
 * them after step k = 0..32.
 */
public final class Curve {
  /** The number of steps from no pixel to all of them; a curve has one more point. */
  public static final int STEPS = 32;

  private Curve() {}

  /**
   * The number of pixels that have been shown, or blurred, after a step.
   *
   * @param step k
   * @param all H W
   */
  public static int pixels(int step, int all) {
    return (int) Math.round((double) step * all / STEPS);
  }

  /** The area below heights at equal distances from 0 to 1, by the trapezoid rule; two or more. */
  public static double area(double... heights) {
    double sum = (heights[0] + heights[heights.length - 1]) / 2;
    for (int i = 1; i < heights.length - 1; i++) {
      sum += heights[i];
    }
    return sum / (heights.length - 1);
  }
}

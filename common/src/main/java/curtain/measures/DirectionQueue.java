package curtain.measures;

import java.util.List;
import java.util.function.Consumer;

/**
 * Computes the directions of points in micro-batches: pullbacks and gradient from one pass,
 * smoothgrad and integrated gradients each from the gradients at several points. A point's
 * directions are handed over together, when the last of them is known.
 */
final class DirectionQueue {
  private final PointQueue pullbacks;
  private final PointQueue gradients;
  private final List<Attribution> attributions;
  private final int temperatures;
  private final int side;
  private final long seed;

  /**
   * Begins with no point.
   *
   * @param pullbacks asks a program for pullbacks at all temperatures and for gradients
   * @param gradients asks the same program for gradients only
   * @param attributions the directions, pullback and gradient first
   * @param temperatures M, the number of temperatures
   * @param side H
   * @param seed of the draws
   */
  DirectionQueue(
      PointQueue pullbacks,
      PointQueue gradients,
      List<Attribution> attributions,
      int temperatures,
      int side,
      long seed) {
    this.pullbacks = pullbacks;
    this.gradients = gradients;
    this.attributions = attributions;
    this.temperatures = temperatures;
    this.side = side;
    this.seed = seed;
  }

  /** The directions of a point, some of which are still to be computed. */
  private static final class Pending {
    private final float[][] directions;
    private final Consumer<float[][]> to;
    private int missing;

    Pending(float[][] directions, int passes, Consumer<float[][]> to) {
      this.directions = directions;
      this.missing = passes;
      this.to = to;
    }

    void came() {
      if (--missing == 0) {
        to.accept(directions);
      }
    }
  }

  /**
   * Asks for a point's directions: the pullback at every temperature, then the others in order.
   *
   * @param point x, (3, H, W)
   * @param target class
   * @param id of the image that the point is, or was made from
   * @param to takes the directions, (M - 1 + number of attributions, 3 H W)
   */
  void add(float[] point, int target, String id, Consumer<float[][]> to) {
    float[][] directions = new float[temperatures + attributions.size() - 1][];
    int passes = 1 + attributions.stream().mapToInt(Attribution::passes).sum();
    Pending pending = new Pending(directions, passes, to);
    pullbacks.add(
        point,
        target,
        (logits, found) -> {
          System.arraycopy(found, 0, directions, 0, found.length);
          pending.came();
        });
    for (int i = 0; i < attributions.size(); i++) {
      int at = temperatures - 1 + i;
      switch (attributions.get(i)) {
        case PULLBACK, GRADIENT -> {
          // from the pass above
        }
        case SMOOTHGRAD -> smooth(point, target, id, pending, at);
        case INTEGRATED_GRADIENTS -> integrate(point, target, pending, at);
      }
    }
  }

  /** Runs what is left, in batches that need not be full. */
  void flush() {
    pullbacks.flush();
    gradients.flush();
  }

  private void smooth(float[] point, int target, String id, Pending pending, int at) {
    double[] sum = new double[point.length];
    for (int r = 0; r < Attribution.DRAWS; r++) {
      boolean last = r == Attribution.DRAWS - 1;
      float[] noisy =
          Draws.around(point, Attribution.DRAW_DEVIATION, seed + "/" + id + "/smoothgrad/" + r);
      gradients.add(
          noisy,
          target,
          (logits, found) -> {
            add(sum, found[0]);
            if (last) {
              pending.directions[at] = mean(sum, Attribution.DRAWS, null, null);
            }
            pending.came();
          });
    }
  }

  private void integrate(float[] point, int target, Pending pending, int at) {
    float[] blurred = Blur.of(point, side);
    double[] sum = new double[point.length];
    for (int s = 0; s < Attribution.POINTS; s++) {
      boolean last = s == Attribution.POINTS - 1;
      gradients.add(
          between(blurred, point, (s + 0.5) / Attribution.POINTS),
          target,
          (logits, found) -> {
            add(sum, found[0]);
            if (last) {
              pending.directions[at] = mean(sum, Attribution.POINTS, point, blurred);
            }
            pending.came();
          });
    }
  }

  private static float[] between(float[] from, float[] to, double share) {
    float[] between = new float[to.length];
    for (int i = 0; i < between.length; i++) {
      between[i] = (float) (from[i] + share * ((double) to[i] - from[i]));
    }
    return between;
  }

  private static void add(double[] sum, float[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
  }

  /** sum/count, times {@code to - from} where these two are not null. */
  private static float[] mean(double[] sum, int count, float[] to, float[] from) {
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      double factor = to == null ? 1 : (double) to[i] - from[i];
      mean[i] = (float) (sum[i] / count * factor);
    }
    return mean;
  }
}

package curtain.calibration;

import java.util.Arrays;

/** The median of measurements. */
public final class Median {
  private Median() {}

  /** The median of one value or more; of an even number of values the mean of the middle two. */
  public static double of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

package curtain.measures;

import java.util.Arrays;

/**
 * The Gini index of n magnitudes [spec 6]: 0 where all are equal, (n - 1)/n where only one is not
 * 0.
 */
public final class Gini {
  private Gini() {}

  /**
   * The index sum_i (2 i - n - 1) a_i / (n sum_i a_i) of a = |v| in ascending order, i from 1, in
   * double precision.
   *
   * @return the index, or NaN where all values are 0
   */
  public static double of(float[] v) {
    float[] sorted = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      sorted[i] = Math.abs(v[i]);
    }
    Arrays.sort(sorted);
    double weighted = 0;
    double sum = 0;
    for (int i = 0; i < sorted.length; i++) {
      weighted += (2.0 * i + 1 - sorted.length) * sorted[i];
      sum += sorted[i];
    }
    return weighted / (sorted.length * sum);
  }
}

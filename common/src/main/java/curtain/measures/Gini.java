package curtain.measures;

import java.util.Arrays;

/**
 * Gini index of magnitudes, how unequal they are: 0 where all are the same, (n - 1)/n where one
 * alone is not 0.
 */
public final class Gini {
  private Gini() {}

  /**
   * sum_i (2 i - n - 1) a_i / (n sum_i a_i) for a = |v| in ascending order, i from 1; in double
   * precision.
   *
   * @return NaN where all are 0
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

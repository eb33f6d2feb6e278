package curtain.scores;

import java.util.Locale;

/**
 * The logits of images.
 *
 * @param values by position and class, (n, C)
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Logits(float[][] values) {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException where two images differ in the number of logits, or have none
   */
  public Logits {
    for (float[] row : values) {
      if (row.length != values[0].length || row.length == 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "images have %d and %d logits", values[0].length, row.length));
      }
    }
  }

  /** C, the number of classes. */
  int classes() {
    return values[0].length;
  }

  /** The index of an image's largest logit, the first of equal ones. */
  int argmax(int position) {
    float[] row = values[position];
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      if (row[c] > row[best]) {
        best = c;
      }
    }
    return best;
  }

  /** The centred logit kernel: inner products of the logits less their means over images. */
  CentredPairs centred() {
    int n = values.length;
    double[] means = new double[classes()];
    double trace = 0;
    for (float[] row : values) {
      for (int c = 0; c < row.length; c++) {
        means[c] += row[c] / (double) n;
        trace += (double) row[c] * row[c];
      }
    }
    double[][] centred = new double[n][means.length];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < means.length; c++) {
        centred[i][c] = values[i][c] - means[c];
      }
    }
    return new CentredPairs(trace, (i, j) -> dot(centred[i], centred[j]));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < a.length; c++) {
      sum += a[c] * b[c];
    }
    return sum;
  }
}

package curtain.scores;

/**
 * Normalised kernels k(x, x') = K(x, x')/sqrt(K(x, x) K(x', x')) of one block, from what a Gram
 * matrix stores (spec 3). Where K(x, x) is 0 the image has no features, and k is 0. Arrays are
 * (rows, cols), row-major; diagonals are those of the block's rows and columns.
 */
public final class Normalised {
  private Normalised() {}

  /**
   * Normalises a kernel given by logarithms: sign exp(log|K(x, x')| - (log K(x, x) + log K(x',
   * x'))/2).
   *
   * @param logs log|K|, -Infinity where K is 0
   * @param signs signs of K: -1, 0, 1
   * @param rows log K(x, x) of the rows
   * @param cols log K(x', x') of the columns
   */
  public static double[] ofLogs(double[] logs, byte[] signs, double[] rows, double[] cols) {
    double[] values = new double[logs.length];
    for (int i = 0, at = 0; i < rows.length; i++) {
      for (int j = 0; j < cols.length; j++, at++) {
        boolean none =
            signs[at] == 0
                || logs[at] == Double.NEGATIVE_INFINITY
                || rows[i] == Double.NEGATIVE_INFINITY
                || cols[j] == Double.NEGATIVE_INFINITY;
        values[at] = none ? 0 : signs[at] * Math.exp(logs[at] - (rows[i] + cols[j]) / 2);
      }
    }
    return values;
  }

  /**
   * Normalises inner products: &lt;a(x), a(x')&gt;/sqrt(&lt;a(x), a(x)&gt; &lt;a(x'), a(x')&gt;),
   * a(x) the pixels, features or gates of x.
   *
   * @param products &lt;a(x), a(x')&gt;
   * @param rows &lt;a(x), a(x)&gt; of the rows
   * @param cols &lt;a(x'), a(x')&gt; of the columns
   */
  public static double[] ofProducts(double[] products, double[] rows, double[] cols) {
    double[] values = new double[products.length];
    for (int i = 0, at = 0; i < rows.length; i++) {
      for (int j = 0; j < cols.length; j++, at++) {
        double scale = Math.sqrt(rows[i]) * Math.sqrt(cols[j]);
        values[at] = scale > 0 ? products[at] / scale : 0;
      }
    }
    return values;
  }

  /**
   * Computes the tempered kernel k0 exp(p sum_l (k_l - 1)), positive semi-definite for every p
   * above 0 (spec 3).
   *
   * @param input k0, or null for 1
   * @param sums sum_l k_l
   * @param layers number of layers in the sum
   * @param p the exponent's factor, above 0
   */
  public static double[] tempered(double[] input, double[] sums, int layers, double p) {
    double[] values = new double[sums.length];
    for (int at = 0; at < sums.length; at++) {
      values[at] = (input == null ? 1 : input[at]) * Math.exp(p * (sums[at] - layers));
    }
    return values;
  }
}

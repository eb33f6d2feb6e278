package curtain.statistics;

/**
 * Pearson's correlation of two networks' gates over all paths [paper, Eq. 12 and 13; spec 4].
 *
 * <p>A path takes one gate of each layer, or the constant coordinate 1 that each layer carries. So
 * the products of gates along paths are a tensor of rank one, and means over paths are products
 * over layers: for gate vectors a and b with d_l entries in layer l,
 *
 * <pre>
 * u(a, b) = sum_l log((&lt;a_l, b_l&gt; + 1)/(d_l + 1))
 * r(a, b) = expm1(u(a, b) - u(a, 1) - u(b, 1))
 *           / sqrt(expm1(u(a, a) - 2 u(a, 1)) expm1(u(b, b) - 2 u(b, 1)))
 * </pre>
 */
public final class PathCorrelation {
  private PathCorrelation() {}

  /**
   * The logarithm u(a, b) of the mean over all paths.
   *
   * @param products &lt;a_l, b_l&gt; of every layer
   * @param sizes d_l
   */
  public static double logMean(double[] products, int[] sizes) {
    double sum = 0;
    for (int l = 0; l < sizes.length; l++) {
      sum += Math.log((products[l] + 1) / (sizes[l] + 1.0));
    }
    return sum;
  }

  /**
   * The correlation r(a, b), computed through logarithms: expm1 overflows from a few hundred layers
   * on.
   *
   * @param ab u(a, b)
   * @param a u(a, 1)
   * @param b u(b, 1)
   * @param aa u(a, a)
   * @param bb u(b, b)
   * @return within [-1, 1], or NaN where a variance over paths is 0
   */
  public static double pearson(double ab, double a, double b, double aa, double bb) {
    double common = ab - a - b;
    double ownA = aa - 2 * a;
    double ownB = bb - 2 * b;
    if (!(ownA > 0 && ownB > 0)) {
      return Double.NaN;
    }
    double size = Math.exp(logExpm1(common) - logExpm1(ownA) / 2 - logExpm1(ownB) / 2);
    return Math.signum(common) * Math.min(1, size);
  }

  /** The logarithm log |exp(e) - 1|, without overflow for large e. */
  private static double logExpm1(double e) {
    return e > 1 ? e + Math.log1p(-Math.exp(-e)) : Math.log(Math.abs(Math.expm1(e)));
  }
}

package curtain.statistics;

/**
 * Pearson's correlation of pairs (x, y), from sums that merge without cancellation (Chan, Golub and
 * LeVeque 1979, for two variables).
 *
 * @param x moments of the first numbers
 * @param y moments of the second numbers, with the same count
 * @param products sum of (x - mean x)(y - mean y)
 */
public record Correlation(Moments x, Moments y, double products) {
  /** The correlation of no pair. */
  public static final Correlation NONE = new Correlation(Moments.NONE, Moments.NONE, 0);

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException where the two differ
   */
  public Correlation {
    if (x.count() != y.count()) {
      throw new IllegalArgumentException(x.count() + " numbers for " + y.count());
    }
  }

  /** The correlation with one more pair. */
  public Correlation plus(double first, double second) {
    return plus(new Correlation(new Moments(1, first, 0), new Moments(1, second, 0), 0));
  }

  /** The correlation of the pairs of both. */
  public Correlation plus(Correlation other) {
    // the same operations as in Moments: equal numbers have equal squares and products
    double share = (double) other.count() / Math.max(1, count() + other.count());
    double stepX = other.x.mean() - x.mean();
    double stepY = other.y.mean() - y.mean();
    return new Correlation(
        x.plus(other.x),
        y.plus(other.y),
        products + other.products + stepX * stepY * share * count());
  }

  /** The number of pairs. */
  public long count() {
    return x.count();
  }

  /** Pearson's coefficient, within [-1, 1]; null where one of the variances is 0. */
  public Double pearson() {
    double scale = Math.sqrt(x.squares() * y.squares());
    return scale > 0 ? Math.max(-1, Math.min(1, products / scale)) : null;
  }
}

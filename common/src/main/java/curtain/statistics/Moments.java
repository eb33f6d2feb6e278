package curtain.statistics;

/**
 * Count, mean and spread of numbers, merged without cancellation (Chan, Golub and LeVeque 1979).
 *
 * @param count n
 * @param mean 0 where n is 0
 * @param squares sum of (x - mean)^2
 */
public record Moments(long count, double mean, double squares) {
  /** Half the width of a mean's 95 % interval, in standard errors. */
  public static final double HALF_INTERVAL = 1.96;

  /** The moments of no number. */
  public static final Moments NONE = new Moments(0, 0, 0);

  /**
   * Checks the count.
   *
   * @throws IllegalArgumentException where it is negative
   */
  public Moments {
    if (count < 0) {
      throw new IllegalArgumentException("count " + count);
    }
  }

  /** Moments from what a table holds: count, mean, and standard deviation with divisor n. */
  public static Moments of(long count, double mean, double deviation) {
    return count == 0 ? NONE : new Moments(count, mean, deviation * deviation * count);
  }

  /** The moments with one more number. */
  public Moments plus(double x) {
    return plus(new Moments(1, x, 0));
  }

  /** The moments of the numbers of both. */
  public Moments plus(Moments other) {
    if (count == 0 || other.count == 0) {
      return count == 0 ? other : this;
    }
    long n = count + other.count;
    double step = other.mean - mean;
    double share = (double) other.count / n;
    return new Moments(
        n, mean + step * share, squares + other.squares + step * step * share * count);
  }

  /** The standard deviation sqrt(squares/n); 0 where there is no number. */
  public double deviation() {
    return count == 0 ? 0 : Math.sqrt(squares / count);
  }

  /** The standard error of the mean, sqrt(squares/((n - 1) n)); NaN for fewer than two numbers. */
  public double standardError() {
    return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1) / count);
  }
}

package curtain.jobs.stability;

import curtain.statistics.Moments;

/**
 * A mean over images at a checkpoint, as a table holds it.
 *
 * @param mean null where there is no number
 * @param std null where there is no number
 */
record MeanAt(String checkpoint, Double mean, Double std) {
  /** A mean as a table holds it: null where there is no number. */
  static Double mean(Moments moments) {
    return moments.count() == 0 ? null : moments.mean();
  }

  /** A standard deviation as a table holds it: null where there is no number. */
  static Double deviation(Moments moments) {
    return moments.count() == 0 ? null : moments.deviation();
  }

  /** What a table holds. */
  static Moments moments(long count, Double mean, Double deviation) {
    return count == 0 ? Moments.NONE : Moments.of(count, mean, deviation);
  }
}

package curtain.jobs.stability;

import curtain.statistics.Moments;

/**
 * Mean and standard deviation over images at a checkpoint.
 *
 * @param checkpoint file name of the checkpoint
 * @param mean mean, or null where there is no value
 * @param std standard deviation with divisor n, or null where there is no value
 */
record MeanAt(String checkpoint, Double mean, Double std) {
  /** The mean, or null where there is no value. */
  static Double mean(Moments moments) {
    return moments.count() == 0 ? null : moments.mean();
  }

  /** The standard deviation with divisor n, or null where there is no value. */
  static Double deviation(Moments moments) {
    return moments.count() == 0 ? null : moments.deviation();
  }

  /** The moments with this count, mean and standard deviation, so that rows merge. */
  static Moments moments(long count, Double mean, Double deviation) {
    return count == 0 ? Moments.NONE : Moments.of(count, mean, deviation);
  }
}

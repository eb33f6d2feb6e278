package curtain.jobs.shards;

import org.apache.spark.util.AccumulatorV2;

/**
 * The rate of a task, per second, to a tenth; of several tasks together the number that they did by
 * the sum of their times, which is the mean rate of a task.
 */
final class RateAccumulator extends AccumulatorV2<RateAccumulator.Done, Double> {
  private static final long serialVersionUID = 1;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double TENTHS = 10;

  /**
   * What a task did.
   *
   * @param count number of images, or units
   * @param nanos time that it took
   */
  record Done(long count, long nanos) {}

  private long count;
  private long nanos;

  @Override
  public boolean isZero() {
    return count == 0 && nanos == 0;
  }

  @Override
  public AccumulatorV2<Done, Double> copy() {
    RateAccumulator copy = new RateAccumulator();
    copy.count = count;
    copy.nanos = nanos;
    return copy;
  }

  @Override
  public void reset() {
    count = 0;
    nanos = 0;
  }

  @Override
  public void add(Done done) {
    count += done.count();
    nanos += done.nanos();
  }

  @Override
  public void merge(AccumulatorV2<Done, Double> other) {
    RateAccumulator rate = (RateAccumulator) other;
    count += rate.count;
    nanos += rate.nanos;
  }

  @Override
  public Double value() {
    return nanos == 0 ? 0 : Math.round(TENTHS * NANOS_PER_SECOND * count / nanos) / TENTHS;
  }
}

package curtain.jobs.shards;

import java.util.concurrent.TimeUnit;
import org.apache.spark.util.AccumulatorV2;

/** A sum of nanoseconds that Spark shows as seconds, to the millisecond. */
final class SecondsAccumulator extends AccumulatorV2<Long, Double> {
  private static final long serialVersionUID = 1;
  private static final double MILLIS_PER_SECOND = 1000;

  private long nanos;

  @Override
  public boolean isZero() {
    return nanos == 0;
  }

  @Override
  public AccumulatorV2<Long, Double> copy() {
    SecondsAccumulator copy = new SecondsAccumulator();
    copy.nanos = nanos;
    return copy;
  }

  @Override
  public void reset() {
    nanos = 0;
  }

  @Override
  public void add(Long more) {
    nanos += more;
  }

  @Override
  public void merge(AccumulatorV2<Long, Double> other) {
    nanos += ((SecondsAccumulator) other).nanos;
  }

  @Override
  public Double value() {
    return TimeUnit.NANOSECONDS.toMillis(nanos) / MILLIS_PER_SECOND;
  }
}

package curtain.jobs.shards;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;

/** What the tasks of this process have done since it began, in Dropwizard's terms. */
final class ProcessTotals {
  private static final Meter IMAGES = new Meter();
  private static final Counter ERRORS = new Counter();
  private static final Counter DECODE = new Counter();
  private static final Counter WAIT = new Counter();
  private static final Counter DEVICE = new Counter();
  private static final Counter WRITE = new Counter();
  private static final double NANOS_PER_SECOND = 1e9;

  private ProcessTotals() {}

  /** Adds what a task has done. */
  static void add(long done, long failed, TaskTimes.Spent spent) {
    IMAGES.mark(done + failed);
    ERRORS.inc(failed);
    DECODE.inc(spent.decode());
    WAIT.inc(spent.waiting());
    DEVICE.inc(spent.device());
    WRITE.inc(spent.write());
  }

  /** Registers all, under names that begin with {@code executor}. */
  static void register(MetricRegistry registry) {
    registry.register("executor.images", IMAGES);
    registry.register("executor.errors", ERRORS);
    registry.register("executor.decode_seconds", seconds(DECODE));
    registry.register("executor.wait_seconds", seconds(WAIT));
    registry.register("executor.device_seconds", seconds(DEVICE));
    registry.register("executor.write_seconds", seconds(WRITE));
  }

  private static Gauge<Double> seconds(Counter nanos) {
    return () -> nanos.getCount() / NANOS_PER_SECOND;
  }
}

package curtain.jobs.shards;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkConf;

/**
 * How many tasks run at once on a cluster that assigns GPUs to them: as many as executors have GPUs
 * for, which may be fewer than their cores allow.
 *
 * @param ofExecutor tasks that the GPUs of one executor serve at once
 * @param executors number of executors that Spark's settings promise, at least 1
 * @param dynamic whether executors come only when tasks wait for them
 * @param patience how long is waited for the first executor, milliseconds
 */
record GpuSlots(int ofExecutor, int executors, boolean dynamic, long patience) {
  private static final String AMOUNT = "spark.task.resource.gpu.amount";
  private static final long STEP = 50;

  /** For how long no further executor comes until those that are there count as all. */
  private static final long STEADY = 1000;

  /** Whether Spark's settings assign GPUs to tasks. */
  static boolean areAssigned(SparkConf conf) {
    return conf.getDouble(AMOUNT, 0) > 0;
  }

  /** As Spark's settings have it; those assign GPUs to tasks. */
  static GpuSlots of(SparkConf conf) {
    double task = conf.getDouble(AMOUNT, 0);
    int executor = conf.getInt("spark.executor.resource.gpu.amount", 1);
    // Spark gives a GPU to 1 / amount tasks, rounded down, or a task whole ones
    int slots = task < 1 ? executor * (int) Math.floor(1 / task) : (int) (executor / task);
    boolean dynamic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    int executors =
        dynamic
            ? conf.getInt(
                "spark.dynamicAllocation.maxExecutors",
                conf.getInt("spark.dynamicAllocation.initialExecutors", 1))
            : conf.getInt("spark.executor.instances", 1);
    return new GpuSlots(
        Math.max(1, slots),
        Math.max(1, executors),
        dynamic,
        conf.getTimeAsMs("spark.scheduler.maxRegisteredResourcesWaitingTime", "30s"));
  }

  /**
   * The number, when executors have registered: as many as are promised, and those that follow at
   * once. Where none comes in time, what the settings promise.
   *
   * @param registered the number of tasks that executors which are there would run at once
   */
  int await(IntSupplier registered) {
    int promised = ofExecutor * executors;
    if (dynamic) {
      return promised;
    }
    long begin = System.nanoTime();
    long changed = begin;
    int last = registered.getAsInt();
    while (!isSteady(last, changed) && millisSince(begin) < patience) {
      try {
        Thread.sleep(STEP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      int now = registered.getAsInt();
      if (now != last) {
        last = now;
        changed = System.nanoTime();
      }
    }
    return last > 0 ? last : promised;
  }

  private boolean isSteady(int now, long changed) {
    return now >= ofExecutor * executors && millisSince(changed) >= STEADY;
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}

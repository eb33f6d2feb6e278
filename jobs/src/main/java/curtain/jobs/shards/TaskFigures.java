package curtain.jobs.shards;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;
import scala.collection.JavaConverters;

/**
 * The figures of tasks that Spark shows for each task and each stage, as named accumulators: what
 * they did, and how long their threads spent with what, see {@link TaskTimes}. A task that is
 * repeated counts once.
 */
final class TaskFigures implements Serializable {
  private static final long serialVersionUID = 1;

  private final LongAccumulator results;
  private final LongAccumulator errors;
  private final RateAccumulator rate = new RateAccumulator();
  private final SecondsAccumulator decode = new SecondsAccumulator();
  private final SecondsAccumulator wait = new SecondsAccumulator();
  private final SecondsAccumulator device = new SecondsAccumulator();
  private final SecondsAccumulator write = new SecondsAccumulator();
  private final CollectionAccumulator<String> warnings;

  /**
   * Registers figures.
   *
   * @param plural name of what tasks count, in the plural
   */
  TaskFigures(SparkContext spark, String plural) {
    results = spark.longAccumulator(plural + " done");
    errors = spark.longAccumulator("errors");
    spark.register(rate, plural + "/s");
    spark.register(decode, "decode seconds");
    spark.register(wait, "wait seconds");
    spark.register(device, "device seconds");
    spark.register(write, "write seconds");
    warnings = spark.collectionAccumulator("warnings");
  }

  /** Adds what a task has done, in that task. */
  void add(long done, long failed, TaskTimes.Spent spent) {
    results.add(done);
    errors.add(failed);
    rate.add(new RateAccumulator.Done(done + failed, spent.elapsed()));
    decode.add(spent.decode());
    wait.add(spent.waiting());
    device.add(spent.device());
    write.add(spent.write());
    ProcessTotals.add(done, failed, spent);
  }

  /** Adds warnings, in a task. */
  void warn(List<String> said) {
    said.forEach(warnings::add);
  }

  /** Warnings of tasks that are done. */
  List<String> warnings() {
    return warnings.value();
  }

  /** Reads a task's warnings from the values that Spark brings to the driver while it runs. */
  List<?> warnings(scala.collection.Seq<AccumulableInfo> values) {
    return JavaConverters.seqAsJavaList(values).stream()
        .filter(value -> value.id() == warnings.id() && value.update().isDefined())
        .flatMap(value -> ((List<?>) value.update().get()).stream())
        .toList();
  }

  /** What all tasks did, once they are done. */
  RunTotals all() {
    return new RunTotals(
        results.value(),
        errors.value(),
        decode.value(),
        wait.value(),
        device.value(),
        write.value());
  }

  /** Reads what a task did from the values that Spark brings to the driver. */
  RunTotals of(scala.collection.Seq<AccumulableInfo> values) {
    List<AccumulableInfo> all = JavaConverters.seqAsJavaList(values);
    return new RunTotals(
        (long) value(results.id(), all),
        (long) value(errors.id(), all),
        value(decode.id(), all),
        value(wait.id(), all),
        value(device.id(), all),
        value(write.id(), all));
  }

  private static double value(long id, List<AccumulableInfo> values) {
    for (AccumulableInfo value : values) {
      if (value.id() == id && value.update().isDefined()) {
        return ((Number) value.update().get()).doubleValue();
      }
    }
    return 0;
  }
}

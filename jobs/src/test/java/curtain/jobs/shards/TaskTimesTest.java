package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.spark.util.AccumulatorV2;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The times of a task, and the accumulators that they go to. */
@Tag("fast")
class TaskTimesTest {
  private static final long SECOND = 1_000_000_000L;

  private static long ago(long seconds) {
    return System.nanoTime() - seconds * SECOND;
  }

  @Test
  void whatTheOwnThreadDoesBesidesIsNotTheDevices() {
    try (TaskTimes times = TaskTimes.begin()) {
      assertSame(times, TaskTimes.ofThisThread());
      times.beside(TaskTimes.Part.DECODE, ago(50)); // in another thread, meanwhile
      times.own(TaskTimes.Part.WAIT, ago(3));
      times.own(TaskTimes.Part.WRITE, ago(2));
      times.beside(TaskTimes.Part.WRITE, ago(20));
      TaskTimes.Spent first = times.lap();
      assertEquals(50, first.decode() / SECOND);
      assertEquals(3, first.waiting() / SECOND);
      assertEquals(22, first.write() / SECOND);
      assertEquals(-5, Math.floorDiv(first.device() - first.elapsed(), SECOND) + 1);
      times.own(TaskTimes.Part.WAIT, ago(1));
      TaskTimes.Spent second = times.lap();
      assertEquals(0, second.decode());
      assertEquals(1, second.waiting() / SECOND);
      assertTrue(second.elapsed() < SECOND, second.toString());
    }
    assertNotSame(TaskTimes.ofThisThread(), TaskTimes.ofThisThread());
  }

  @Test
  void accumulatorsMergeAndStartAtZero() {
    SecondsAccumulator one = new SecondsAccumulator();
    one.add(1_500_000_000L);
    SecondsAccumulator other = new SecondsAccumulator();
    other.add(250_999_999L);
    one.merge(other);
    assertEquals(1.75, one.value());
    AccumulatorV2<Long, Double> copy = one.copy();
    assertEquals(1.75, copy.value());
    assertTrue(one.copyAndReset().isZero());
    one.reset();
    assertTrue(one.isZero());
    assertEquals(1.75, copy.value(), "a copy is by itself");
  }

  @Test
  void theRateOfSeveralTasksIsTheirMean() {
    RateAccumulator one = new RateAccumulator();
    assertEquals(0, one.value());
    one.add(new RateAccumulator.Done(30, SECOND));
    one.add(new RateAccumulator.Done(0, SECOND));
    assertEquals(15, one.value());
    RateAccumulator other = new RateAccumulator();
    other.add(new RateAccumulator.Done(1, SECOND));
    one.merge(other);
    assertEquals(10.3, one.value());
    assertTrue(one.copyAndReset().isZero());
  }
}

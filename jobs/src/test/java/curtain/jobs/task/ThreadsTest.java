package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import curtain.jobs.task.Threads.Work;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class ThreadsTest {
  @Test
  void tasksTimesThreadsIsWhatWasAskedFor() {
    assertEquals(new Threads("local[8]", 1), Threads.decide(null, 0, Work.JAVA, 8, 1));
    assertEquals(new Threads("local[3]", 1), Threads.decide(null, 3, Work.JAVA, 8, 1));
    assertEquals(new Threads("local[1]", 8), Threads.decide(null, 0, Work.NETWORK, 8, 1));
    assertEquals(new Threads("local[1]", 3), Threads.decide(null, 3, Work.NETWORK, 8, 1));
    assertEquals(new Threads("local[2]", 4), Threads.decide("local[2]", 0, Work.NETWORK, 8, 1));
    assertEquals(new Threads("local[*]", 1), Threads.decide("local[*]", 0, Work.NETWORK, 8, 1));
    assertEquals(new Threads("local", 6), Threads.decide("local", 6, Work.NETWORK, 8, 1));
    assertEquals(new Threads("local[4,2]", 1), Threads.decide("local[4,2]", 0, Work.JAVA, 8, 1));
    assertEquals(new Threads("yarn", 1), Threads.decide("yarn", 0, Work.JAVA, 8, 1));
    assertEquals(new Threads("yarn", 4), Threads.decide("yarn", 4, Work.NETWORK, 8, 1));
    assertEquals(new Threads("yarn", 2), Threads.decide("yarn", 0, Work.NETWORK, 8, 2));
  }

  @Test
  void threadsWithoutEffectAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> Threads.decide("local[2]", 2, Work.JAVA, 8, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> Threads.decide("spark://host:7077", 2, Work.JAVA, 8, 1));
  }
}

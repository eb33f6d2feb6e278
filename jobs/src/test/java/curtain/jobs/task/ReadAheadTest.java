package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.source.CloseableIterator;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("fast")
@Timeout(30)
class ReadAheadTest {
  /** Counts up from 0; what happens at an element, a test says. */
  private static class Numbers implements CloseableIterator<Integer> {
    private final int end;
    private final AtomicInteger taken = new AtomicInteger();
    private volatile Thread thread;
    private volatile boolean closed;

    Numbers(int end) {
      this.end = end;
    }

    @SuppressWarnings("UnusedVariable") // for tests that override it
    void at(int number) throws InterruptedException {}

    @Override
    public boolean hasNext() {
      return taken.get() < end;
    }

    @Override
    public Integer next() {
      thread = Thread.currentThread();
      int number = taken.getAndIncrement();
      try {
        at(number);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return number;
    }

    @Override
    public void close() {
      assertFalse(
          thread != null && thread.isAlive(), "the thread ends before its source is closed");
      closed = true;
    }
  }

  @Test
  void elementsComeInOrderFromAnotherThreadWhichEnds() throws Exception {
    Numbers source = new Numbers(1000);
    List<Integer> found = new ArrayList<>();
    try (ReadAhead<Integer> ahead = ReadAhead.of(source, 3)) {
      while (ahead.hasNext()) {
        found.add(ahead.next());
      }
      assertThrows(NoSuchElementException.class, ahead::next);
    }
    assertEquals(IntStream.range(0, 1000).boxed().toList(), found);
    assertEquals(ReadAhead.THREAD, source.thread.getName());
    assertTrue(source.closed);
  }

  @Test
  void noMoreAreTakenThanMayWait() throws Exception {
    CountDownLatch fourth = new CountDownLatch(1);
    Numbers source =
        new Numbers(1000) {
          @Override
          void at(int number) {
            if (number == 3) {
              fourth.countDown();
            }
          }
        };
    try (ReadAhead<Integer> ahead = ReadAhead.of(source, 3)) {
      fourth.await(); // three wait, and one is in hand
      Thread.sleep(50);
      assertEquals(4, source.taken.get());
      assertEquals(0, ahead.next());
    }
    assertTrue(source.taken.get() <= 6, source.taken + " taken");
  }

  @Test
  void aSlowSourceIsWaitedFor() throws Exception {
    Numbers source =
        new Numbers(4) {
          @Override
          void at(int number) throws InterruptedException {
            Thread.sleep(20);
          }
        };
    try (ReadAhead<Integer> ahead = ReadAhead.of(source, 2)) {
      for (int i = 0; i < 4; i++) {
        assertEquals(i, ahead.next());
      }
      assertFalse(ahead.hasNext());
    }
  }

  @Test
  void failuresComeAtTheirPlaceAndAreTheSources() throws Exception {
    for (Throwable failure : List.of(new IllegalArgumentException("no"), new OutOfMemoryError())) {
      Numbers source =
          new Numbers(10) {
            @Override
            void at(int number) {
              if (number == 5 && failure instanceof RuntimeException told) {
                throw told;
              }
              if (number == 5) {
                throw (Error) failure;
              }
            }
          };
      try (ReadAhead<Integer> ahead = ReadAhead.of(source, 8)) {
        for (int i = 0; i < 5; i++) {
          assertEquals(i, ahead.next());
        }
        assertSame(failure, assertThrows(failure.getClass(), ahead::next));
        assertSame(failure, assertThrows(failure.getClass(), ahead::hasNext));
      }
      assertTrue(source.closed);
    }
  }

  /** Where a computation fails, its images are closed: full, or in the midst of a slow one. */
  @Test
  void closingEndsTheThreadWhateverItDoes() throws Exception {
    Numbers waiting = new Numbers(1000);
    ReadAhead.of(waiting, 1).close();
    Numbers sleeping =
        new Numbers(1000) {
          @Override
          void at(int number) throws InterruptedException {
            Thread.sleep(1_000_000);
          }
        };
    CountDownLatch begun = new CountDownLatch(1);
    Numbers deaf =
        new Numbers(1000) {
          @Override
          void at(int number) {
            begun.countDown();
            try {
              Thread.sleep(100);
            } catch (InterruptedException e) {
              // goes on as if nothing had been
            }
          }
        };
    for (Numbers source : List.of(sleeping, deaf)) {
      ReadAhead<Integer> ahead = ReadAhead.of(source, 1);
      while (source.thread == null) {
        Thread.onSpinWait();
      }
      if (source == deaf) {
        begun.await();
      }
      ahead.close();
      assertTrue(source.closed);
      assertTrue(source.taken.get() <= 4, source.taken + " taken");
    }
  }

  @Test
  void anInterruptIsToldAndKept() throws Exception {
    Numbers source =
        new Numbers(10) {
          @Override
          void at(int number) throws InterruptedException {
            Thread.sleep(1_000_000);
          }
        };
    ReadAhead<Integer> ahead = ReadAhead.of(source, 1);
    while (source.thread == null) {
      Thread.onSpinWait();
    }
    Thread.currentThread().interrupt();
    UncheckedIOException told = assertThrows(UncheckedIOException.class, ahead::hasNext);
    assertEquals(InterruptedIOException.class, told.getCause().getClass());
    ahead.close();
    assertTrue(Thread.interrupted(), "and kept");
    assertTrue(source.closed);
  }
}

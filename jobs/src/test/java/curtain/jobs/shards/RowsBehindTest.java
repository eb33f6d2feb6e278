package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("fast")
@Timeout(30)
class RowsBehindTest {
  private record NumberRow(long number) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record BulkRow(float[] values) {}

  private static final Table<NumberRow> NUMBERS = Table.of("numbers", NumberRow.class);
  private static final Table<BulkRow> BULK = Table.of("bulk", BulkRow.class);

  private static final BulkRow KILOBYTES = new BulkRow(new float[1024]);

  /** A writer that a test opens and closes. */
  private static final class Gate implements Rows {
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile int written;
    private volatile Thread thread;

    @Override
    public void add(Table<?> table, Record row) throws IOException {
      thread = Thread.currentThread();
      reached.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted");
      }
      synchronized (this) {
        written++;
      }
    }
  }

  @Test
  void rowsAreWrittenInOrderInAnotherThreadWhichEnds() throws IOException {
    List<Long> written = Collections.synchronizedList(new ArrayList<>());
    Thread[] used = new Thread[1];
    Rows rows =
        (table, row) -> {
          used[0] = Thread.currentThread();
          written.add(((NumberRow) row).number());
        };
    try (RowsBehind behind = RowsBehind.of(rows)) {
      for (long i = 0; i < 10_000; i++) {
        behind.write(NUMBERS, new NumberRow(i));
      }
      behind.finish();
      assertFalse(used[0].isAlive());
    }
    assertEquals(LongStream.range(0, 10_000).boxed().toList(), written);
    assertEquals(RowsBehind.THREAD, used[0].getName());
  }

  @Test
  void noMoreWaitsThanMay() throws Exception {
    Gate gate = new Gate();
    try (RowsBehind behind = RowsBehind.of(gate, 10_000)) {
      behind.write(BULK, KILOBYTES);
      behind.write(BULK, KILOBYTES);
      Thread blocked = new Thread(() -> write(behind));
      blocked.start();
      gate.reached.await();
      blocked.join(50);
      assertTrue(blocked.isAlive(), "a third row waits for room");
      gate.open.countDown();
      blocked.join();
      behind.finish();
      assertEquals(3, gate.written);
    }
    Gate small = new Gate();
    small.open.countDown();
    try (RowsBehind behind = RowsBehind.of(small, 1)) { // each row waits alone
      behind.write(BULK, KILOBYTES);
      behind.write(BULK, KILOBYTES);
      behind.finish();
      assertEquals(2, small.written);
    }
  }

  private static void write(RowsBehind behind) {
    try {
      behind.write(BULK, KILOBYTES);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A full disk, say, which Hadoop's local file system reports as an {@link Error}. */
  @Test
  void failuresAreToldByALaterRowOrAtTheEnd() throws IOException {
    for (Throwable failure :
        List.of(
            new IOException("no space left"),
            new OutOfMemoryError("no heap left"),
            new IllegalArgumentException("no row"))) {
      Rows failing =
          (table, row) -> {
            if (failure instanceof IOException told) {
              throw told;
            }
            if (failure instanceof RuntimeException told) {
              throw told;
            }
            throw (Error) failure;
          };
      try (RowsBehind behind = RowsBehind.of(failing)) {
        behind.write(NUMBERS, new NumberRow(0));
        assertSame(failure, assertThrows(failure.getClass(), behind::finish));
      }
      try (RowsBehind behind = RowsBehind.of(failing, 1)) {
        behind.write(NUMBERS, new NumberRow(0));
        assertSame(
            failure,
            assertThrows(failure.getClass(), () -> behind.write(NUMBERS, new NumberRow(1))));
      }
    }
  }

  /** What a computation leaves that fails. */
  @Test
  void closingDropsWhatWaitsAndEndsTheThread() throws Exception {
    Gate gate = new Gate();
    RowsBehind behind = RowsBehind.of(gate);
    behind.write(NUMBERS, new NumberRow(0));
    behind.write(NUMBERS, new NumberRow(1));
    gate.reached.await();
    behind.close();
    assertFalse(gate.thread.isAlive());
    assertEquals(0, gate.written);
    RowsBehind.of(gate).close();
  }

  @Test
  void anInterruptIsToldAndKept() throws Exception {
    Gate gate = new Gate();
    RowsBehind behind = RowsBehind.of(gate, 1);
    behind.write(NUMBERS, new NumberRow(0));
    gate.reached.await();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> behind.write(NUMBERS, new NumberRow(1)));
    assertTrue(Thread.currentThread().isInterrupted());
    assertThrows(InterruptedIOException.class, behind::finish);
    behind.close();
    assertTrue(Thread.interrupted(), "and kept");
    assertFalse(gate.thread.isAlive());
  }
}

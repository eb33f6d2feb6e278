package curtain.jobs.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class OwnThreadTest {
  @Test
  void theThreadHasEndedWithTheWork() throws IOException {
    Thread[] used = new Thread[1];
    assertEquals(
        "done",
        OwnThread.run(
            () -> {
              used[0] = Thread.currentThread();
              return "done";
            }));
    assertNotSame(Thread.currentThread(), used[0]);
    assertFalse(used[0].isAlive());
  }

  @Test
  void failuresAreTheWorks() {
    IOException checked = new IOException("no file");
    assertSame(
        checked,
        assertThrows(
            IOException.class,
            () ->
                OwnThread.run(
                    () -> {
                      throw checked;
                    })));
    IllegalArgumentException unchecked = new IllegalArgumentException("no");
    assertSame(
        unchecked,
        assertThrows(
            IllegalArgumentException.class,
            () ->
                OwnThread.run(
                    () -> {
                      throw unchecked;
                    })));
  }

  @Test
  void anInterruptIsTold() {
    CountDownLatch told = new CountDownLatch(1);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> OwnThread.run(() -> awaited(told)));
    assertTrue(Thread.interrupted(), "and kept");
    told.countDown();
  }

  /** Nothing, once the latch is open: work that has not ended when its caller is interrupted. */
  private static Void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return null;
  }
}

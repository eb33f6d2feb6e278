package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class HeadStartTest {
  @Test
  void worksBesideTheCaller() throws InterruptedException {
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    HeadStart.begin(
        "test",
        () -> {
          thread.set(Thread.currentThread());
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          done.countDown();
        });
    go.countDown(); // the caller was not held up
    assertTrue(done.await(10, TimeUnit.SECONDS));
    assertNotEquals(Thread.currentThread(), thread.get());
  }

  @Test
  void failuresAreNotSaid() throws InterruptedException {
    for (HeadStart.Work failing :
        List.<HeadStart.Work>of(
            () -> {
              throw new IOException("gone");
            },
            () -> {
              throw new IllegalArgumentException("wrong");
            },
            () -> {
              throw new UnsatisfiedLinkError("missing");
            },
            () -> {
              throw new OutOfMemoryError("full");
            })) {
      AtomicReference<Thread> thread = new AtomicReference<>();
      AtomicReference<Throwable> uncaught = new AtomicReference<>();
      CountDownLatch begun = new CountDownLatch(1);
      HeadStart.begin(
          "test",
          () -> {
            thread.set(Thread.currentThread());
            Thread.currentThread().setUncaughtExceptionHandler((of, e) -> uncaught.set(e));
            begun.countDown();
            failing.run();
          });
      begun.await();
      thread.get().join();
      assertTrue(uncaught.get() == null, String.valueOf(uncaught.get()));
    }
  }
}

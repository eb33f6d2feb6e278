package curtain.jobs.task;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs a computation with a network outside of Spark's tasks in a thread of its own, which ends
 * with it.
 *
 * <p>libgomp, which PyTorch uses, keeps a pool of worker threads for every thread that has
 * computed, until that thread ends. Where all pools together have more threads than there are
 * processors, workers sleep instead of spinning when they wait, and every later computation waits
 * for them to wake: on two cores {@code stability} took 44 s after an estimate in the driver's
 * thread, and 27 s without.
 */
public final class OwnThread {
  private OwnThread() {}

  /** The computation. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Runs the work and waits for it; exceptions are the work's own.
   *
   * @throws IOException from the work, or where this thread is interrupted meanwhile
   */
  public static <T> T run(Work<T> work) throws IOException {
    FutureTask<T> task = new FutureTask<>(work::run);
    Thread thread = new Thread(task, "curtain compute");
    thread.start();
    try {
      T result = task.get();
      thread.join();
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException told) {
        throw told;
      }
      if (e.getCause() instanceof RuntimeException told) {
        throw told;
      }
      if (e.getCause() instanceof Error told) {
        throw told;
      }
      throw new IOException(e.getCause());
    }
  }
}

package curtain.jobs.task;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Computing with a network outside of Spark's tasks, in a thread that ends with it.
 *
 * <p>libgomp, by which PyTorch computes, keeps helpers of its own for every thread that has
 * computed, until that thread ends. Where all of these are more than the processors they sleep as
 * soon as they wait for each other, and whoever computes next waits for them to wake: on two cores
 * {@code stability} took 44 s after an estimate in the driver's thread, and 27 s without.
 */
public final class OwnThread {
  private OwnThread() {}

  /** What computes. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does the work, and waits for it.
   *
   * @throws IOException of the work, or where this thread is interrupted meanwhile
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

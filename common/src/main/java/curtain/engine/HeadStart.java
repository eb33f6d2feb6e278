package curtain.engine;

import java.io.IOException;

/**
 * Does ahead of time, in a thread beside the caller's, what the process will ask for anyway. Who
 * asks waits for it, or does it again where it failed, and then says why: nothing is said here.
 */
public final class HeadStart {
  /** How long the end of the process waits, milliseconds: for what a slow disk or machine takes. */
  private static final long PATIENCE = 30_000;

  private static final ThreadLocal<Boolean> AHEAD = ThreadLocal.withInitial(() -> false);

  private HeadStart() {}

  /** The work. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does the work.
     *
     * @throws IOException when it fails
     */
    void run() throws IOException;
  }

  /**
   * Begins the work, and returns at once. The end of the process waits for it, half a minute at
   * most: native libraries must not be torn down while they start. A thread that ends with its work
   * leaves no workers of libgomp behind.
   *
   * @param name name of the thread
   */
  public static void begin(String name, Work work) {
    Thread thread = new Thread(() -> quietly(work), name);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> await(thread), name + ", end"));
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the calling thread does such work, which nobody waits for when the process ends. */
  static boolean isCurrent() {
    return AHEAD.get();
  }

  private static void quietly(Work work) {
    AHEAD.set(true);
    try {
      work.run();
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      // who asks for it finds out
    }
  }

  private static void await(Thread thread) {
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

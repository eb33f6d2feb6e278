package curtain.jobs.shards;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The time that a task's threads spend, by what they do. Decoding and writing are done in threads
 * beside the task's own, so that the parts of a task may add up to more than it takes; what its own
 * thread does besides waiting counts as the device's.
 */
public final class TaskTimes implements AutoCloseable {
  /** What a task's threads do. */
  public enum Part {
    /** Reading, decoding and resizing images. */
    DECODE,
    /** The task's own thread waits for images, or for room among the rows to be written. */
    WAIT,
    /** Encoding, compressing and storing rows. */
    WRITE
  }

  /**
   * Nanoseconds by what was done.
   *
   * @param elapsed time that has gone by
   * @param decode of {@link Part#DECODE}
   * @param waiting of {@link Part#WAIT}
   * @param device rest of the time of the task's own thread: calls of the network, copies to its
   *     device and back, and rows made of what comes
   * @param write of {@link Part#WRITE}
   */
  record Spent(long elapsed, long decode, long waiting, long device, long write) {
    private Spent minus(Spent other) {
      return new Spent(
          elapsed - other.elapsed,
          decode - other.decode,
          waiting - other.waiting,
          device - other.device,
          write - other.write);
    }
  }

  private static final ThreadLocal<TaskTimes> CURRENT = new ThreadLocal<>();

  private final long begun = System.nanoTime();
  private final AtomicLong decode = new AtomicLong();
  private final AtomicLong wait = new AtomicLong();
  private final AtomicLong write = new AtomicLong();
  private final AtomicLong besides = new AtomicLong();
  private Spent told = new Spent(0, 0, 0, 0, 0);

  private TaskTimes() {}

  /** Begins a task in this thread, which is the task's own until it is closed. */
  static TaskTimes begin() {
    TaskTimes times = new TaskTimes();
    CURRENT.set(times);
    return times;
  }

  /** The times of the task whose own thread this is; where there is none, some that nobody asks. */
  public static TaskTimes ofThisThread() {
    TaskTimes times = CURRENT.get();
    return times == null ? new TaskTimes() : times;
  }

  /**
   * Adds what a thread beside the task's own has done.
   *
   * @param since when it began, {@link System#nanoTime}
   */
  public void beside(Part part, long since) {
    of(part).addAndGet(System.nanoTime() - since);
  }

  /**
   * Adds what the task's own thread has done, which the device's time then lacks.
   *
   * @param since when it began, {@link System#nanoTime}
   */
  public void own(Part part, long since) {
    long nanos = System.nanoTime() - since;
    of(part).addAndGet(nanos);
    besides.addAndGet(nanos);
  }

  private AtomicLong of(Part part) {
    return switch (part) {
      case DECODE -> decode;
      case WAIT -> wait;
      case WRITE -> write;
    };
  }

  /** What was spent since this was called last; for the task's own thread. */
  Spent lap() {
    long elapsed = System.nanoTime() - begun;
    Spent now = new Spent(elapsed, decode.get(), wait.get(), elapsed - besides.get(), write.get());
    Spent lap = now.minus(told);
    told = now;
    return lap;
  }

  /** Ends the task in this thread. */
  @Override
  public void close() {
    CURRENT.remove();
  }
}

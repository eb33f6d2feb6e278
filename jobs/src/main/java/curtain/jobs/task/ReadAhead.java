package curtain.jobs.task;

import curtain.images.source.CloseableIterator;
import curtain.jobs.shards.TaskTimes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The elements of an iterator, in its order, taken ahead in a thread of its own: the images of the
 * next batch are decoded while the network computes this one. No network may compute in the
 * iterator, see {@link OwnThread}.
 *
 * <p>What the iterator throws is thrown in its place, after the elements before it. The thread ends
 * with the last element, or when this is closed.
 *
 * @param <T> type of the elements
 */
public final class ReadAhead<T> implements CloseableIterator<T> {
  /** Name of the thread. */
  static final String THREAD = "curtain decode";

  /** How long {@link #close} waits before it makes room for the thread again. */
  private static final long MILLIS = 20;

  /** An element; the failure in its place; or, where both are null, the end. */
  private record Taken<T>(T element, Throwable failure) {}

  private final CloseableIterator<T> source;
  private final BlockingQueue<Taken<T>> queue;
  private final TaskTimes times = TaskTimes.ofThisThread();
  private final Thread thread;
  private volatile boolean closed;
  private Taken<T> next;

  private ReadAhead(CloseableIterator<T> source, int most) {
    this.source = source;
    this.queue = new ArrayBlockingQueue<>(most);
    this.thread = new Thread(this::take, THREAD);
    this.thread.setDaemon(true);
  }

  /**
   * Begins to take elements.
   *
   * @param source is not to be used any more, and is closed with what is returned
   * @param most number of elements that wait at once, at least 1; one more is in the thread's hand
   */
  public static <T> ReadAhead<T> of(CloseableIterator<T> source, int most) {
    ReadAhead<T> ahead = new ReadAhead<>(source, most);
    ahead.thread.start();
    return ahead;
  }

  private void take() {
    try {
      Throwable failure = null;
      try {
        long since = System.nanoTime();
        while (!closed && source.hasNext()) {
          Taken<T> taken = new Taken<>(source.next(), null);
          times.beside(TaskTimes.Part.DECODE, since);
          queue.put(taken);
          since = System.nanoTime();
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      queue.put(new Taken<>(null, failure));
    } catch (InterruptedException e) {
      // closed: nobody asks for more
    }
  }

  /**
   * Waits for the next element.
   *
   * @throws UncheckedIOException where this thread is interrupted meanwhile
   */
  @Override
  public boolean hasNext() {
    if (next == null) {
      long since = System.nanoTime();
      await();
      times.own(TaskTimes.Part.WAIT, since);
    }
    if (next.failure() instanceof RuntimeException told) {
      throw told;
    }
    if (next.failure() instanceof Error told) {
      throw told;
    }
    return next.element() != null;
  }

  private void await() {
    while (next == null) {
      try {
        next = queue.poll(1, TimeUnit.SECONDS);
        if (next == null && !thread.isAlive() && queue.isEmpty()) {
          throw new IllegalStateException("the thread that decodes images has died");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException("interrupted"));
      }
    }
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    T element = next.element();
    next = null;
    return element;
  }

  /** Ends the thread, even if this one is interrupted, and then closes the iterator. */
  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      queue.clear(); // it may not have seen the interrupt, and wait for room
      try {
        thread.join(MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    source.close();
  }
}

package curtain.jobs.shards;

import curtain.jobs.tables.RowForm;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes rows in a thread of its own, in their order, while the caller computes the next ones.
 * Tables are encoded and compressed there.
 *
 * <p>What the writing throws is thrown by the next {@link #add}, or by {@link #finish}. The thread
 * ends with either {@link #finish} or {@link #close}.
 */
final class RowsBehind implements Rows, Closeable {
  /** Name of the thread. */
  static final String THREAD = "curtain write";

  /** The most bytes of rows that wait: about two batches of pullbacks of 224 x 224. */
  private static final long MOST = Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 32);

  private record Waiting(Table<?> table, Record row, long bytes) {}

  private final Rows rows;
  private final long most;
  private final TaskTimes times = TaskTimes.ofThisThread();
  private final Thread thread;
  private final Map<Table<?>, RowForm<?>> forms = new HashMap<>();
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private long bytes;
  private boolean finished;
  private boolean closed;
  private Throwable failure;

  private RowsBehind(Rows rows, long most) {
    this.rows = rows;
    this.most = most;
    this.thread = new Thread(this::write, THREAD);
    this.thread.setDaemon(true);
  }

  /** Begins; the rows are written by the returned object's thread alone until it has ended. */
  static RowsBehind of(Rows rows) {
    return of(rows, MOST);
  }

  /**
   * Begins, with another bound.
   *
   * @param most bytes of rows that wait at once; a row that is larger waits alone
   */
  static RowsBehind of(Rows rows, long most) {
    RowsBehind behind = new RowsBehind(rows, most);
    behind.thread.start();
    return behind;
  }

  /**
   * Hands a row over, and waits while too much waits to be written.
   *
   * @throws IOException from an earlier row, or where this thread is interrupted meanwhile
   */
  @Override
  public void add(Table<?> table, Record row) throws IOException {
    long size = forms.computeIfAbsent(table, RowForm::new).bytes(row);
    synchronized (this) {
      waitForRoom(size);
      rethrow();
      queue.add(new Waiting(table, row, size));
      bytes += size;
      notifyAll();
    }
  }

  private synchronized void waitForRoom(long size) throws IOException {
    long since = System.nanoTime();
    boolean waited = false;
    try {
      while (failure == null && bytes > 0 && bytes + size > most) {
        waited = true;
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (waited) {
      times.own(TaskTimes.Part.WAIT, since);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  private void rethrow() throws IOException {
    if (failure instanceof IOException told) {
      throw told;
    }
    if (failure instanceof RuntimeException told) {
      throw told;
    }
    if (failure instanceof Error told) {
      throw told;
    }
    if (failure != null) {
      throw new IOException(failure);
    }
  }

  /**
   * Waits until all rows are written and the thread has ended.
   *
   * @throws IOException from a row, or where this thread is interrupted meanwhile
   */
  void finish() throws IOException {
    synchronized (this) {
      finished = true;
      notifyAll();
    }
    long since = System.nanoTime();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    times.own(TaskTimes.Part.WAIT, since);
    synchronized (this) {
      rethrow();
    }
  }

  /** Ends the thread, even if this one is interrupted, and drops what it has not written. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    try {
      for (Waiting next = take(); next != null; next = take()) {
        long since = System.nanoTime();
        rows.add(next.table(), next.row());
        times.beside(TaskTimes.Part.WRITE, since);
        written(next);
      }
    } catch (Exception | Error e) {
      fail(e); // nobody asks for it where this was closed
    }
  }

  /** The next row; null where there will be none. */
  private synchronized Waiting take() throws InterruptedException {
    while (queue.isEmpty() && !finished && !closed) {
      wait();
    }
    return closed ? null : queue.poll();
  }

  private synchronized void written(Waiting row) {
    bytes -= row.bytes();
    notifyAll();
  }

  private synchronized void fail(Throwable e) {
    failure = e;
    queue.clear();
    notifyAll();
  }
}

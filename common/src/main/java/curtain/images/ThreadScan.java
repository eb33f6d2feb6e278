package curtain.images;

import curtain.images.source.ArchiveIndex;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/** Reads archives in threads of this process: they wait for storage most of the time. */
public final class ThreadScan implements ArchiveScan {
  /** The threads of this process. */
  public static final ArchiveScan HERE = new ThreadScan();

  /** The most archives that are read at once, so that few are in memory. */
  private static final int THREADS = 16;

  private ThreadScan() {}

  private record Begun(Archive archive, Future<ArchiveIndex> index) {}

  @Override
  public void scan(List<Archive> archives, Configuration conf, Taker taker) throws IOException {
    if (archives.isEmpty()) {
      return;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(THREADS, archives.size()),
            work -> {
              Thread thread = new Thread(work, "curtain list");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Iterator<Archive> left = archives.iterator();
      Queue<Begun> begun = new ArrayDeque<>();
      boolean wanted = true;
      while (wanted && (left.hasNext() || !begun.isEmpty())) {
        while (left.hasNext() && begun.size() < THREADS) {
          Archive archive = left.next();
          begun.add(new Begun(archive, threads.submit(() -> archive.index(conf))));
        }
        Begun first = begun.remove();
        wanted = taker.take(first.archive(), first.index().get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the listing was stopped").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}

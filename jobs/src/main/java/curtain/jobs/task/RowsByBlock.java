package curtain.jobs.task;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Values that are merged for each kernel and row of one block of rows; blocks come one after
 * another.
 *
 * @param <T> type of the merged values
 */
public final class RowsByBlock<T> {
  private final Map<String, TreeMap<Long, T>> kernels = new LinkedHashMap<>();
  private long current = -1;

  /** Takes merged values. */
  @FunctionalInterface
  public interface Sink<T> {
    /** Takes the value of one row of a kernel. */
    void accept(String kernel, long position, T value) throws IOException;
  }

  /** The value so far of a kernel's row, at first that of {@code none}. */
  public T at(String kernel, long position, Supplier<T> none) {
    return kernels
        .computeIfAbsent(kernel, all -> new TreeMap<>())
        .computeIfAbsent(position, at -> none.get());
  }

  /**
   * Hands over the rows of the block before, where this position lies in another block.
   *
   * @param block rows of a block
   * @throws IOException from the sink
   */
  public void flushBefore(long position, int block, Sink<T> sink) throws IOException {
    if (position / block != current) {
      flush(sink);
      current = position / block;
    }
  }

  /**
   * Hands over all values, kernel by kernel, by position, and forgets them.
   *
   * @throws IOException from the sink
   */
  public void flush(Sink<T> sink) throws IOException {
    for (Map.Entry<String, TreeMap<Long, T>> kernel : kernels.entrySet()) {
      for (Map.Entry<Long, T> row : kernel.getValue().entrySet()) {
        sink.accept(kernel.getKey(), row.getKey(), row.getValue());
      }
    }
    kernels.clear();
  }
}

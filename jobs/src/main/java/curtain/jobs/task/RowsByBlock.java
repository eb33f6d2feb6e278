package curtain.jobs.task;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Something for each kernel and row of one block of rows; blocks come one after another.
 *
 * @param <T> what is merged
 */
public final class RowsByBlock<T> {
  private final Map<String, TreeMap<Long, T>> kernels = new LinkedHashMap<>();
  private long current = -1;

  /** Takes what was merged. */
  @FunctionalInterface
  public interface Sink<T> {
    /** One kernel's row. */
    void accept(String kernel, long position, T value) throws IOException;
  }

  /** What a kernel's row has so far. */
  public T at(String kernel, long position, Supplier<T> none) {
    return kernels
        .computeIfAbsent(kernel, all -> new TreeMap<>())
        .computeIfAbsent(position, at -> none.get());
  }

  /** Hands over the block before, where this position begins another. */
  public void flushBefore(long position, int block, Sink<T> sink) throws IOException {
    if (position / block != current) {
      flush(sink);
      current = position / block;
    }
  }

  /** Hands over what there is, kernel by kernel, by position. */
  public void flush(Sink<T> sink) throws IOException {
    for (Map.Entry<String, TreeMap<Long, T>> kernel : kernels.entrySet()) {
      for (Map.Entry<Long, T> row : kernel.getValue().entrySet()) {
        sink.accept(kernel.getKey(), row.getKey(), row.getValue());
      }
    }
    kernels.clear();
  }
}

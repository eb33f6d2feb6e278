package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reads the values of tensors from the bytes of their storages: one array of floats a tensor and a
 * buffer of a megabyte, whatever the file's size.
 */
final class TensorReader {
  private static final int BUFFER = 1 << 20;

  /**
   * Elements that views may have beyond twice the stored bytes, for small files whose views
   * overlap.
   */
  private static final long SPARE = 1 << 16;

  private final Map<String, Bytes> storages;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * Reads from these storages.
   *
   * @param storages the bytes that the file keeps under each storage's key
   */
  TensorReader(Map<String, Bytes> storages) {
    this.storages = storages;
  }

  /** Reads tensors; equal views (tied weights) become one. */
  Map<String, Tensor> read(Map<String, TensorView> views) throws IOException {
    refuseExpansion(views);
    Map<TensorView, Tensor> done = new HashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, TensorView> entry : views.entrySet()) {
      TensorView view = entry.getValue();
      Tensor tensor = done.get(view);
      if (tensor == null) {
        tensor = read(view);
        done.put(view, tensor);
      }
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  /**
   * Refuses views that make much of a small file, by overlaps or by strides of 0. Twice as many
   * elements as there are stored bytes are enough for any real file.
   *
   * @throws MalformedException if there are more, or more than the JVM's heap holds
   */
  private void refuseExpansion(Map<String, TensorView> views) throws MalformedException {
    Set<TensorView> distinct = new LinkedHashSet<>(views.values());
    Set<String> keys = new LinkedHashSet<>();
    long stored = 0;
    for (TensorView view : distinct) {
      if (keys.add(view.storage().key())) {
        stored += storages.get(view.storage().key()).size();
      }
    }
    long most = 2 * stored + SPARE;
    long elements = 0;
    long work = 0;
    for (TensorView view : distinct) {
      elements += view.elements();
      work += view.isContiguous() ? view.elements() : view.span() + view.elements();
      if (work > most) {
        throw new MalformedException(
            "describes tensors of more elements than its " + stored + " stored bytes can hold");
      }
    }
    if (elements > Runtime.getRuntime().maxMemory() / Float.BYTES) {
      throw outOfMemory(elements);
    }
  }

  private Tensor read(TensorView view) throws IOException {
    int[] shape = view.size().stream().mapToInt(Integer::intValue).toArray();
    float[] values;
    if (view.isContiguous()) {
      values = elements(view, view.elements());
    } else {
      float[] span = elements(view, Math.toIntExact(view.span()));
      values = gather(span, view);
    }
    return new Tensor(shape, values, view.storage().dtype().title());
  }

  /** Elements of the view's storage from the view's offset. */
  private float[] elements(TensorView view, int count) throws IOException {
    DType dtype = view.storage().dtype();
    float[] values = allocate(count);
    Bytes bytes = storages.get(view.storage().key());
    long position = (view.storage().start() + view.offset()) * dtype.bytes();
    for (int at = 0; at < count; ) {
      int n = Math.min(count - at, BUFFER / dtype.bytes());
      buffer.clear().limit(n * dtype.bytes());
      bytes.read(position, buffer);
      buffer.flip();
      dtype.toFloats(buffer, values, at, n);
      at += n;
      position += (long) n * dtype.bytes();
    }
    return values;
  }

  /** Puts strided elements in row-major order. */
  private static float[] gather(float[] span, TensorView view) throws MalformedException {
    float[] values = allocate(view.elements());
    int[] index = new int[view.size().size()];
    int from = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = span[from];
      for (int d = index.length - 1; d >= 0; d--) { // count up, the last dimension fastest
        int stride = Math.toIntExact(view.size().get(d) > 1 ? view.stride().get(d) : 0L);
        if (++index[d] < view.size().get(d)) {
          from += stride;
          break;
        }
        index[d] = 0;
        from -= (view.size().get(d) - 1) * stride;
      }
    }
    return values;
  }

  /**
   * Makes an array. It is the one place where a large one is made, so the one where the heap may
   * prove too small.
   */
  private static float[] allocate(int count) throws MalformedException {
    try {
      return new float[count];
    } catch (OutOfMemoryError e) {
      throw outOfMemory(count);
    }
  }

  private static MalformedException outOfMemory(long elements) {
    return new MalformedException(
        "needs "
            + ((elements * Float.BYTES) >> 20)
            + " MiB for its values, more than the JVM has left: raise its heap (-Xmx)");
  }
}

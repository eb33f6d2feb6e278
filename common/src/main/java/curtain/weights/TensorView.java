package curtain.weights;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor as a file describes it: element (i_0, i_1, ...) is element offset + sum_d i_d stride_d
 * of the storage. Holds no values; every index is known to lie inside the storage.
 *
 * <p>The order has no meaning and agrees with equals: with it a hash table of views stays fast even
 * if a file has chosen views of the same hash.
 *
 * @param storage what it views
 * @param offset of its first element, in elements
 * @param size per dimension
 * @param stride per dimension, in elements, not negative
 */
record TensorView(TensorStorage storage, long offset, List<Integer> size, List<Long> stride)
    implements Comparable<TensorView> {
  /** The largest array that every JVM can make. */
  static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private static final int MOST_DIMENSIONS = 64;

  /**
   * Checks a view against its storage, with arithmetic that cannot wrap round.
   *
   * @throws MalformedException if it does not lie inside
   */
  static TensorView of(TensorStorage storage, long offset, List<Long> sizes, List<Long> strides)
      throws MalformedException {
    if (sizes.size() != strides.size() || sizes.size() > MOST_DIMENSIONS) {
      throw outside(storage, "has " + sizes.size() + " sizes and " + strides.size() + " strides");
    }
    List<Integer> size = new ArrayList<>(sizes.size());
    try {
      long elements = 1;
      long last = offset;
      boolean empty = false;
      for (int d = 0; d < sizes.size(); d++) {
        long n = sizes.get(d);
        long step = strides.get(d);
        if (n < 0 || n > LARGEST_ARRAY || step < 0) {
          throw outside(storage, "has a size of " + n + " with a stride of " + step);
        }
        size.add((int) n);
        empty |= n == 0;
        if (n > 0) {
          elements = Math.multiplyExact(elements, n);
          last = Math.addExact(last, Math.multiplyExact(n - 1, step));
        }
      }
      if (!empty && elements > LARGEST_ARRAY) {
        throw outside(storage, "has " + elements + " elements, more than an array can hold");
      }
      if (offset < 0 || (empty ? offset > storage.count() : last >= storage.count())) {
        throw outside(storage, "needs elements that its storage of " + storage.count() + " lacks");
      }
    } catch (ArithmeticException e) {
      throw outside(storage, "has sizes and strides beyond 64 bits");
    }
    return new TensorView(storage, offset, List.copyOf(size), List.copyOf(strides));
  }

  /** A view of a whole storage, row-major. */
  static TensorView whole(TensorStorage storage, List<Long> sizes) throws MalformedException {
    Long[] strides = new Long[sizes.size()];
    long step = 1;
    try {
      for (int d = strides.length - 1; d >= 0; d--) {
        strides[d] = step;
        step = Math.multiplyExact(step, Math.max(1, sizes.get(d)));
      }
    } catch (ArithmeticException e) {
      throw outside(storage, "has sizes beyond 64 bits");
    }
    return of(storage, 0, sizes, List.of(strides));
  }

  private static MalformedException outside(TensorStorage storage, String what) {
    return new MalformedException(
        "holds a tensor on storage " + MalformedException.quote(storage.key()) + " that " + what);
  }

  @Override
  public int compareTo(TensorView other) {
    int order = storage.key().compareTo(other.storage.key());
    order = order != 0 ? order : storage.dtype().compareTo(other.storage.dtype());
    order = order != 0 ? order : Long.compare(storage.start(), other.storage.start());
    order = order != 0 ? order : Long.compare(storage.count(), other.storage.count());
    order = order != 0 ? order : Long.compare(offset, other.offset);
    order = order != 0 ? order : compare(size, other.size);
    return order != 0 ? order : compare(stride, other.stride);
  }

  private static <T extends Comparable<T>> int compare(List<T> a, List<T> b) {
    int order = Integer.compare(a.size(), b.size());
    for (int i = 0; i < a.size() && order == 0; i++) {
      order = a.get(i).compareTo(b.get(i));
    }
    return order;
  }

  /** Number of elements. */
  int elements() {
    int product = 1;
    for (int n : size) {
      if (n == 0) {
        return 0;
      }
      product *= n;
    }
    return product;
  }

  /** Number of elements of its storage from the first to the last that it needs, both counted. */
  long span() {
    if (elements() == 0) {
      return 0;
    }
    long span = 1;
    for (int d = 0; d < size.size(); d++) {
      span += (size.get(d) - 1L) * stride.get(d);
    }
    return span;
  }

  /** Whether its elements lie in the storage one after another in row-major order. */
  boolean isContiguous() {
    long step = 1;
    for (int d = size.size() - 1; d >= 0; d--) {
      if (size.get(d) != 1 && stride.get(d) != step) {
        return elements() == 0;
      }
      step *= size.get(d);
    }
    return true;
  }
}

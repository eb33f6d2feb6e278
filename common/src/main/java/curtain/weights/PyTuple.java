package curtain.weights;

import java.util.List;

/** A tuple, or a torch.Size, as read from a pickle; items may be null (None). */
final class PyTuple {
  private final List<Object> items;

  /** Takes the list over. */
  PyTuple(List<Object> items) {
    this.items = items;
  }

  int size() {
    return items.size();
  }

  Object get(int i) {
    return items.get(i);
  }

  /** The items; not to be modified. */
  List<Object> items() {
    return items;
  }

  /**
   * The items as integers.
   *
   * @throws MalformedException if one is no integer, or has more than 64 bits
   */
  List<Long> integers() throws MalformedException {
    for (Object item : items) {
      if (!(item instanceof Long)) {
        throw new MalformedException("has a tensor whose sizes or strides are not integers");
      }
    }
    return items.stream().map(item -> (Long) item).toList();
  }
}

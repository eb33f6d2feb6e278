package curtain.weights;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A numpy array as a pickle makes it: empty first, then with the state (version, shape, dtype,
 * column-major, bytes); or at once from a buffer, by (buffer, dtype, shape, order) and perhaps the
 * order of the axes. One that cannot be read is not an error before it is needed.
 */
final class NumpyArray {
  private TensorView view;
  private String problem = "a numpy array without values: save a float tensor";

  /** The array as a tensor, or null. */
  TensorView view() {
    return view;
  }

  /** What it is and what to do, where it is no tensor; a clause that follows "is". */
  String problem() {
    return problem;
  }

  /** Takes the state of opcode BUILD. */
  void state(Object state, NumpyBytes memory) {
    if (state instanceof PyTuple tuple && tuple.size() == 5) {
      Object order = Boolean.TRUE.equals(tuple.get(3)) ? "F" : "C";
      values(tuple.get(1), tuple.get(2), order, null, tuple.get(4), memory);
    }
  }

  /** Takes the arguments of numpy's _frombuffer. */
  void buffer(PyTuple args, NumpyBytes memory) {
    if (args.size() == 4 || args.size() == 5) { // the fifth since numpy 2.4
      Object axes = args.size() == 5 ? args.get(4) : null;
      values(args.get(2), args.get(1), args.get(3), axes, args.get(0), memory);
    }
  }

  private void values(
      Object shape, Object type, Object order, Object axes, Object bytes, NumpyBytes memory) {
    view = null;
    if (!(type instanceof NumpyType numpy) || numpy.dtype().isEmpty()) {
      problem =
          "a numpy array of type "
              + MalformedException.quote(
                  String.valueOf(type instanceof NumpyType ? type : "object"))
              + ": save a float tensor";
      return;
    }
    problem = "a damaged numpy array: save a float tensor";
    DType dtype = numpy.dtype().get();
    if (!(shape instanceof PyTuple sizes)
        || sizes.size() > 64
        || !(bytes instanceof Bytes array)
        || array.size() % dtype.bytes() != 0) {
      return;
    }
    try {
      List<Long> size = sizes.integers();
      Optional<List<Long>> places = places(order, axes, size.size());
      if (places.isEmpty()) {
        return;
      }
      List<Long> stored = "F".equals(order) ? picked(size, places.get()) : size;
      TensorStorage storage = memory.storage(array, dtype, numpy.bigEndian());
      TensorView rowMajor = TensorView.whole(storage, stored);
      if (rowMajor.elements() == storage.count()) {
        List<Long> stride = picked(rowMajor.stride(), places.get());
        view = TensorView.of(storage, 0, picked(stored, places.get()), stride);
      }
    } catch (MalformedException e) {
      problem = "a numpy array that " + e.getMessage();
    }
  }

  /**
   * For each axis of an array its place among those that lie row-major in the bytes: the same for
   * order C, in reverse for F, and as the file says for K, for which it may say nonsense.
   */
  private static Optional<List<Long>> places(Object order, Object axes, int n)
      throws MalformedException {
    List<Long> same = LongStream.range(0, n).boxed().toList();
    if ("F".equals(order)) {
      return Optional.of(same.stream().map(place -> n - 1 - place).toList());
    }
    if (!"K".equals(order)) {
      return Optional.of(same);
    }
    return axes instanceof PyTuple tuple
            && tuple.size() == n
            && new HashSet<>(tuple.integers()).containsAll(same)
        ? Optional.of(tuple.integers())
        : Optional.empty();
  }

  private static List<Long> picked(List<Long> list, List<Long> places) {
    return places.stream().map(place -> list.get(Math.toIntExact(place))).toList();
  }
}

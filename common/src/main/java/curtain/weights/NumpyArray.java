package curtain.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A numpy array as a pickle makes it: empty first, then with the state (version, shape, dtype,
 * column-major, bytes). One that cannot be read is not an error before it is needed.
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
      values(tuple.get(1), tuple.get(2), Boolean.TRUE.equals(tuple.get(3)), tuple.get(4), memory);
    }
  }

  /** Takes shape, type, order and bytes. */
  void values(Object shape, Object type, boolean columnMajor, Object bytes, NumpyBytes memory) {
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
        || !(bytes instanceof byte[] array)
        || array.length % dtype.bytes() != 0) {
      return;
    }
    try {
      List<Long> size = sizes.integers();
      TensorStorage storage = memory.storage(array, dtype, numpy.bigEndian());
      TensorView rowMajor = TensorView.whole(storage, columnMajor ? reversed(size) : size);
      if (rowMajor.elements() != storage.count()) {
        return;
      }
      view = columnMajor ? TensorView.of(storage, 0, size, reversed(rowMajor.stride())) : rowMajor;
    } catch (MalformedException e) {
      problem = "a numpy array that " + e.getMessage();
    }
  }

  private static List<Long> reversed(List<Long> list) {
    List<Long> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }
}

package curtain.weights;

import java.util.List;
import java.util.Optional;

/**
 * An entry of a state dict in a file, before its values are read.
 *
 * @param shape its sizes, unless it is no tensor whose sizes are known
 * @param problem what it is and what to do, where it cannot be read; a clause that follows "is"
 */
public record StoredTensor(Optional<List<Integer>> shape, Optional<String> problem) {
  static StoredTensor of(TensorView view) {
    DType dtype = view.storage().dtype();
    return new StoredTensor(
        Optional.of(view.size()),
        dtype.readable()
            ? Optional.empty()
            : Optional.of("a tensor of " + dtype.title() + ": save one of float32"));
  }

  static StoredTensor unreadable(String problem) {
    return new StoredTensor(Optional.empty(), Optional.of(problem));
  }
}

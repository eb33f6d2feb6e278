package curtain.weights;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a weights file holds.
 *
 * @param dicts those with tensors, from the outside in
 * @param module class of a whole torch.nn.Module in it, if there is one
 * @param storages the bytes that tensors view
 */
record Contents(List<TensorDict> dicts, Optional<String> module, Storages storages) {
  /** The bytes under a storage's key. */
  interface Storages {
    Bytes get(String key) throws IOException;
  }

  /** What a pickle held. */
  static Contents of(Object top, NumpyBytes memory, Storages file) {
    PickleWalk walk = PickleWalk.of(top);
    return new Contents(
        walk.dicts(),
        walk.module(),
        key -> key.startsWith(NumpyBytes.KEY) ? memory.storages().get(key) : file.get(key));
  }
}

package curtain.network;

import curtain.weights.StateDict;
import curtain.weights.Tensor;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The entries of a state dict as an architecture asks for them. Those that are there are known to
 * have their shapes; without a state dict, what is asked for is noted.
 */
final class Parameters {
  private static final float[] NONE = {};

  private final Map<String, Tensor> tensors;
  private final Map<String, int[]> asked = new LinkedHashMap<>();
  private final Set<String> optional = new HashSet<>();

  /** The entries of a state dict that fits. */
  Parameters(StateDict weights) {
    this.tensors = weights.tensors();
  }

  /** No entries: for what an architecture asks for. */
  static Parameters none() {
    return new Parameters(StateDict.of(Map.of()));
  }

  /** Values of the entry, row-major; an empty array where there is no such entry. */
  float[] get(String name, int... shape) {
    asked.put(name, shape);
    Tensor tensor = tensors.get(name);
    return tensor == null ? NONE : tensor.values();
  }

  /** Notes an entry that may be present and is not needed. */
  void ignore(String name) {
    optional.add(name);
  }

  /** Names and shapes of what was asked for, in order. */
  Map<String, int[]> asked() {
    return Collections.unmodifiableMap(asked);
  }

  /** Names of what may be present. */
  Set<String> optional() {
    return Collections.unmodifiableSet(optional);
  }
}

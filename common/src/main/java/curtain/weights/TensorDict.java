package curtain.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dict in a weights file that has tensors: a state dict, perhaps, or what lies beside one. Values
 * are read by {@link Checkpoint#read}.
 */
public final class TensorDict {
  private final String key;
  private final Map<String, StoredTensor> entries = new LinkedHashMap<>();
  private final Map<String, TensorView> views = new LinkedHashMap<>();

  TensorDict(String key) {
    this.key = key;
  }

  /** Where it lies: the keys that lead to it, joined by dots; empty at the top. */
  public String key() {
    return key;
  }

  /**
   * The entries by name, in the file's order; what is no tensor and no object is not among them.
   */
  public Map<String, StoredTensor> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** The tensors by name. */
  Map<String, TensorView> views() {
    return views;
  }

  void put(String name, TensorView view) {
    entries.put(name, StoredTensor.of(view));
    views.put(name, view);
  }

  void putUnreadable(String name, String problem) {
    entries.put(name, StoredTensor.unreadable(problem));
  }
}

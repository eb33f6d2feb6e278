package curtain.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A dict in a weights file that has tensors: a state dict, perhaps, or what lies beside one. Values
 * are read by {@link Checkpoint#read}.
 */
public final class TensorDict {
  /** The most characters of an entry's name; what has a longer one is dropped. */
  static final int LONGEST_NAME = 1000;

  private final KeyPath path;
  private final Map<String, StoredTensor> entries = new LinkedHashMap<>();
  private final Map<String, TensorView> views = new LinkedHashMap<>();

  TensorDict(KeyPath path) {
    this.path = path;
  }

  /**
   * Where it lies: the keys that lead to it, joined by dots, with a backslash before each dot and
   * backslash within a key; empty at the top.
   */
  public String key() {
    return path.spelled();
  }

  /** The same without the backslashes: that of another dict, perhaps, if a key has dots. */
  public String plainKey() {
    return path.plain();
  }

  /**
   * The entries by name, in the file's order; what is no tensor and no object is not among them,
   * and neither is what has a name of more than 1,000 characters.
   */
  public Map<String, StoredTensor> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /** The tensors by name. */
  Map<String, TensorView> views() {
    return views;
  }

  void put(String name, TensorView view) {
    if (name.length() <= LONGEST_NAME) {
      entries.put(name, StoredTensor.of(view));
      views.put(name, view);
    }
  }

  void putUnreadable(String name, String problem) {
    if (name.length() <= LONGEST_NAME) {
      entries.put(name, StoredTensor.unreadable(problem));
    }
  }
}

package curtain.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the state dict in what a pickle held. */
final class Entries {
  private static final String PARALLEL = "module.";

  private Entries() {}

  /**
   * The tensors under {@code state_dict}, else under {@code model}, else at the top; other entries
   * are dropped.
   *
   * @throws MalformedException if there are none
   */
  static Map<String, TensorView> find(Object top) throws MalformedException {
    if (!(top instanceof PyDict dict)) {
      throw new MalformedException(
          "holds no state dict: save one with torch.save(model.state_dict(), ...)");
    }
    PyDict found = dict;
    for (String name : new String[] {"model", "state_dict"}) { // the last one found counts
      if (dict.entries().get(name) instanceof PyDict inner) {
        found = inner;
      }
    }
    Map<String, TensorView> views = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : found.entries().entrySet()) {
      if (entry.getValue() instanceof TensorView view) {
        put(views, entry.getKey(), view);
      }
    }
    if (views.isEmpty()) {
      throw new MalformedException(
          "holds no tensors under 'state_dict', under 'model' or at the top");
    }
    return views;
  }

  /** Puts an entry under its name without the prefix that DataParallel gives. */
  static void put(Map<String, TensorView> views, String key, TensorView view)
      throws MalformedException {
    String name = key.startsWith(PARALLEL) ? key.substring(PARALLEL.length()) : key;
    if (views.putIfAbsent(name, view) != null) {
      throw new MalformedException("has two entries named " + MalformedException.quote(name));
    }
  }
}

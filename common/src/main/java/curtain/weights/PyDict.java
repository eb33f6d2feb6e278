package curtain.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dict or OrderedDict as read from a pickle. Only entries under strings are kept: no others are
 * ever looked for, and a key that is a container could be cyclic. Nor are those under strings
 * longer than any name: to compare such takes long, and a pickle may recall one again and again.
 */
final class PyDict {
  private final boolean ordered;
  private Map<String, Object> entries = Map.of(); // most dicts of a hostile file are empty

  PyDict(boolean ordered) {
    this.ordered = ordered;
  }

  /** Whether it is an OrderedDict, which alone may carry attributes ({@code _metadata}). */
  boolean ordered() {
    return ordered;
  }

  Map<String, Object> entries() {
    return Collections.unmodifiableMap(entries);
  }

  void put(Object key, Object value) throws MalformedException {
    if (key instanceof PyDict || key instanceof List<?>) {
      throw new MalformedException("has a pickle with a dict or list as a key");
    }
    if (key instanceof String name && name.length() <= TensorDict.LONGEST_NAME) {
      if (entries.isEmpty()) {
        entries = new LinkedHashMap<>();
      }
      if (entries.containsKey(name)) {
        throw new MalformedException("has two entries named " + MalformedException.quote(name));
      }
      entries.put(name, value);
    }
  }
}

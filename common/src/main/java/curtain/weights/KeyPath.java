package curtain.weights;

/**
 * Where a container lies in a file: the key under which the one around it has it, and that one's
 * own path. Containers beside each other share the path of the one around them, so that many deep
 * ones take no memory for their keys.
 *
 * @param around the path of the container around it; null at the top
 * @param key its key there, or its place in a list
 * @param depth number of keys
 */
record KeyPath(KeyPath around, String key, int depth) {
  /** The top of the file. */
  static final KeyPath TOP = new KeyPath(null, "", 0);

  /** The path of what lies under a key. */
  KeyPath to(String name) {
    return new KeyPath(this, name, depth + 1);
  }

  /** The keys joined by dots. A key with dots looks like several; {@link #spelled} does not. */
  String plain() {
    return joined(false);
  }

  /** The keys joined by dots, with a backslash before each dot and backslash within a key. */
  String spelled() {
    return joined(true);
  }

  private String joined(boolean escaped) {
    String[] keys = new String[depth];
    KeyPath at = this;
    for (int i = depth - 1; i >= 0; i--) {
      keys[i] = escaped ? at.key.replace("\\", "\\\\").replace(".", "\\.") : at.key;
      at = at.around;
    }
    return String.join(".", keys);
  }
}

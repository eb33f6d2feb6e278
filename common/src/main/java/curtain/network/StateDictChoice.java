package curtain.network;

import java.util.Optional;

/**
 * Which state dict of a weights file to take, where the user says so.
 *
 * @param key keys that lead to the dict, joined by dots; {@code .} is the top of the file
 * @param prefix what precedes the network's names in it
 */
public record StateDictChoice(Optional<String> key, Optional<String> prefix) {
  /** What fits the network is looked for. */
  public static final StateDictChoice AUTOMATIC =
      new StateDictChoice(Optional.empty(), Optional.empty());

  private static final String TOP = ".";

  /** Whether a dict of this key may be taken. */
  boolean takes(String dict) {
    return key.map(chosen -> chosen.equals(dict.isEmpty() ? TOP : dict)).orElse(true);
  }

  /** The prefix with the dot that ends it; empty for none. */
  Optional<String> dotted() {
    return prefix.map(text -> text.isEmpty() || text.endsWith(".") ? text : text + ".");
  }

  /** A dict's key as {@code --state-dict-key} takes it. */
  static String option(String dict) {
    return dict.isEmpty() ? TOP : dict;
  }
}

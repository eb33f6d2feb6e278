package curtain.network;

import curtain.weights.TensorDict;
import java.util.List;
import java.util.Optional;

/**
 * Which state dict of a weights file to take, where the user says so.
 *
 * @param key keys that lead to the dict, joined by dots; {@code .} is the top of the file. Within a
 *     key a dot may be written with a backslash before it, and has to be where it is another dict's
 *     key otherwise.
 * @param prefix what precedes the network's names in it
 */
public record StateDictChoice(Optional<String> key, Optional<String> prefix) {
  /** What fits the network is looked for. */
  public static final StateDictChoice AUTOMATIC =
      new StateDictChoice(Optional.empty(), Optional.empty());

  /** Where people put state dicts that need no word; the first that fits is taken. */
  static final List<String> USUAL = List.of("state_dict", "model", "");

  private static final String TOP = ".";

  /** Those dicts that may be taken. */
  List<TensorDict> of(List<TensorDict> dicts) {
    if (key.isEmpty()) {
      return dicts;
    }
    String chosen = key.get();
    List<TensorDict> exact = dicts.stream().filter(d -> option(d.key()).equals(chosen)).toList();
    return exact.isEmpty()
        ? dicts.stream().filter(d -> option(d.plainKey()).equals(chosen)).toList()
        : exact;
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

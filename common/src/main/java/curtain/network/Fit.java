package curtain.network;

import curtain.weights.StoredTensor;
import curtain.weights.TensorDict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How far a dict's entries behind one prefix are those that a network wants.
 *
 * @param dict the dict
 * @param prefix what precedes the network's names, empty or ended by a dot
 * @param keys for each wanted name that is there its entry in the dict
 * @param missing wanted names that are not there
 * @param misshaped wanted names whose entries have another shape, which it says
 * @param surplus entries of modules of the network that it does not have
 * @param behind other entries behind the prefix
 * @param others entries that are not behind the prefix
 * @param classes number of classes, the rows of the classifier
 */
record Fit(
    TensorDict dict,
    String prefix,
    Map<String, String> keys,
    List<String> missing,
    List<String> misshaped,
    List<String> surplus,
    List<String> behind,
    List<String> others,
    int classes) {

  /** Modules of wrappers, which have one child each; no network here has modules of these names. */
  private static final Pattern WRAPPERS =
      Pattern.compile(
          "(?<![^.])(?:module|_orig_mod|_checkpoint_wrapped_module|_fsdp_wrapped_module)\\.");

  private static final int MOST_PREFIXES = 10_000;
  private static final int MOST_FITS = 20;

  /** Whether all that is wanted is there, and no layer more. */
  boolean whole() {
    return missing.isEmpty() && misshaped.isEmpty() && surplus.isEmpty();
  }

  /** Number of wanted entries that are there in their shape. */
  int matches() {
    return keys.size() - misshaped.size();
  }

  /** Entries that the network has no use for. */
  List<String> leftOut() {
    List<String> all = new ArrayList<>(behind);
    all.addAll(others);
    return all;
  }

  /**
   * The fits of a dict, one for each prefix behind which a wanted name is. With names as they are
   * spelled, or if that gives no whole fit, without the modules of wrappers within names.
   */
  static List<Fit> of(Names names, Wanted wanted, Optional<String> prefix) {
    List<Fit> fits = of(names.dict, wanted, prefix, names.exact);
    if (names.unwrapped.exact || fits.stream().anyMatch(Fit::whole)) {
      return fits;
    }
    List<Fit> more = of(names.dict, wanted, prefix, names.unwrapped);
    return more.stream().anyMatch(Fit::whole) ? more : joined(fits, more);
  }

  private static List<Fit> joined(Collection<Fit> fits, Collection<Fit> more) {
    List<Fit> all = new ArrayList<>(fits);
    all.addAll(more);
    return all;
  }

  /**
   * A dict's keys as networks' names are looked for in them: taken apart once, for all networks.
   *
   * @param dict the dict
   * @param exact its keys
   * @param unwrapped those without the modules of wrappers
   */
  record Names(TensorDict dict, Spelling exact, Spelling unwrapped) {
    static Names of(TensorDict dict) {
      return new Names(dict, Spelling.exact(dict), Spelling.unwrapped(dict));
    }

    /** How much there is to look through: characters, with some for each key. */
    static long work(TensorDict dict) {
      return dict.entries().keySet().stream().mapToLong(key -> key.length() + 16L).sum();
    }
  }

  /** Keys of a dict by how they are spelled for the comparison. */
  private record Spelling(Map<String, String> keys, boolean exact) {
    static Spelling exact(TensorDict dict) {
      Map<String, String> keys = new LinkedHashMap<>();
      dict.entries().keySet().forEach(key -> keys.put(key, key));
      return new Spelling(keys, true);
    }

    static Spelling unwrapped(TensorDict dict) {
      Map<String, String> keys = new LinkedHashMap<>();
      Set<String> twice = new HashSet<>();
      boolean exact = true;
      for (String key : dict.entries().keySet()) {
        String bare = WRAPPERS.matcher(key).replaceAll("");
        exact &= bare.equals(key);
        if (keys.putIfAbsent(bare, key) != null) {
          twice.add(bare);
        }
      }
      keys.keySet().removeAll(twice); // which of the two is meant is not known
      return new Spelling(keys, exact);
    }
  }

  private static List<Fit> of(
      TensorDict dict, Wanted wanted, Optional<String> prefix, Spelling spelling) {
    Map<String, Map<String, String>> found = new LinkedHashMap<>(); // prefix to name to spelled key
    prefix.ifPresent(only -> found.put(only, new LinkedHashMap<>()));
    for (String key : spelling.keys.keySet()) {
      for (int at = wanted.start(key); at >= 0; at = next(key, at)) {
        String name = wanted.name(key, at);
        if (name == null) {
          continue;
        }
        String before = key.substring(0, at);
        if (prefix.isEmpty() && found.size() < MOST_PREFIXES) {
          found.putIfAbsent(before, new LinkedHashMap<>());
        }
        if (found.containsKey(before)) {
          found.get(before).putIfAbsent(name, key);
        }
      }
    }
    // A short name, a BatchNorm's, is at the end of long ones: prefixes with few names are those.
    return found.entrySet().stream()
        .sorted(Comparator.comparingInt(behind -> -behind.getValue().size()))
        .limit(MOST_FITS)
        .map(behind -> fit(dict, wanted, behind.getKey(), behind.getValue(), spelling))
        .toList();
  }

  private static int next(String key, int at) {
    int dot = key.indexOf('.', at);
    return dot < 0 ? -1 : dot + 1;
  }

  private static Fit fit(
      TensorDict dict, Wanted wanted, String prefix, Map<String, String> names, Spelling spelling) {
    Map<String, String> keys = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    int classes = classes(dict, wanted, spelling.keys.get(names.get(wanted.head())));
    for (String name : wanted.names()) {
      String key = spelling.keys.get(names.get(name));
      if (key == null) {
        missing.add(name);
        continue;
      }
      keys.put(name, key);
      Optional<List<Integer>> shape = dict.entries().get(key).shape();
      List<Integer> expected = wanted.shape(name, classes);
      if (shape.isPresent() && !shape.get().equals(expected)) {
        misshaped.add(name + " is " + shape.get() + ", not " + expected);
      }
    }
    List<String> surplus = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    List<String> others = new ArrayList<>();
    Set<String> used = new HashSet<>(keys.values());
    spelling.keys.forEach(
        (spelled, key) -> {
          StoredTensor entry = dict.entries().get(key);
          if (used.contains(key) || entry.shape().isEmpty()) {
            return;
          }
          if (!spelled.startsWith(prefix)) {
            others.add(key);
            return;
          }
          String name = spelled.substring(prefix.length());
          if (!wanted.isOptional(name)) {
            (wanted.isInside(name) ? surplus : behind).add(key);
          }
        });
    return new Fit(dict, prefix, keys, missing, misshaped, surplus, behind, others, classes);
  }

  private static int classes(TensorDict dict, Wanted wanted, String head) {
    List<Integer> shape =
        head == null ? List.of() : dict.entries().get(head).shape().orElse(List.of());
    return shape.isEmpty() || shape.get(0) == 0 ? wanted.standardClasses() : shape.get(0);
  }
}

package curtain.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an architecture asks of a state dict: names and shapes, for any number of classes, and names
 * that may be there.
 */
final class Wanted {
  /** Keys of the DenseNets' first state dicts: {@code norm.1} for {@code norm1} and so on. */
  private static final Pattern OLD_DENSENET_KEY =
      Pattern.compile("(.*denselayer\\d+\\.(?:norm|relu|conv))\\.([12]\\..*)");

  private final String classifier;
  private final boolean denseNet;
  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final Set<String> optional;
  private final Set<String> modules = new HashSet<>();
  private final int longest;
  private final int parts;

  /**
   * What was asked for.
   *
   * @param asked what a build of the architecture asked for, with any number of classes
   * @param classifier module whose rows are the classes
   * @param denseNet whether the DenseNets' old names are accepted
   */
  Wanted(Parameters asked, String classifier, boolean denseNet) {
    this.classifier = classifier + ".";
    this.denseNet = denseNet;
    this.optional = asked.optional();
    asked.asked().forEach((name, shape) -> shapes.put(name, Arrays.stream(shape).boxed().toList()));
    shapes.keySet().forEach(name -> modules.add(module(name)));
    // The old names of DenseNets have one dot more.
    this.parts = shapes.keySet().stream().mapToInt(Wanted::parts).max().orElse(0) + 1;
    this.longest = shapes.keySet().stream().mapToInt(String::length).max().orElse(0) + 20;
  }

  /** The names, in the network's order. */
  Set<String> names() {
    return Collections.unmodifiableSet(shapes.keySet());
  }

  /** The entry whose rows are the classes. */
  String head() {
    return classifier + "weight";
  }

  /** Whether an entry is the classifier's. */
  boolean isHead(String name) {
    return name.startsWith(classifier);
  }

  /** The shape of an entry, for a number of classes. */
  List<Integer> shape(String name, int classes) {
    List<Integer> shape = new ArrayList<>(shapes.get(name));
    if (isHead(name)) {
      shape.set(0, classes);
    }
    return shape;
  }

  /** The rows of the classifier that were asked for. */
  int standardClasses() {
    return shapes.get(head()).get(0);
  }

  private static int parts(String name) {
    return 1 + (int) name.chars().filter(c -> c == '.').count();
  }

  /** Where the first of the last parts of a key begins that may be a name, however long it is. */
  int start(String key) {
    int dot = key.length();
    for (int i = 0; i < parts && dot >= 0; i++) {
      dot = key.lastIndexOf('.', dot - 1);
    }
    return dot + 1;
  }

  /** The name that the end of a key spells, or null if it is none that is wanted. */
  String name(String key, int from) {
    if (key.length() - from > longest) {
      return null;
    }
    String text = key.substring(from);
    if (shapes.containsKey(text)) {
      return text;
    }
    Matcher old = denseNet ? OLD_DENSENET_KEY.matcher(text) : null;
    if (old == null || !old.matches()) {
      return null;
    }
    String name = old.group(1) + old.group(2);
    return shapes.containsKey(name) ? name : null;
  }

  /** Whether a name may be there and is not needed. */
  boolean isOptional(String text) {
    if (text.length() > longest) {
      return false;
    }
    Matcher old = denseNet ? OLD_DENSENET_KEY.matcher(text) : null;
    return optional.contains(old != null && old.matches() ? old.group(1) + old.group(2) : text);
  }

  /** Whether a name belongs to a module of the network, whose layers it would add to. */
  boolean isInside(String text) {
    return modules.contains(module(text));
  }

  private static String module(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}

package curtain.jobs.stability;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Checkpoints in the order of training, and what it was taken from. It is that of the first {@link
 * CheckpointNumber} that all relative paths have and that no two share; else of the first that all
 * have and that only those share which agree in the others, too ({@code -v1}, {@code best}); else
 * of epochs, and of steps or iterations within them; else of the only number in which the paths
 * differ; else the natural order of the whole relative paths. Of equal numbers the natural order
 * decides.
 *
 * @param names relative paths, in order
 * @param by what they are ordered by, for a message
 * @param ties of each number that several have, these paths
 */
public record CheckpointOrder(List<String> names, String by, List<List<String>> ties) {
  /**
   * The order of names in which digits compare as numbers: {@code step9} before {@code step10}. The
   * last extension counts last: {@code a.ckpt} before {@code a-v1.ckpt}.
   */
  static final Comparator<String> NATURAL =
      Comparator.comparing(CheckpointOrder::stem, CheckpointOrder::compare)
          .thenComparing(CheckpointOrder::compare);

  /** Keeps copies. */
  public CheckpointOrder {
    names = List.copyOf(names);
    ties = List.copyOf(ties);
  }

  /** The order of these relative paths, which are different. */
  static CheckpointOrder of(List<String> paths) {
    List<String> natural = paths.stream().sorted(NATURAL).toList();
    if (natural.size() == 1) {
      return new CheckpointOrder(natural, "name", List.of());
    }
    UnaryOperator<String> read = CheckpointNumber.withoutSeparators(natural);
    Map<CheckpointNumber, Map<String, BigDecimal>> known = new EnumMap<>(CheckpointNumber.class);
    for (CheckpointNumber number : CheckpointNumber.values()) {
      Map<String, BigDecimal> of = new HashMap<>();
      natural.forEach(path -> number.of(read.apply(path)).ifPresent(value -> of.put(path, value)));
      if (of.size() == natural.size()) {
        known.put(number, of);
      }
    }
    for (Map.Entry<CheckpointNumber, Map<String, BigDecimal>> each : known.entrySet()) {
      if (distinct(each.getValue()) == natural.size()) {
        return by(each.getKey().toString(), natural, each.getValue()::get);
      }
    }
    long most =
        natural.stream()
            .map(path -> known.values().stream().map(of -> of.get(path)).toList())
            .distinct()
            .count();
    for (Map.Entry<CheckpointNumber, Map<String, BigDecimal>> each : known.entrySet()) {
      if (most > 1 && distinct(each.getValue()) == most) {
        return by(each.getKey().toString(), natural, each.getValue()::get);
      }
    }
    for (CheckpointNumber within : List.of(CheckpointNumber.STEP, CheckpointNumber.ITERATION)) {
      Map<String, BigDecimal> epochs = known.get(CheckpointNumber.EPOCH);
      Map<String, BigDecimal> steps = known.get(within);
      if (epochs != null && steps != null) {
        return by(
            "epoch and " + within, natural, path -> new Within(epochs.get(path), steps.get(path)));
      }
    }
    Optional<List<BigDecimal>> lone = CheckpointNumber.lone(natural);
    if (lone.isPresent()) {
      return by(
          "the number in their names", natural, path -> lone.get().get(natural.indexOf(path)));
    }
    return new CheckpointOrder(natural, "name" + lacking(natural), List.of());
  }

  /**
   * The order that a list gives.
   *
   * @param given relative paths in order
   * @param source where the list is from, for the message
   */
  static CheckpointOrder given(List<String> given, String source) {
    return new CheckpointOrder(given, source, List.of());
  }

  private record Within(BigDecimal epoch, BigDecimal step) implements Comparable<Within> {
    @Override
    public int compareTo(Within other) {
      int order = epoch.compareTo(other.epoch);
      return order == 0 ? step.compareTo(other.step) : order;
    }
  }

  private static <K extends Comparable<K>> CheckpointOrder by(
      String by, List<String> natural, Function<String, K> key) {
    // the sort is stable: equal numbers stay in natural order
    List<String> sorted = natural.stream().sorted(Comparator.comparing(key)).toList();
    List<List<String>> ties = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= sorted.size(); i++) {
      if (i == sorted.size() || !key.apply(sorted.get(i)).equals(key.apply(sorted.get(from)))) {
        if (i - from > 1) {
          ties.add(sorted.subList(from, i));
        }
        from = i;
      }
    }
    return new CheckpointOrder(sorted, by, ties);
  }

  private static long distinct(Map<String, BigDecimal> numbers) {
    Set<BigDecimal> values = new HashSet<>(numbers.values());
    return values.size();
  }

  /** Which of the paths, a few, lack the number that most of them have; empty where none do. */
  private static String lacking(List<String> paths) {
    for (CheckpointNumber number : CheckpointNumber.values()) {
      List<String> without = paths.stream().filter(path -> number.of(path).isEmpty()).toList();
      if (!without.isEmpty() && 2 * without.size() <= paths.size()) {
        String others =
            without.size() == 1
                ? " has"
                : String.format(Locale.ROOT, " and %,d more have", without.size() - 1);
        return " (" + without.get(0) + others + " no " + number + ")";
      }
    }
    return "";
  }

  /** The message for the user, one line: the first two, the last, what orders them, and ties. */
  public String said() {
    int count = names.size();
    String shown =
        count <= 3
            ? String.join(", ", names)
            : names.get(0) + ", " + names.get(1) + " ... " + names.get(count - 1);
    String tied =
        ties.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "; %s%s have the same number and are in order of name",
                String.join(" and ", ties.get(0)),
                ties.size() == 1
                    ? ""
                    : String.format(Locale.ROOT, ", and %,d more groups,", ties.size() - 1));
    return String.format(
        Locale.ROOT,
        "%,d %s in order of %s: %s%s",
        count,
        count == 1 ? "checkpoint" : "checkpoints",
        by,
        shown,
        tied);
  }

  /**
   * The numbers of paths that are in order: the first {@link CheckpointNumber} that all have and
   * that ascends, or the only number in which they differ, if that ascends.
   */
  static Optional<List<BigDecimal>> ascending(List<String> names) {
    UnaryOperator<String> read = CheckpointNumber.withoutSeparators(names);
    for (CheckpointNumber number : CheckpointNumber.values()) {
      List<BigDecimal> values =
          names.stream().flatMap(each -> number.of(read.apply(each)).stream()).toList();
      if (values.size() == names.size() && ascends(values)) {
        return Optional.of(values);
      }
    }
    return CheckpointNumber.lone(names).filter(CheckpointOrder::ascends);
  }

  private static boolean ascends(List<BigDecimal> values) {
    return values.size() > 1
        && IntStream.range(1, values.size())
            .allMatch(i -> values.get(i).compareTo(values.get(i - 1)) > 0);
  }

  private static String stem(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 && !path.substring(dot + 1).matches("[0-9].*")
        ? path.substring(0, dot)
        : path;
  }

  private static int compare(String a, String b) {
    String boundary = "(?<=[0-9])(?=[^0-9])|(?<=[^0-9])(?=[0-9])";
    String[] left = a.split(boundary, -1);
    String[] right = b.split(boundary, -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = left[i].matches("[0-9]+") && right[i].matches("[0-9]+");
      int order =
          numbers
              ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(left.length, right.length);
    return order == 0 ? a.compareTo(b) : order;
  }
}

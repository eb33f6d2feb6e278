package curtain.jobs.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers of things by their names. */
final class Counts {
  private Counts() {}

  /** The number of times that each name is there, the most frequent first, then by name. */
  static Map<String, Long> of(Collection<String> names) {
    Map<String, Long> counts =
        names.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }

  /** {@code 3 .png, 2 .jpg, ...}, of at most so many names. */
  static String words(Map<String, Long> counts, int most) {
    return counts.entrySet().stream()
            .limit(most)
            .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
            .collect(Collectors.joining(", "))
        + (counts.size() > most ? ", ..." : "");
  }

  /** {@code a, b, c, ...}, of at most so many names. */
  static String names(List<String> names, int most) {
    return names.stream().limit(most).collect(Collectors.joining(", "))
        + (names.size() > most ? ", ..." : "");
  }
}

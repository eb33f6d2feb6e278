package curtain.figures;

import java.util.HashSet;
import java.util.List;

/**
 * Names without what they have in common, for labels: {@code run_step00020.pth} and {@code
 * run_step01248.pth} become 20 and 1248 of {@code run_step*.pth}. Only whole words and whole
 * numbers are cut, and nothing where a name would have none left; zeros before a number go where
 * all names are numbers that stay different.
 *
 * @param names in the order given, as different as they were
 * @param pattern what was cut, a star in place of the names; a mere star where nothing was
 */
public record ShortNames(List<String> names, String pattern) {
  /** Keeps a copy. */
  public ShortNames {
    names = List.copyOf(names);
  }

  /** Shortens names; a single one stays as it is. */
  public static ShortNames of(List<String> full) {
    if (new HashSet<>(full).size() < 2) {
      return new ShortNames(full, "*");
    }
    int suffix = cut(full.stream().map(ShortNames::reversed).toList());
    int prefix = cut(full.stream().map(name -> name.substring(0, name.length() - suffix)).toList());
    List<String> rest =
        full.stream().map(name -> name.substring(prefix, name.length() - suffix)).toList();
    String first = full.get(0);
    String pattern = first.substring(0, prefix) + "*" + first.substring(first.length() - suffix);
    if (rest.stream().allMatch(name -> name.matches("[0-9]+"))) {
      List<String> plain = rest.stream().map(name -> name.replaceFirst("^0+(?=.)", "")).toList();
      if (new HashSet<>(plain).size() == new HashSet<>(rest).size()) {
        rest = plain;
      }
    }
    return new ShortNames(rest, pattern);
  }

  /** How many characters all names begin with, cut at a boundary that leaves each a word. */
  private static int cut(List<String> names) {
    String first = names.get(0);
    int cut = 0;
    for (int n = 1; n < first.length(); n++) {
      String head = first.substring(0, n);
      int at = n;
      if (!names.stream().allMatch(name -> name.startsWith(head) && name.length() > at)) {
        break;
      }
      if (names.stream()
          .allMatch(
              name ->
                  kind(name.charAt(at - 1)) != kind(name.charAt(at))
                      && name.substring(at).chars().anyMatch(Character::isLetterOrDigit))) {
        cut = n;
      }
    }
    return cut;
  }

  private static String reversed(String name) {
    return new StringBuilder(name).reverse().toString();
  }

  private static int kind(char c) {
    return Character.isDigit(c) ? 0 : Character.isLetter(c) ? 1 : 2;
  }
}

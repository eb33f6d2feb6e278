package curtain.figures;

import java.util.HashSet;
import java.util.List;

/**
 * Names shortened by their common beginning and end, for labels: {@code run_step00020.pth} and
 * {@code run_step01248.pth} become 20 and 1248 of {@code run_step*.pth}. Only whole words and whole
 * numbers are cut, and never all of a name; leading zeros are dropped where all names are numbers
 * that stay different.
 *
 * @param names short names in the order given; different names stay different
 * @param pattern what was cut, with a star for the names; a star alone where nothing was
 */
public record ShortNames(List<String> names, String pattern) {
  /** Keeps a copy of the list. */
  public ShortNames {
    names = List.copyOf(names);
  }

  /** Shortens names; a single name stays as it is. */
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

  /**
   * The length of the names' common beginning, up to a word boundary that leaves each name a word.
   */
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

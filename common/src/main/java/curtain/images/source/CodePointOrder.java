package curtain.images.source;

import java.util.Comparator;

/** Orders of names and paths that do not depend on a locale, a file system or UTF-16. */
public final class CodePointOrder {
  /** Names by Unicode code point. (String.compareTo sorts U+1F600 before U+FF21.) */
  public static final Comparator<String> NAMES = CodePointOrder::compareNames;

  /** Paths as a tree is walked: within a directory files before subdirectories, each by name. */
  public static final Comparator<String> PATHS = CodePointOrder::comparePaths;

  private CodePointOrder() {}

  private static int compareNames(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length()) {
      int p = a.codePointAt(i);
      int q = b.codePointAt(i);
      if (p != q) {
        return Integer.compare(p, q);
      }
      i += Character.charCount(p);
    }
    return Integer.compare(a.length(), b.length());
  }

  private static int comparePaths(String a, String b) {
    int from = 0; // both agree on every part before this
    while (true) {
      int endA = a.indexOf('/', from);
      int endB = b.indexOf('/', from);
      if ((endA < 0) != (endB < 0)) {
        return endA < 0 ? -1 : 1;
      }
      String partA = endA < 0 ? a.substring(from) : a.substring(from, endA);
      String partB = endB < 0 ? b.substring(from) : b.substring(from, endB);
      int order = compareNames(partA, partB);
      if (order != 0 || endA < 0) {
        return order;
      }
      from = endA + 1;
    }
  }
}

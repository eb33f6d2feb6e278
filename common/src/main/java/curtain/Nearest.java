package curtain;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that a mistyped one was probably meant to be. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate at the least Levenshtein distance, letter case aside; among equals the first by
   * code points, so that the order of the collection does not show.
   *
   * @return null where there are no candidates
   */
  public static String of(String wanted, Collection<String> candidates) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(lower(wanted), lower(candidate));
      if (distance < least || (distance == least && candidate.compareTo(best) < 0)) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /**
   * The candidate that {@link #of} gives, if at most {@code most} insertions, deletions and
   * substitutions away: a name that is hardly meant otherwise.
   *
   * @return null where there is none so near
   */
  public static String within(int most, String wanted, Collection<String> candidates) {
    String nearest = of(wanted, candidates);
    return nearest != null && distance(lower(wanted), lower(nearest)) <= most ? nearest : null;
  }

  /** Levenshtein distance: single-character insertions, deletions and substitutions. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}

package curtain.network;

import curtain.OneLine;
import java.util.List;
import java.util.stream.Collectors;

/** Names of a weights file's entries in messages. */
final class EntryNames {
  /** How many entries of a list are named. */
  static final int EXAMPLES = 3;

  private static final int LONGEST_NAME = 120;

  private EntryNames() {}

  /** A name from the file, cut to a length that a line can bear, without control characters. */
  static String cut(String name) {
    String plain = OneLine.of(name);
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
  }

  /** The first of a list. */
  static String examples(List<String> entries) {
    return entries.stream().limit(EXAMPLES).map(EntryNames::cut).collect(Collectors.joining(", "))
        + (entries.size() > EXAMPLES ? ", ..." : "");
  }

  /** The number of a list's entries, and the first of them. */
  static String counted(List<String> entries) {
    return entries.size()
        + (entries.size() == 1 ? " entry (" : " entries (")
        + examples(entries)
        + ")";
  }

  /** Where a fit's entries are, if that is not plain. */
  static String place(Fit fit, String before) {
    String key = fit.dict().key().isEmpty() ? "" : "under '" + cut(fit.dict().key()) + "'";
    String prefix = fit.prefix().isEmpty() ? "" : "behind '" + cut(fit.prefix()) + "'";
    String both = key + (key.isEmpty() || prefix.isEmpty() ? "" : " ") + prefix;
    return both.isEmpty() ? "" : before + both;
  }
}

package curtain.jobs.show;

import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What of an output a page could not show, and why: a sentence for each kind of thing, which is in
 * the page and on standard error.
 */
public final class NotShown {
  private final String input;
  private final Map<String, Integer> counts = new LinkedHashMap<>();
  private final Map<String, String> first = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param input the output, as the option gave it
   */
  public NotShown(String input) {
    this.input = input;
  }

  /**
   * Notes one more.
   *
   * @param things of which it is one, in the plural
   * @param why as {@link #why} gives it; that of the first is told
   */
  public void add(String things, String why) {
    counts.merge(things, 1, Integer::sum);
    first.putIfAbsent(things, why);
  }

  /** A sentence for each kind of thing. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    counts.forEach(
        (things, count) ->
            sentences.add(
                String.format(
                    Locale.ROOT,
                    "%s: %,d of the %s cannot be shown%s: %s",
                    input,
                    count,
                    things,
                    count > 1 ? "; of the first" : "",
                    first.get(things))));
    return sentences;
  }

  /**
   * A sentence for all of some things.
   *
   * @param things in the plural
   */
  public static String all(String input, String things, String why) {
    return String.format(Locale.ROOT, "%s: %s cannot be shown: %s", input, things, why);
  }

  /**
   * What is wrong, in one line. What to do is left out where it is said to those who draw figures,
   * with options of theirs.
   */
  public static String why(Exception e) {
    boolean told =
        e instanceof IOException
            || e instanceof RunException
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException;
    String message = String.join(" ", String.valueOf(e.getMessage()).strip().split("\\s*\\R\\s*"));
    return told && e.getMessage() != null
        ? message.replaceFirst("; give (the )?(--images|set) .*", "")
        : String.format(
            Locale.ROOT,
            "it holds what its command does not write (%s)",
            e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ": " + message);
  }
}

package curtain.jobs.check;

import curtain.OneLine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The report of {@code check}: lines that begin with what they are about, cut to a width, and the
 * problems that a run would fail of, which are never cut. Control characters, which names in
 * untrusted files may have, are question marks.
 */
final class Screen {
  /** Columns of a line. */
  static final int WIDTH = 100;

  /** Columns of what a line is about. */
  static final int MARGIN = 12;

  private static final String CUT = "...";

  private final List<String> lines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** Adds a line. */
  void say(String about, String format, Object... values) {
    String text = about + " ".repeat(Math.max(1, MARGIN - about.length()));
    lines.add(cut(OneLine.of(text + String.format(Locale.ROOT, format, values)), WIDTH));
  }

  /** Adds a line on the same as the line before. */
  void more(String format, Object... values) {
    say("", format, values);
  }

  /** Adds a reason why a run would fail, one line that says what to do. */
  void problem(String text) {
    String line = String.join(" ", String.valueOf(text).strip().split("\\s*\\R\\s*"));
    problems.add(OneLine.of(line));
  }

  /** Whether a run would fail. */
  boolean fails() {
    return !problems.isEmpty();
  }

  /** Prints the lines, and in the end whether a run would go, or the problems. */
  void print(PrintWriter out) {
    lines.forEach(out::println);
    out.println(
        "result" + " ".repeat(MARGIN - 6) + (fails() ? "a run would fail:" : "a run would go"));
    problems.forEach(problem -> out.println(" ".repeat(MARGIN) + problem));
    out.flush();
  }

  /** The text, or its beginning and dots. */
  static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - CUT.length()) + CUT;
  }

  /** The text, or dots and its end, by which names differ. */
  static String end(String text, int width) {
    return text.length() <= width
        ? text
        : CUT + text.substring(text.length() - width + CUT.length());
  }

  /** Bytes in words, {@code 1.2 MB} say. */
  static String bytes(double bytes) {
    String[] units = {"bytes", "KB", "MB", "GB", "TB"};
    int unit = 0;
    double size = bytes;
    while (size >= 999.5 && unit < units.length - 1) {
      size /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, size < 9.95 && unit > 0 ? "%.1f %s" : "%,.0f %s", size, units[unit]);
  }
}

package curtain.jobs.task;

import curtain.jobs.shards.Meter;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * A progress line on standard error, with counts, rate and time left. On a terminal it is rewritten
 * in place; elsewhere a new line comes every ten seconds.
 */
public final class Progress implements Meter, AutoCloseable {
  private static final long TERMINAL_NANOS = 200_000_000L;
  private static final long FILE_NANOS = 10_000_000_000L;

  private final String command;
  private final PrintWriter out;
  private final PrintWriter warnings;
  private final boolean terminal;
  private String plural = "images";
  private long start;
  private long shown;
  private int width;

  /**
   * Shows progress on a writer.
   *
   * @param command name of the command, which begins the line
   * @param out where the line is written, or null for nowhere
   * @param terminal whether a carriage return rewrites the line
   * @param nanos the time now, {@link System#nanoTime}
   */
  public Progress(String command, PrintWriter out, boolean terminal, long nanos) {
    this(command, out, out, terminal, nanos);
  }

  private Progress(
      String command, PrintWriter out, PrintWriter warnings, boolean terminal, long nanos) {
    this.command = command;
    this.out = out;
    this.warnings = warnings;
    this.terminal = terminal;
    this.start = nanos;
    this.shown = nanos;
  }

  /**
   * Shows progress on standard error, unless quiet. The launcher's {@code curtain.terminal} says
   * whether that is a terminal.
   */
  @SuppressWarnings(
      "SystemConsoleNull") // Java 17, the only one that Spark 3.5 runs on, returns null
  public static Progress standard(String command, PrintWriter err, boolean quiet) {
    boolean terminal =
        Boolean.parseBoolean(
            System.getProperty("curtain.terminal", String.valueOf(System.console() != null)));
    return new Progress(command, quiet ? null : err, err, terminal, System.nanoTime());
  }

  @Override
  public synchronized void begin(String counted) {
    plural = counted;
    start = System.nanoTime();
  }

  /** Prints a warning, also where progress is not shown. */
  @Override
  public synchronized void warn(String text) {
    close();
    width = 0;
    if (warnings != null) {
      warnings.println("curtain " + command + ": " + text);
      warnings.flush();
    }
  }

  @Override
  public void show(long done, long errors, long fresh, long total) {
    show(done, errors, fresh, total, System.nanoTime());
  }

  synchronized void show(long done, long errors, long fresh, long total, long nanos) {
    if (out == null || nanos - shown < (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
      return;
    }
    shown = nanos;
    String line = line(command, plural, done, errors, fresh, total, (nanos - start) / 1e9);
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  static String line(
      String command,
      String plural,
      long done,
      long errors,
      long fresh,
      long total,
      double seconds) {
    double rate = fresh / Math.max(seconds, 1e-9);
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d %s (%d %%)",
            command,
            done,
            total,
            plural,
            total == 0 ? 100 : 100 * done / total));
    if (fresh > 0) {
      line.append(String.format(Locale.ROOT, ", %.1f %s/s", rate, plural));
      line.append(", ").append(duration((long) Math.ceil((total - done) / rate))).append(" left");
    }
    if (errors > 0) {
      line.append(String.format(Locale.ROOT, ", %,d errors", errors));
    }
    return line.toString();
  }

  /** The time in words, {@code 2 min 5 s} say. */
  public static String duration(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  /** Clears the line on a terminal. */
  @Override
  public synchronized void close() {
    if (out != null && width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
    }
  }
}

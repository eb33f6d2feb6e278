package curtain.jobs.task;

import curtain.jobs.shards.Meter;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;

/**
 * A progress line on standard error, with counts, rate and time left. On a terminal it is rewritten
 * in place; elsewhere, in a driver's log say, a new line comes every ten seconds. The rate is that
 * of the last two minutes; at the start, of the time since the first images were done, so that what
 * comes before them does not count, and none is told before some seconds are seen.
 */
public final class Progress implements Meter, AutoCloseable {
  private static final long TERMINAL_NANOS = 200_000_000L;
  private static final long FILE_NANOS = 10_000_000_000L;

  /** How far back the rate looks. */
  private static final long WINDOW_NANOS = 120_000_000_000L;

  /** The least time of which a rate is told. */
  private static final long LEAST_NANOS = 3_000_000_000L;

  /** The time between two samples of a window, at least. */
  private static final long SAMPLE_NANOS = 1_000_000_000L;

  /** How many were done at a time. */
  private record Sample(long nanos, long fresh) {}

  private final Deque<Sample> samples = new ArrayDeque<>();
  private final String command;
  private final PrintWriter out;
  private final PrintWriter warnings;
  private final boolean terminal;
  private String plural = "images";
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
    samples.clear();
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
    sample(fresh, nanos);
    if (out == null || nanos - shown < (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
      return;
    }
    shown = nanos;
    String line = line(command, plural, done, errors, total, rate(fresh, nanos));
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  /** Keeps what the rate is taken of: the last sample before the window, and those within it. */
  private void sample(long fresh, long nanos) {
    if (!samples.isEmpty() && fresh < samples.getLast().fresh()) {
      samples.clear(); // a task was lost, and begins again
    }
    if (fresh > 0 && (samples.isEmpty() || nanos - samples.getLast().nanos() >= SAMPLE_NANOS)) {
      samples.add(new Sample(nanos, fresh));
    }
    while (samples.size() > 2 && nanos - second().nanos() >= WINDOW_NANOS) {
      samples.removeFirst();
    }
  }

  private Sample second() {
    Iterator<Sample> all = samples.iterator();
    all.next();
    return all.next();
  }

  /** The rate per second; NaN where too little was seen. */
  private double rate(long fresh, long nanos) {
    if (samples.isEmpty()) {
      return Double.NaN;
    }
    long seen = nanos - samples.getFirst().nanos();
    long done = fresh - samples.getFirst().fresh();
    // the next batch may take longer than some seconds; two minutes without an image are news
    return seen < (done > 0 ? LEAST_NANOS : WINDOW_NANOS) ? Double.NaN : 1e9 * done / seen;
  }

  /**
   * The line.
   *
   * @param rate number done per second; NaN where it is not known
   */
  static String line(
      String command, String plural, long done, long errors, long total, double rate) {
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
    if (rate > 0) {
      line.append(String.format(Locale.ROOT, ", %.1f %s/s", rate, plural));
      line.append(", ").append(duration((long) Math.ceil((total - done) / rate))).append(" left");
    } else if (rate == 0 && done < total) {
      line.append(", none in the last ").append(duration(WINDOW_NANOS / 1_000_000_000L));
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

package curtain.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import curtain.fixtures.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Gives a reader damaged files and counts what comes of each: a value, or the documented error of
 * one line. Anything else is a finding: another exception or error, more than {@value
 * #MOST_SECONDS} seconds of processor time, more allocated bytes than the target allows.
 *
 * <p>Input i of a seed is always the same, so the short run of a build is deterministic. {@code
 * -Dcurtain.fuzz.minutes=60} shares that many minutes among all readers, {@code
 * -Dcurtain.fuzz.seed=N} gives other inputs. A finding's input is saved under {@code target/fuzz}.
 *
 * <p>Not Jazzer, although it could be had: its search follows coverage and the clock, so no two
 * runs are alike, and without its agent it replays only what it found before. What gets an input
 * past checksums and lengths, the mutators beside the tests, it would need as well.
 */
public final class Fuzz {
  private static final int READERS = 9;
  private static final long MOST_SECONDS = 5; // of the thread's processor time
  private static final long MOST_WAITED_SECONDS = 60; // a thread that waits takes no processor time
  private static final int MOST_FINDINGS = 20;
  private static final long SEED = Long.getLong("curtain.fuzz.seed", 1);
  private static final long MINUTES = Long.getLong("curtain.fuzz.minutes", 0);
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Target target;
  private final Set<String> kinds = new HashSet<>(); // of documented errors, numbers apart
  private final Set<String> findings = new HashSet<>();
  private long values;
  private long errors;
  private long crashes;
  private long hangs;
  private long largestBytes;
  private long largestNanos;
  private volatile Running running;
  private volatile Throwable broken; // a mutation failed

  private Fuzz(Target target) {
    this.target = target;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Running(long index, byte[] input, long cpu, long time) {}

  /** Fuzzes a reader, prints the counts, and fails where there was a finding. */
  public static void run(Target target) throws InterruptedException {
    new Fuzz(target).run();
  }

  private void run() throws InterruptedException {
    Thread worker = new Thread(this::work, "fuzz " + target.name());
    worker.setDaemon(true); // one that hangs is left behind
    worker.start();
    while (worker.isAlive() && hangs == 0) {
      worker.join(50);
      watch(worker);
    }
    System.out.printf(
        Locale.ROOT,
        "fuzz | %-11s | seed %d | %7d inputs | %7d values | %7d errors of %4d kinds | %d crashes |"
            + " %d hangs | %6.1f MB | %5.2f s%n",
        target.name(),
        SEED,
        values + errors + crashes + hangs,
        values,
        errors,
        kinds.size(),
        crashes,
        hangs,
        largestBytes / 1e6,
        largestNanos / 1e9);
    if (broken != null) {
      throw new IllegalStateException("a mutation failed", broken);
    }
    assertTrue(findings.isEmpty(), target.name() + ": " + String.join("; ", findings));
    assertTrue(values > 0, "no damaged file was read: the mutations are too coarse");
    assertTrue(errors > 0, "no damaged file was refused: the mutations hit nothing");
  }

  private void work() {
    long end = System.nanoTime() + MINUTES * 60_000_000_000L / READERS;
    for (long i = 0;
        hangs == 0
            && findings.size() < MOST_FINDINGS
            && (MINUTES == 0 ? i < target.inputs() : System.nanoTime() < end);
        i++) {
      try {
        one(i, target.mutation().make(new SplittableRandom(SEED * 1_000_000_007L + i)));
      } catch (Exception e) {
        broken = e;
        return;
      }
    }
  }

  private void one(long index, byte[] input) {
    long id = Thread.currentThread().getId();
    long bytes = THREADS.getThreadAllocatedBytes(id);
    long cpu = THREADS.getThreadCpuTime(id);
    running = new Running(index, input, cpu, System.nanoTime());
    String error = null;
    Throwable thrown = null;
    try {
      error = target.reader().read(input);
    } catch (Throwable e) { // errors of the JVM too: they are what is looked for
      thrown = e;
    }
    Running read = running;
    running = null;
    long nanos = THREADS.getThreadCpuTime(id) - cpu;
    bytes = THREADS.getThreadAllocatedBytes(id) - bytes;
    largestNanos = Math.max(largestNanos, nanos);
    largestBytes = Math.max(largestBytes, bytes);
    if (thrown == null && error != null && !isOneLine(error)) {
      thrown = new AssertionError("not one line: " + error);
    }
    if (thrown == null && bytes > target.bytes() + target.bytesPerByte() * input.length) {
      thrown = new AssertionError(Long.highestOneBit(bytes >> 20) + " MiB and more allocated");
    }
    if (thrown == null && nanos > MOST_SECONDS * 1_000_000_000L) {
      thrown = new AssertionError("slow");
    }
    if (thrown != null) {
      crashes++;
      found(read, thrown.toString().lines().findFirst().orElse(""), thrown);
    } else if (error == null) {
      values++;
    } else {
      errors++;
      if (kinds.size() < 100_000) {
        kinds.add(error.replaceAll("'.*'|[0-9]+", "#"));
      }
    }
  }

  /** Whether a message is one line that can be shown. */
  private static boolean isOneLine(String message) {
    return !message.isBlank()
        && message
            .codePoints()
            .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
  }

  private void watch(Thread worker) {
    Running now = running;
    long cpu = THREADS.getThreadCpuTime(worker.getId());
    Running still = running; // or another's time would be counted
    if (now != null
        && still != null
        && still.index == now.index
        && (cpu - now.cpu > MOST_SECONDS * 1_000_000_000L
            || System.nanoTime() - now.time > MOST_WAITED_SECONDS * 1_000_000_000L)) {
      hangs++;
      Throwable where = new AssertionError("hangs");
      where.setStackTrace(worker.getStackTrace());
      found(now, "hangs", where);
    }
  }

  /** Saves and prints the first input of a kind; a kind is what was thrown, and where. */
  private void found(Running at, String what, Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    String kind =
        (thrown instanceof AssertionError ? what : what.replaceAll("[0-9]+", "#"))
            + Arrays.stream(trace)
                .filter(frame -> frame.getClassName().startsWith("curtain."))
                .limit(1)
                .toList();
    if (!findings.add(kind)) {
      return;
    }
    Path file =
        Shared.root()
            .resolve("common/target/fuzz")
            .resolve(target.name().replace(' ', '-') + "-" + SEED + "-" + at.index + ".bin");
    System.out.println("fuzz finding: " + target.name() + ", seed " + SEED + ", input " + at.index);
    System.out.println("  " + at.input.length + " bytes, saved as " + file);
    System.out.println("  " + what);
    for (StackTraceElement frame : Arrays.copyOf(trace, Math.min(trace.length, 14))) {
      System.out.println("    at " + frame);
    }
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, at.input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

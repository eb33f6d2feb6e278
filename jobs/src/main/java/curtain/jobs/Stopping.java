package curtain.jobs;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Says in one line that the program was stopped from outside, by SIGTERM or SIGINT; what the parts
 * that are torn down say of it is kept back. The exit status is Java's: 128 and the signal's
 * number.
 */
final class Stopping {
  private static final AtomicBoolean ENDED = new AtomicBoolean();
  private static final AtomicBoolean STOPPED = new AtomicBoolean();

  private Stopping() {}

  /**
   * Watches until {@link #ended}.
   *
   * @param hint what the user may do where the program is stopped; asked only then
   */
  static void watch(PrintWriter err, Supplier<String> hint) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!ENDED.get()) {
                    STOPPED.set(true);
                    Configurator.setAllLevels("", Level.OFF);
                    // threads of Scala print there, too; err has the stream that was
                    System.setErr(
                        new PrintStream(
                            OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
                    err.println("curtain: stopped; " + hint.get());
                    err.flush();
                  }
                }));
  }

  /** To be called when the command has ended by itself. */
  static void ended() {
    ENDED.set(true);
  }

  /** Whether the program is being stopped. */
  static boolean isUnderWay() {
    return STOPPED.get();
  }
}

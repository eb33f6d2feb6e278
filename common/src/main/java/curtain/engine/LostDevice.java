package curtain.engine;

import java.io.IOException;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a process whose GPU failed: CUDA refuses all its later calls, and would fail
 * every task that it is given. A process that only runs tasks ends, so that it is replaced.
 */
public final class LostDevice {
  private static final Logger LOG = LoggerFactory.getLogger(LostDevice.class);

  /** Exit status: of the system's sysexits.h, an internal software error. */
  private static final int STATUS = 70;

  private LostDevice() {}

  /**
   * Does nothing, unless the exception says that the GPU failed.
   *
   * @param replaceable whether the process only runs tasks, and is replaced when it ends; then this
   *     does not return, and nothing is closed, since closing waits for the GPU
   * @throws IOException that says what to do, in another process
   */
  public static void check(Throwable thrown, boolean replaceable) throws IOException {
    check(thrown, replaceable, Runtime.getRuntime()::halt);
  }

  /** The same with another end of the process. */
  static void check(Throwable thrown, boolean replaceable, IntConsumer halt) throws IOException {
    if (DeviceFailure.of(thrown) != DeviceFailure.LOST) {
      return;
    }
    String said = said(thrown);
    if (replaceable) {
      LOG.error("the GPU failed ({}); this executor ends, and its tasks go to another", said);
      halt.accept(STATUS);
    }
    throw new IOException(
        "the GPU failed (" + said + "); run it again in a new process, which can go on", thrown);
  }

  private static String said(Throwable thrown) {
    Throwable each = thrown;
    while (DeviceFailure.of(each.getCause()) == DeviceFailure.LOST) {
      each = each.getCause();
    }
    return String.valueOf(each.getMessage()).lines().findFirst().orElse("");
  }
}

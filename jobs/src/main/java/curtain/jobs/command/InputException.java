package curtain.jobs.command;

import java.io.IOException;

/** Images, weights or a class list that cannot be used. The message is one line on what and why. */
public final class InputException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what is wrong.
   *
   * @param message one line that names the option or the file, and what to do
   * @param cause what was thrown, or null
   */
  InputException(String message, Throwable cause) {
    super(message, cause);
  }
}

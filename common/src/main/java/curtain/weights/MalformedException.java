package curtain.weights;

import java.io.IOException;

/**
 * Thrown for bad content of a weights file. The message is a clause that follows the file's name,
 * which {@link Checkpoint} puts before it in a {@link WeightsException}.
 */
final class MalformedException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_QUOTE = 120;

  MalformedException(String problem) {
    super(problem);
  }

  /** Quotes a name from the file, cut to a length that a line can bear. */
  static String quote(String name) {
    return "'"
        + (name.length() <= LONGEST_QUOTE ? name : name.substring(0, LONGEST_QUOTE) + "...")
        + "'";
  }
}

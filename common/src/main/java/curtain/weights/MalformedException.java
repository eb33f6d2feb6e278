package curtain.weights;

import java.io.IOException;

/**
 * Bad content; {@link StateDict#read} adds the file's name and makes a {@link WeightsException}.
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

package curtain.images.source;

import curtain.OneLine;

/**
 * Thrown where one image cannot be used. The message, one line, is the reason of its row of {@code
 * errors}.
 */
public final class BadImageException extends Exception {

  private static final long serialVersionUID = 1L;

  /** A reason, in which control characters become question marks. */
  public BadImageException(String reason) {
    super(OneLine.of(reason));
  }

  /** A reason, in which control characters become question marks, and what was thrown. */
  public BadImageException(String reason, Throwable cause) {
    super(OneLine.of(reason), cause);
  }
}

package curtain.images.source;

/** One image has no pixels; the message is the reason of its error row, one line. */
public final class BadImageException extends Exception {

  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(OneLine.of(reason));
  }

  public BadImageException(String reason, Throwable cause) {
    super(OneLine.of(reason), cause);
  }
}

package curtain.images.source;

/** One image has no pixels; the message is the reason of its error row, one line. */
public final class BadImageException extends Exception {

  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(Storage.plain(reason));
  }

  public BadImageException(String reason, Throwable cause) {
    super(Storage.plain(reason), cause);
  }
}

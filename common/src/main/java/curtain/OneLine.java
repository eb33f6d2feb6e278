package curtain;

/** Text of one line, of messages and names that a hostile file may have chosen. */
public final class OneLine {
  private OneLine() {}

  /** First line of an exception's message, or its class where it has none. */
  public static String of(Throwable e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName();
    }
    return of(message.strip().lines().findFirst().orElse("").strip());
  }

  /** A text with control characters, which names in a hostile file may have, as question marks. */
  public static String of(String text) {
    return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
  }
}

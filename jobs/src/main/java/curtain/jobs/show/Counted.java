package curtain.jobs.show;

import java.util.Locale;

/** Numbers of things, in words. */
public final class Counted {
  private Counted() {}

  /**
   * Some things: {@code 1 image}, {@code 1,234 images}.
   *
   * @param noun in the singular
   */
  public static String of(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}

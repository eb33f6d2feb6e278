package curtain.figures;

import java.util.List;

/**
 * The three sizes of text on a page, in the font of {@link Lettering}. All distances of a chart are
 * multiples of the em. Not safe for use by several threads.
 */
public final class Type {
  private final Lettering body;
  private final Lettering small;
  private final Lettering heading;

  private Type(Lettering body) {
    this.body = body;
    this.small = body.resized(Math.max(8, Math.round(0.84f * body.size())));
    this.heading = body.resized(Math.round(1.15f * body.size()));
  }

  /**
   * Reads the font.
   *
   * @param em size of axis titles and legends, pixels; ticks are a little smaller, headings larger
   */
  public static Type ofSize(int em) {
    return new Type(Lettering.ofSize(em));
  }

  /** The text of axis titles, legends and notes. */
  Lettering body() {
    return body;
  }

  /** The text of ticks and of numbers in cells. */
  Lettering small() {
    return small;
  }

  /** The text of headings. */
  Lettering heading() {
    return heading;
  }

  /** The pixels of a distance in ems. */
  public int em(double count) {
    return (int) Math.round(count * body.size());
  }

  /** The width of the widest line, pixels, rounded up. */
  static int widest(Lettering lettering, List<String> lines) {
    return (int) Math.ceil(lines.stream().mapToDouble(lettering::width).max().orElse(0));
  }

  /** The height of a line of text with its leading, pixels. */
  static int line(Lettering lettering) {
    return Math.round(1.3f * lettering.size());
  }
}

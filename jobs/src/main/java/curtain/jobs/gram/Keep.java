package curtain.jobs.gram;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Value of {@code --keep}: what is kept of a Gram matrix.
 *
 * @param kind tiles, or what they are reduced to
 * @param neighbours K of {@code top:K}, else 0
 */
public record Keep(Kind kind, int neighbours) implements Serializable {
  private static final Pattern TOP = Pattern.compile("top:([1-9]\\d{0,3})");

  /** What is kept. */
  public enum Kind {
    /** The tiles of the matrix. */
    TILES,
    /** The most similar images of each, and what {@link #NONE} keeps. */
    TOP,
    /** Means by class and sums by row. */
    NONE
  }

  /**
   * Reads the option's value.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Keep parse(String text) {
    Matcher top = TOP.matcher(text);
    if (text.equals("tiles")) {
      return new Keep(Kind.TILES, 0);
    }
    if (text.equals("none")) {
      return new Keep(Kind.NONE, 0);
    }
    if (top.matches()) {
      return new Keep(Kind.TOP, Integer.parseInt(top.group(1)));
    }
    throw new IllegalArgumentException(
        "'" + text + "' is none of tiles, top:K with K from 1 to 9999, none");
  }

  /** Whether tiles are kept. */
  public boolean tiles() {
    return kind == Kind.TILES;
  }

  @Override
  public String toString() {
    return switch (kind) {
      case TILES -> "tiles";
      case TOP -> "top:" + neighbours;
      case NONE -> "none";
    };
  }
}

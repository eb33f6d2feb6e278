package curtain.figures;

import java.util.Objects;

/**
 * A picture with its caption.
 *
 * @param tile the picture
 * @param name begins the caption, shortened where it is too long
 * @param value ends it; may be empty
 */
public record Cell(Tile tile, String name, String value) {
  /** Checks that nothing is missing. */
  public Cell {
    Objects.requireNonNull(tile);
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
  }
}

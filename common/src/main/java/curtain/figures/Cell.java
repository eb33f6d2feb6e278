package curtain.figures;

import java.util.Objects;

/**
 * A picture with its caption.
 *
 * @param tile the picture
 * @param name begins the caption, shortened where it is too long
 * @param value ends it; may be empty
 * @param framed whether it stands out by a frame, which covers the picture's edge
 */
public record Cell(Picture tile, String name, String value, boolean framed) {
  /** Checks that nothing is missing. */
  public Cell {
    Objects.requireNonNull(tile);
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
  }

  /** Without a frame. */
  public Cell(Picture tile, String name, String value) {
    this(tile, name, value, false);
  }
}

package curtain.figures;

import java.util.Objects;

/**
 * A picture with its caption.
 *
 * @param tile the picture
 * @param name first part of the caption, shortened where it is too long
 * @param value second part of the caption; may be empty
 * @param framed whether the picture has a frame, which covers its edge
 */
public record Cell(Picture tile, String name, String value, boolean framed) {
  /**
   * Checks the components.
   *
   * @throws NullPointerException where one is null
   */
  public Cell {
    Objects.requireNonNull(tile);
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
  }

  /** A picture without a frame. */
  public Cell(Picture tile, String name, String value) {
    this(tile, name, value, false);
  }
}

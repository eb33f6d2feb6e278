package curtain.figures;

import java.util.Objects;

/**
 * A picture with its caption.
 *
 * @param picture what is shown
 * @param name first part of the caption, shortened where it is too long
 * @param value second part of the caption; may be empty
 * @param framed whether the picture has a frame, which covers its edge
 */
public record Cell(Picture picture, String name, String value, boolean framed) {
  /**
   * Checks the components.
   *
   * @throws NullPointerException where one is null
   */
  public Cell {
    Objects.requireNonNull(picture);
    Objects.requireNonNull(name);
    Objects.requireNonNull(value);
  }

  /** A picture without a frame. */
  public Cell(Picture picture, String name, String value) {
    this(picture, name, value, false);
  }
}

package curtain.jobs.ascend;

import java.util.List;
import java.util.Locale;

/** Value of {@code --direction}: the direction of the steps of walks. */
enum Direction {
  /** The excitation pullback. */
  PULLBACK,
  /** The vanilla gradient. */
  GRADIENT,
  /** A walk along each of the two. */
  BOTH;

  /**
   * Reads the option's value.
   *
   * @throws IllegalArgumentException for any other text
   */
  static Direction of(String value) {
    for (Direction direction : values()) {
      if (direction.toString().equals(value)) {
        return direction;
      }
    }
    throw new IllegalArgumentException("'" + value + "' is none of pullback, gradient, both");
  }

  /** The single directions, in the order of rows. */
  List<Direction> each() {
    return this == BOTH ? List.of(PULLBACK, GRADIENT) : List.of(this);
  }

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package curtain.jobs.pullbacks;

import curtain.jobs.tables.Float16;
import java.util.Locale;

/** Value of {@code --store}: how pullbacks are kept. */
public enum Store {
  /** Array of floats. */
  FLOAT32,
  /** Binary, little-endian halves. */
  FLOAT16,
  /** Not at all. */
  NONE;

  /**
   * Reads the option's value.
   *
   * @throws IllegalArgumentException for any other text
   */
  static Store of(String value) {
    for (Store store : values()) {
      if (store.toString().equals(value)) {
        return store;
      }
    }
    throw new IllegalArgumentException("'" + value + "' is none of float32, float16, none");
  }

  /** Whether values of this magnitude can be kept. */
  boolean holds(float largest) {
    return this != FLOAT16 || Float16.holds(largest);
  }

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

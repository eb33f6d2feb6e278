package curtain.jobs.pullbacks;

import curtain.jobs.tables.Float16;
import java.util.Locale;

/** Value of {@code --store}: how pullbacks are kept. */
public enum Store {
  /** As an array of float32. */
  FLOAT32,
  /** As binary, little-endian float16. */
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

  /** Whether values up to this magnitude are within the range of the type. */
  boolean holds(float largest) {
    return this != FLOAT16 || Float16.holds(largest);
  }

  /** The option's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

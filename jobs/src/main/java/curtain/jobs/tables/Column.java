package curtain.jobs.tables;

import java.io.Serializable;
import java.util.Objects;

/**
 * One column of a table.
 *
 * @param name snake case
 * @param type what it holds; every value may be null
 * @param large whether one value is an image's worth of numbers: such a column gets no dictionary,
 *     which would only cost memory
 */
public record Column(String name, ColumnType type, boolean large) implements Serializable {
  /** Checks that name and type are there. */
  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }

  /** A column of small values. */
  public static Column of(String name, ColumnType type) {
    return new Column(name, type, false);
  }

  /** A column of large values. */
  public static Column large(String name, ColumnType type) {
    return new Column(name, type, true);
  }
}

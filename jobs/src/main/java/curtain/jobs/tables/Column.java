package curtain.jobs.tables;

import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One column of a table.
 *
 * @param name name in snake case
 * @param type type of the values; every value may be null
 * @param large whether one value holds as many numbers as an image: such a column gets no
 *     dictionary, which would only cost memory
 * @param doc one line of documentation; empty where the row is only read
 */
public record Column(String name, ColumnType type, boolean large, String doc)
    implements Serializable {
  /**
   * Checks the components.
   *
   * @throws NullPointerException where one is null
   */
  public Column {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(doc);
  }

  /** The columns of a row's record, in the order of its components. */
  static List<Column> of(Class<? extends Record> row) {
    return Arrays.stream(row.getRecordComponents()).map(Column::of).toList();
  }

  private static Column of(RecordComponent component) {
    Col col = component.getAnnotation(Col.class);
    boolean usual = col == null || col.type().length == 0;
    ColumnType type =
        usual ? ColumnType.of(component.getType()) : col.type()[0].checked(component.getType());
    return new Column(
        nameOf(component), type, col != null && col.large(), col == null ? "" : col.doc());
  }

  /** The name of a component's column, {@code image_id} for {@code imageId}. */
  static String nameOf(RecordComponent component) {
    return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** The same column with another type of the same Java class. */
  Column as(ColumnType other) {
    return new Column(name, other, large, doc);
  }
}

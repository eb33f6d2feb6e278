package curtain.jobs.tables;

import java.io.Serializable;
import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A table's name, which is also its directory under {@code --output}, and its columns in order. A
 * row is an {@code Object[]} with one value for each column, of the class that {@link ColumnType}
 * names, or null.
 */
public record Table(String name, List<Column> columns) implements Serializable {
  /**
   * Images that gave no row elsewhere, and why (spec 12): {@code image_id string, ordinal bigint,
   * reason string}. Every job over images writes it.
   */
  public static final Table ERRORS =
      of(
          "errors",
          Column.of("image_id", ColumnType.STRING),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("reason", ColumnType.STRING));

  /** Keeps an unmodifiable copy of the columns. */
  public Table {
    columns = List.copyOf(columns);
  }

  /** A table of these columns. */
  public static Table of(String name, Column... columns) {
    return new Table(name, List.of(columns));
  }

  MessageType parquetSchema() {
    return new MessageType(
        name, columns.stream().map(c -> c.type().parquetType(c.name())).toArray(Type[]::new));
  }

  /** The same columns as a file that may be another program's has them. */
  MessageType parquetSchema(MessageType file) {
    return new MessageType(
        name,
        columns.stream()
            .map(
                c ->
                    file.containsField(c.name()) && c.type().fits(file.getType(c.name()))
                        ? file.getType(c.name())
                        : c.type().parquetType(c.name()))
            .toArray(Type[]::new));
  }

  /**
   * Checks a row against the columns.
   *
   * @throws IllegalArgumentException naming the column that has a value of another class, or when
   *     the number of values differs
   */
  void check(Object... row) {
    if (row.length != columns.size()) {
      throw new IllegalArgumentException(
          "table " + name + " has " + columns.size() + " columns, the row " + row.length);
    }
    for (int i = 0; i < row.length; i++) {
      columns.get(i).type().check(columns.get(i).name(), row[i]);
    }
  }
}

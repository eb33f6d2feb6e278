package curtain.jobs.tables;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A table, whose schema, reader and writer are derived from the record of its rows. Each component
 * is a column: its name in snake case, with the type that {@link ColumnType} has for its class
 * unless {@link Col} names another. A value may be null where the component is not primitive.
 *
 * @param name name of the table, and of its directory under {@code --output}
 * @param row class of the record
 * @param columns columns, in order; a component without a column is null in every row
 */
public record Table<R extends Record>(String name, Class<R> row, List<Column> columns)
    implements Serializable {
  /** The images that gave no row in other tables, and why (spec 12); of every job over images. */
  public static final Table<ErrorRow> ERRORS = of("errors", ErrorRow.class);

  /** Keeps an unmodifiable copy of the columns. */
  public Table {
    columns = List.copyOf(columns);
  }

  /** The table whose rows are these records. */
  public static <R extends Record> Table<R> of(String name, Class<R> row) {
    return new Table<>(name, row, Column.of(row));
  }

  /**
   * The same table without some columns, whose components are null in every row.
   *
   * @throws IllegalArgumentException where there is no such column, or its component is primitive
   */
  public Table<R> without(String... names) {
    List<Column> left = new ArrayList<>(columns);
    for (String each : names) {
      int at = at(each);
      left.remove(columns.get(at));
      boolean primitive =
          Arrays.stream(row.getRecordComponents())
              .anyMatch(c -> Column.nameOf(c).equals(each) && c.getType().isPrimitive());
      if (primitive) {
        throw new IllegalArgumentException(each + " of table " + name + " cannot be null");
      }
    }
    return new Table<>(name, row, left);
  }

  /**
   * The same table with another type of a column.
   *
   * @param type type that takes values of the same class
   * @throws IllegalArgumentException where there is no such column
   */
  public Table<R> with(String column, ColumnType type) {
    List<Column> all = new ArrayList<>(columns);
    all.set(at(column), columns.get(at(column)).as(type));
    return new Table<>(name, row, all);
  }

  /**
   * The same table with only the columns that a reader needs.
   *
   * @param some a record whose components are columns of this table
   * @throws IllegalArgumentException where a component is not a column, or is of another type
   */
  public <P extends Record> Table<P> select(Class<P> some) {
    List<Column> wanted = new ArrayList<>();
    for (Column column : Column.of(some)) {
      Column own = columns.get(at(column.name()));
      if (!own.type().takesTheSame(column.type())) {
        throw new IllegalArgumentException(
            column.name() + " of table " + name + " is " + own.type() + ", not " + column.type());
      }
      wanted.add(own);
    }
    return new Table<>(name, some, wanted);
  }

  /** The columns' names, in order. */
  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  private int at(String column) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).name().equals(column))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("table " + name + " has no column " + column));
  }

  MessageType parquetSchema() {
    return new MessageType(
        name, columns.stream().map(c -> c.type().parquetType(c.name())).toArray(Type[]::new));
  }

  /**
   * The Parquet schema with each column as the file declares it, where that can be read as its
   * type.
   */
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
}

package curtain.jobs.tables;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/** Converts the records of a table to values by column, and back. */
public final class RowForm<R extends Record> {
  private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Record.class);
  private static final MethodType CONSTRUCTOR = MethodType.methodType(Record.class, Object[].class);

  /** Of a row without its arrays. */
  private static final long ROW_BYTES = 256;

  private final Table<R> table;
  private final RecordComponent[] components;
  private final MethodHandle[] accessors;
  private final MethodHandle constructor;

  /** The index of each component's column, -1 where the table has none. */
  private final int[] columns;

  /**
   * The form of a table's records.
   *
   * @throws IllegalStateException where their components cannot be accessed
   */
  public RowForm(Table<R> table) {
    this.table = table;
    this.components = table.row().getRecordComponents();
    List<String> names = table.columns().stream().map(Column::name).toList();
    this.columns =
        Arrays.stream(components).mapToInt(c -> names.indexOf(Column.nameOf(c))).toArray();
    this.accessors = new MethodHandle[components.length];
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.privateLookupIn(table.row(), MethodHandles.lookup());
      for (int i = 0; i < components.length; i++) {
        accessors[i] = lookup.unreflect(components[i].getAccessor()).asType(ACCESSOR);
      }
      MethodType canonical =
          MethodType.methodType(
              void.class,
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      this.constructor =
          lookup
              .findConstructor(table.row(), canonical)
              .asSpreader(Object[].class, components.length)
              .asType(CONSTRUCTOR);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(table.row() + " is no record that can be read", e);
    }
  }

  /**
   * The values of a row, by column.
   *
   * @throws IllegalArgumentException where the row is not the table's record, or a component
   *     without a column is not null
   */
  public Object[] cells(Record row) {
    check(row);
    Object[] cells = new Object[table.columns().size()];
    for (int i = 0; i < components.length; i++) {
      Object value = value(i, row);
      if (columns[i] >= 0) {
        cells[columns[i]] = value;
      } else if (value != null) {
        throw new IllegalArgumentException(
            "table " + table.name() + " has no column for " + components[i].getName());
      }
    }
    return cells;
  }

  /**
   * About the bytes of memory that a row takes, most of them in its arrays.
   *
   * @throws IllegalArgumentException where the row is not the table's record
   */
  public long bytes(Record row) {
    check(row);
    long bytes = ROW_BYTES;
    for (int i = 0; i < components.length; i++) {
      Class<?> type = components[i].getType();
      Object array = type.isArray() ? value(i, row) : null;
      if (array != null) {
        bytes += Array.getLength(array) * width(type.componentType());
      }
    }
    return bytes;
  }

  private void check(Record row) {
    if (!table.row().isInstance(row)) {
      throw new IllegalArgumentException(
          "table "
              + table.name()
              + " takes "
              + table.row().getSimpleName()
              + ", not "
              + row.getClass().getSimpleName());
    }
  }

  private static long width(Class<?> element) {
    return element == byte.class
        ? Byte.BYTES
        : element == int.class || element == float.class ? Integer.BYTES : Long.BYTES;
  }

  private Object value(int component, Record row) {
    try {
      return (Object) accessors[component].invokeExact(row);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // accessors declare no checked exception
    }
  }

  /**
   * The row of these values, by column.
   *
   * @throws IOException naming a column that is null while its component is primitive
   */
  R row(Object[] cells) throws IOException {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns[i] < 0 ? null : cells[columns[i]];
      if (values[i] == null && components[i].getType().isPrimitive()) {
        throw new IOException("a row without " + Column.nameOf(components[i]));
      }
    }
    try {
      return table.row().cast((Record) constructor.invokeExact(values));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // constructors of records declare no checked exception
    }
  }
}

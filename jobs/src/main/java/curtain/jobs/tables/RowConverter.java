package curtain.jobs.tables;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;

/** Assembles rows from the values of Parquet's reader, without boxing the elements of arrays. */
final class RowConverter extends GroupConverter {
  private final Converter[] columns;
  private Object[] row;

  RowConverter(List<Column> all) {
    this.columns = new Converter[all.size()];
    Arrays.setAll(columns, i -> column(all.get(i).type(), i));
  }

  /** The row that was read last. */
  Object[] row() {
    return row;
  }

  @Override
  public Converter getConverter(int field) {
    return columns[field];
  }

  @Override
  public void start() {
    row = new Object[columns.length];
  }

  @Override
  public void end() {}

  private Converter column(ColumnType type, int at) {
    return switch (type) {
      case STRING, BINARY, FLOAT16_BINARY, INT, BIGINT, FLOAT, DOUBLE -> new Single(type, at);
      case TINYINT_ARRAY -> new Array<>(new byte[0], byte[]::new, at);
      case INT_ARRAY -> new Array<>(new int[0], int[]::new, at);
      case BIGINT_ARRAY -> new Array<>(new long[0], long[]::new, at);
      case FLOAT_ARRAY -> new Array<>(new float[0], float[]::new, at);
      case DOUBLE_ARRAY -> new Array<>(new double[0], double[]::new, at);
    };
  }

  private final class Single extends PrimitiveConverter {
    private final ColumnType type;
    private final int at;

    Single(ColumnType type, int at) {
      this.type = type;
      this.at = at;
    }

    @Override
    public void addBinary(Binary value) {
      row[at] =
          switch (type) {
            case STRING -> value.toStringUsingUTF8();
            case FLOAT16_BINARY -> Float16.floats(value.getBytes());
            default -> value.getBytes();
          };
    }

    @Override
    public void addInt(int value) {
      row[at] = value;
    }

    @Override
    public void addLong(long value) {
      row[at] = value;
    }

    @Override
    public void addFloat(float value) {
      row[at] = value;
    }

    @Override
    public void addDouble(double value) {
      row[at] = value;
    }
  }

  /**
   * Assembles a list: converts the group, its repeated group and the element.
   *
   * @param <A> an array of primitives
   */
  private final class Array<A> extends GroupConverter {
    private final IntFunction<A> allocate;
    private final int at;
    private A values;
    private int capacity;
    private int size;
    private int before;

    Array(A none, IntFunction<A> allocate, int at) {
      this.values = none;
      this.allocate = allocate;
      this.at = at;
    }

    private int next() {
      if (size == capacity) {
        capacity = Math.max(16, 2 * capacity);
        values = copy(capacity);
      }
      return size++;
    }

    @SuppressWarnings("SuspiciousSystemArraycopy") // A is an array
    private A copy(int length) {
      A copy = allocate.apply(length);
      System.arraycopy(values, 0, copy, 0, size);
      return copy;
    }

    private final PrimitiveConverter element =
        new PrimitiveConverter() {
          @Override
          public void addInt(int value) {
            int to = next();
            if (values instanceof byte[] bytes) {
              bytes[to] = (byte) value;
            } else {
              ((int[]) values)[to] = value;
            }
          }

          @Override
          public void addLong(long value) {
            int to = next();
            ((long[]) values)[to] = value;
          }

          @Override
          public void addFloat(float value) {
            int to = next();
            ((float[]) values)[to] = value;
          }

          @Override
          public void addDouble(double value) {
            int to = next();
            ((double[]) values)[to] = value;
          }
        };

    private final GroupConverter repeated =
        new GroupConverter() {
          @Override
          public Converter getConverter(int field) {
            return element;
          }

          @Override
          public void start() {
            before = size;
          }

          @Override
          public void end() {
            if (size == before) {
              throw new ParquetDecodingException("an array has a null element");
            }
          }
        };

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      size = 0;
    }

    @Override
    public void end() {
      row[at] = copy(size);
    }
  }
}

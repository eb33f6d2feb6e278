package curtain.jobs.show;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import curtain.figures.Axis;
import curtain.figures.HeatMap;
import curtain.figures.LineChart;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Tick;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * Records as JSON objects, member by member, for {@code page.js}. Of an axis there are its ticks,
 * of a scale its colours; numbers of lines are as exact as floats. Matrices are packed, but for
 * those of heat maps with numbers that are not too many, which are exact. Numbers that JSON lacks
 * are texts, {@code "NaN"}; null is where there is none. What a palette's colours are, and where
 * pixels lie, is the page's.
 */
final class RecordJson {
  /** Ticks of an axis of numbers, the most. A browser leaves out names that overlap. */
  private static final int TICKS = 8;

  /** Colours of a scale: one level of a screen apart. */
  private static final int COLOURS = 256;

  /** The most cells of a map whose numbers are exact, and a table below it: 200 classes. */
  private static final int MOST_READ = 40_000;

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .registerModule(
              new SimpleModule()
                  .addSerializer(Axis.class, new As<>(Range::of))
                  .addSerializer(Scale.class, new As<>(Colours::of))
                  .addSerializer(LineChart.Line.class, new As<>(Curve::of))
                  .addSerializer(HeatMap.class, new As<>(Cells::of))
                  .addSerializer(double[].class, new As<>(RecordJson::numbers))
                  .addSerializer(double[][].class, new As<>(Matrix::of)));

  private RecordJson() {}

  /** Writes a record, or an array of them. */
  static void write(Object value, JsonGenerator json) throws IOException {
    MAPPER.writeValue(json, value);
  }

  /** Writes other values in the place of some. */
  private static final class As<T> extends JsonSerializer<T> {
    private final Function<T, Object> other;

    As(Function<T, Object> other) {
      this.other = other;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      provider.defaultSerializeValue(other.apply(value), json);
    }
  }

  private record Range(
      String title, double low, double high, boolean logarithmic, List<Tick> ticks) {
    static Range of(Axis axis) {
      List<Tick> ticks = axis.ticks(axis.isNames() ? Integer.MAX_VALUE : TICKS);
      return new Range(axis.title(), axis.low(), axis.high(), axis.isLogarithmic(), ticks);
    }
  }

  private record Colours(String title, double low, double high, List<String> colours) {
    static Colours of(Scale scale) {
      return new Colours(scale.title(), scale.low(), scale.high(), scale.colours(COLOURS));
    }
  }

  /** A line; values are null where there is none. */
  @SuppressWarnings("ArrayRecordComponent") // written, never compared
  private record Curve(String name, double[] x, Object y, double[] low, double[] high) {
    static Curve of(LineChart.Line line) {
      Object y = line.gaps() ? orNull(line.y(), RecordJson::number) : line.y();
      return new Curve(line.name(), line.x(), y, line.low(), line.high());
    }
  }

  /** A heat map. */
  private record Cells(
      String heading,
      Side rows,
      Side columns,
      Object values,
      Scale scale,
      List<HeatMap.Cell> marked,
      String marking) {
    static Cells of(HeatMap map) {
      return new Cells(
          map.heading(),
          map.rows(),
          map.columns(),
          isRead(map) ? Exact.of(map.values()) : map.values(),
          map.scale(),
          map.marked(),
          map.marking());
    }

    private static boolean isRead(HeatMap map) {
      double[][] values = map.values();
      return map.decimals() >= 0 && (long) values.length * values[0].length <= MOST_READ;
    }
  }

  /** Numbers, with null for NaN. */
  private static Object[] orNull(double[] values, DoubleFunction<Number> number) {
    return Arrays.stream(values)
        .mapToObj(value -> Double.isNaN(value) ? null : number.apply(value))
        .toArray();
  }

  /** No more digits than one sees. */
  private static Object numbers(double[] values) {
    return Arrays.stream(values).mapToObj(RecordJson::number).toArray();
  }

  private static Number number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return (long) value;
    }
    boolean fits = Math.abs(value) > 1e-30 && Math.abs(value) < 1e30;
    return fits ? (Number) (float) value : (Number) value;
  }

  /**
   * A small matrix, whose numbers are read.
   *
   * @param numbers row by row, null for no number
   */
  @SuppressWarnings("ArrayRecordComponent") // written, never compared
  private record Exact(int rows, int columns, Object[][] numbers) {
    static Exact of(double[][] values) {
      Object[][] numbers =
          Arrays.stream(values).map(row -> orNull(row, value -> value)).toArray(Object[][]::new);
      return new Exact(values.length, values[0].length, numbers);
    }
  }

  /**
   * A matrix.
   *
   * @param least the least finite number, null where there is none
   * @param largest the largest one
   * @param cells row-major in base64: little-endian, 16 bits each, 0 to 65532 from the least to the
   *     largest, 65533 for Infinity, 65534 for -Infinity, 65535 for no number. A cell is off by at
   *     most the range over 131,064.
   */
  private record Matrix(int rows, int columns, Double least, Double largest, String cells) {
    private static final int UNDEFINED = 65_535;
    private static final int VANISHING = 65_534;
    private static final int INFINITE = 65_533;
    private static final int LEVELS = 65_532;

    static Matrix of(double[][] values) {
      double[] all = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
      double[] finite = Arrays.stream(all).filter(Double::isFinite).sorted().toArray();
      Double least = finite.length == 0 ? null : (Double) finite[0];
      Double largest = finite.length == 0 ? null : (Double) finite[finite.length - 1];
      ByteBuffer cells = ByteBuffer.allocate(2 * all.length).order(ByteOrder.LITTLE_ENDIAN);
      for (double value : all) {
        cells.putShort((short) level(value, least, largest));
      }
      int columns = values.length == 0 ? 0 : values[0].length;
      String packed = Base64.getEncoder().encodeToString(cells.array());
      return new Matrix(values.length, columns, least, largest, packed);
    }

    private static int level(double value, Double least, Double largest) {
      if (!Double.isFinite(value)) {
        return Double.isNaN(value) ? UNDEFINED : value > 0 ? INFINITE : VANISHING;
      }
      return largest > least ? (int) Math.round((value - least) / (largest - least) * LEVELS) : 0;
    }
  }
}

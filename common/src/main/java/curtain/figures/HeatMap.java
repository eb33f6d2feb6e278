package curtain.figures;

import java.util.List;
import java.util.Locale;

/**
 * A matrix as coloured cells, row 0 on top. Cells grow with the room that there is, down to a pixel
 * each; from some size on they carry their number. NaN, which tables have as null, is grey and
 * hatched, and the legend says so.
 *
 * @param heading above it
 * @param rows names of the rows
 * @param columns names of the columns
 * @param values (rows, columns)
 * @param scale colours
 * @param decimals of the numbers in cells; negative for none
 * @param marked cells with a frame
 * @param marking what a frame means, for the legend
 * @param square whether cells are as wide as high
 * @param bar whether the colours are explained beside it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
public record HeatMap(
    String heading,
    Side rows,
    Side columns,
    double[][] values,
    Scale scale,
    int decimals,
    List<Cell> marked,
    String marking,
    boolean square,
    boolean bar) {
  /** More rows or columns make no page that a viewer opens. */
  private static final int MOST = 8192;

  /** A place in the matrix. */
  public record Cell(int row, int column) {}

  /** Keeps copies of the lists and checks the sizes. */
  public HeatMap {
    marked = List.copyOf(marked);
    if (values.length == 0 || values.length != rows.size() || values.length > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d rows of numbers for %d names; 1 to %d can be drawn",
              heading,
              values.length,
              rows.size(),
              MOST));
    }
    for (double[] row : values) {
      if (row.length == 0 || row.length != columns.size() || row.length > MOST) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: %d columns of numbers for %d names; 1 to %d can be drawn",
                heading,
                row.length,
                columns.size(),
                MOST));
      }
    }
  }

  /** Without numbers in cells or frames around them. */
  public static HeatMap plain(
      String heading, Side rows, Side columns, double[][] values, Scale scale, boolean square) {
    return new HeatMap(heading, rows, columns, values, scale, -1, List.of(), "", square, true);
  }

  /** The same with frames around some cells. */
  public HeatMap marking(List<Cell> cells, String meaning) {
    return new HeatMap(
        heading, rows, columns, values, scale, decimals, cells, meaning, square, bar);
  }

  /** The same with numbers in the cells, where they are large enough. */
  public HeatMap withNumbers(int places) {
    return new HeatMap(heading, rows, columns, values, scale, places, marked, marking, square, bar);
  }

  /** The same without a colour bar, for one of several maps that share a scale. */
  public HeatMap withoutBar() {
    return new HeatMap(
        heading, rows, columns, values, scale, decimals, marked, marking, square, false);
  }

  /** Whether a value has no colour. */
  boolean hasUndefined() {
    for (double[] row : values) {
      for (double value : row) {
        if (Double.isNaN(value)) {
          return true;
        }
      }
    }
    return false;
  }
}

package curtain.figures;

import java.util.List;
import java.util.Locale;

/**
 * A matrix as coloured cells, row 0 on top. The more rows and columns there are, the smaller the
 * cells, down to one pixel; large ones may hold their number. NaN, for a table's null, is grey and
 * hatched, which the legend explains.
 *
 * @param heading line above the map
 * @param rows names of the rows
 * @param columns names of the columns
 * @param values (rows, columns)
 * @param scale colours of the values
 * @param decimals decimals of the numbers in cells; negative for no numbers
 * @param marked cells with a frame
 * @param marking meaning of a frame, for the legend
 * @param square whether cells are as wide as high
 * @param bar whether the map has a colour bar
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
  /** The most rows and columns: viewers fail to open larger pictures. */
  private static final int MOST = 8192;

  /** A place in the matrix, from 0. */
  public record Cell(int row, int column) {}

  /**
   * Keeps a copy of the list and checks the sizes.
   *
   * @throws IllegalArgumentException where names and values differ in number, there are none, or
   *     more than 8,192 rows or columns
   */
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

  /** A map without numbers or frames, with a colour bar. */
  public static HeatMap plain(
      String heading, Side rows, Side columns, double[][] values, Scale scale, boolean square) {
    return new HeatMap(heading, rows, columns, values, scale, -1, List.of(), "", square, true);
  }

  /** The same map with frames around some cells. */
  public HeatMap marking(List<Cell> cells, String meaning) {
    return new HeatMap(
        heading, rows, columns, values, scale, decimals, cells, meaning, square, bar);
  }

  /** The same map with numbers in the cells, of so many decimals, where cells are large enough. */
  public HeatMap withNumbers(int places) {
    return new HeatMap(heading, rows, columns, values, scale, places, marked, marking, square, bar);
  }

  /** The same map without a colour bar, for one of several maps that share a scale. */
  public HeatMap withoutBar() {
    return new HeatMap(
        heading, rows, columns, values, scale, decimals, marked, marking, square, false);
  }

  /** Whether a value is NaN. */
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

package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;

/**
 * A normalised kernel as the cells of a heat map: k(x, x') = K(x, x') / sqrt(K(x, x) K(x', x'));
 * for the product and the path kernel ln |k|; for {@code layer_sum} the mean over layers of their
 * k. A cell of several pairs of images holds their mean, without pairs of an image with itself.
 * Memory: the cells and one tile.
 */
final class GramRaster {
  private final DrawnKernel kernel;
  private final GramOrder rows;
  private final GramOrder columns;
  private final boolean symmetric;
  private final double[][] sums;
  private final int[][] counts;
  private final boolean[][] zero;
  private long pairs;
  private long others;
  private long negative;
  private long vanishing;

  /**
   * An empty heat map.
   *
   * @param columns order of the columns; null where they are the images of the rows
   */
  GramRaster(DrawnKernel kernel, GramOrder rows, GramOrder columns) {
    this.kernel = kernel;
    this.rows = rows;
    this.columns = columns == null ? rows : columns;
    this.symmetric = columns == null;
    this.sums = new double[this.rows.cells()][this.columns.cells()];
    this.counts = new int[this.rows.cells()][this.columns.cells()];
    this.zero = new boolean[this.rows.cells()][this.columns.cells()];
  }

  /**
   * Reads the kernel's diagonal and tiles.
   *
   * @param layers number of layers of the network
   * @param done takes the number of pairs read so far
   * @throws RunException where a table is not there
   * @throws IOException where a tile does not fit the matrix, or the number of pairs is not the
   *     matrix's
   */
  void read(FinishedOutput gram, int layers, Configuration conf, LongConsumer done)
      throws IOException, RunException {
    boolean log = kernel.logarithmic();
    double[] own = scales(gram, GramTables.ROW, rows.cell().length, layers, conf);
    double[] other =
        symmetric ? own : scales(gram, GramTables.COLUMN, columns.cell().length, layers, conf);
    Table<TileRow> table =
        log ? GramTables.TILES.without("value") : GramTables.TILES.without("log_kernel", "sign");
    long all = (long) own.length * other.length;
    KernelRows.forEach(
        gram,
        table,
        kernel.table(),
        conf,
        row -> {
          tile(row, own, other);
          done.accept(pairs);
        });
    if (pairs != all) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s/tiles has %,d of the %,d pairs of kernel %s; it is damaged",
              gram.given(),
              pairs,
              all,
              kernel.table()));
    }
  }

  /** The normalisation of each image: a term of ln |k|, or a factor of k. */
  private double[] scales(
      FinishedOutput gram, String side, int size, int layers, Configuration conf)
      throws IOException, RunException {
    double[] scales = new double[size];
    if (kernel == DrawnKernel.LAYER_SUM) {
      Arrays.fill(scales, 1 / Math.sqrt(layers));
      return scales;
    }
    Arrays.fill(scales, Double.NaN);
    boolean log = kernel.logarithmic();
    KernelRows.forEach(
        gram,
        GramTables.DIAGONAL,
        kernel.table(),
        conf,
        row -> {
          Double value = log ? row.logKernel() : row.value();
          long position = row.position() == null ? -1 : row.position();
          if (side.equals(row.side()) && value != null && position >= 0 && position < size) {
            // K(x, x) = 0: k is 0 with every image
            boolean none = log ? value == Double.NEGATIVE_INFINITY : value <= 0;
            double scale = log ? -value / 2 : 1 / Math.sqrt(value);
            scales[(int) position] = none ? 0 : scale;
          }
        });
    for (int i = 0; i < size; i++) {
      if (Double.isNaN(scales[i])) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s/diagonal has no value of kernel %s, side %s, position %d; it is damaged",
                gram.given(),
                kernel.table(),
                side,
                i));
      }
    }
    return scales;
  }

  private void tile(TileRow tile, double[] own, double[] other) throws IOException {
    boolean log = kernel.logarithmic();
    double[] values = log ? tile.logKernel() : tile.value();
    byte[] signs = tile.sign();
    if (values == null || (log && signs == null)) {
      throw new IOException("a tile of kernel " + kernel.table() + " lacks a value");
    }
    long top = tile.rowStart();
    long left = tile.colStart();
    int high = tile.rows();
    int wide = tile.cols();
    boolean fits =
        top >= 0
            && left >= 0
            && high >= 0
            && wide >= 0
            && top <= own.length - high
            && left <= other.length - wide
            && values.length == (long) high * wide
            && (signs == null || signs.length == values.length);
    if (!fits) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the tile of kernel %s at %d, %d does not fit the %d x %d matrix",
              kernel.table(),
              top,
              left,
              own.length,
              other.length));
    }
    boolean mirrored = symmetric && tile.rowBlock() != tile.colBlock();
    for (int i = 0; i < high; i++) {
      for (int j = 0; j < wide; j++) {
        int row = (int) top + i;
        int column = (int) left + j;
        int at = i * wide + j;
        boolean minus = signs != null && signs[at] < 0;
        double value =
            signs != null
                ? values[at] + own[row] + other[column]
                : values[at] * own[row] * other[column];
        add(row, column, value, minus);
        if (mirrored) {
          add(column, row, value, minus);
        }
      }
    }
  }

  private void add(int row, int column, double value, boolean minus) {
    pairs++;
    if (symmetric && row == column) {
      return;
    }
    others++;
    negative += minus ? 1 : 0;
    int i = rows.cell()[row];
    int j = columns.cell()[column];
    if (Double.isFinite(value)) {
      sums[i][j] += value;
      counts[i][j]++;
    } else if (value == Double.NEGATIVE_INFINITY) {
      vanishing++;
      zero[i][j] = true;
    }
  }

  /** The mean of each cell: -Infinity where all values are, NaN where there is none. */
  double[][] values() {
    double[][] values = new double[sums.length][sums[0].length];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        if (counts[i][j] > 0) {
          values[i][j] = sums[i][j] / counts[i][j];
        } else if (zero[i][j]) {
          values[i][j] = Double.NEGATIVE_INFINITY;
        } else {
          values[i][j] = isDiagonal(i, j) ? (kernel.logarithmic() ? 0 : 1) : Double.NaN;
        }
      }
    }
    return values;
  }

  /** Whether a cell is of one image with itself, at which k is 1. */
  boolean isDiagonal(int i, int j) {
    return symmetric && i == j && rows.members()[i] == 1;
  }

  /**
   * Means over the pairs of images of two groups.
   *
   * @param means mean for each pair of groups, (groups of rows, groups of columns); NaN where there
   *     is no pair
   * @param pairs number of pairs of images, without those with K = 0 where logarithms are drawn
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
  record Groups(double[][] means, long[][] pairs) {}

  /** The means over groups. */
  Groups groups() {
    int[] up = rows.groups();
    int[] across = columns.groups();
    double[][] means = new double[rows.sizes().size()][columns.sizes().size()];
    long[][] pairs = new long[means.length][means[0].length];
    for (int i = 0; i < sums.length; i++) {
      for (int j = 0; j < sums[i].length; j++) {
        means[up[i]][across[j]] += sums[i][j];
        pairs[up[i]][across[j]] += counts[i][j];
      }
    }
    for (int i = 0; i < means.length; i++) {
      for (int j = 0; j < means[i].length; j++) {
        means[i][j] /= pairs[i][j];
      }
    }
    return new Groups(means, pairs);
  }

  DrawnKernel kernel() {
    return kernel;
  }

  GramOrder rows() {
    return rows;
  }

  GramOrder columns() {
    return columns;
  }

  boolean isSymmetric() {
    return symmetric;
  }

  /** The share of pairs of different images with K below 0. */
  double negative() {
    return others == 0 ? 0 : (double) negative / others;
  }

  /** Number of pairs of different images with K = 0, where logarithms are drawn. */
  long vanishing() {
    return vanishing;
  }
}

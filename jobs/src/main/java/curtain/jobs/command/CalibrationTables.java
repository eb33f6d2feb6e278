package curtain.jobs.command;

import curtain.calibration.Distribution;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The tables of calibrate (spec 12), and the form that its rows have until they are merged. */
public final class CalibrationTables {
  /** The command that writes them, by which readers of its output know it. */
  public static final String COMMAND = "calibrate";

  /** Shares whose quantiles are kept. */
  public static final List<Double> SHARES = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

  private static final List<Column> KEYS =
      List.of(
          Column.of("layer", ColumnType.INT),
          Column.of("name", ColumnType.STRING),
          Column.of("channel", ColumnType.INT),
          Column.of("count", ColumnType.BIGINT),
          Column.of("mean", ColumnType.DOUBLE));

  public static final Table CALIBRATION =
      table(Column.of("std", ColumnType.DOUBLE), Column.of("quantiles", ColumnType.DOUBLE_ARRAY));

  /** Of a shard, channels only: what merges without loss, and the sketch. */
  public static final Table PARTS =
      table(Column.of("squares", ColumnType.DOUBLE), Column.large("sketch", ColumnType.BINARY));

  /**
   * How a layer's numbers lie: edges of bins of equal width, ascending from the quantile of 0.001
   * to that of 0.999, and the share of all numbers in each, as the sketch has it.
   */
  public static final Table HISTOGRAMS =
      Table.of(
          "histograms",
          Column.of("layer", ColumnType.INT),
          Column.of("name", ColumnType.STRING),
          Column.of("edges", ColumnType.DOUBLE_ARRAY),
          Column.of("shares", ColumnType.DOUBLE_ARRAY));

  private static final int BINS = 80;

  /** Beyond either end of a histogram. */
  static final double TAIL = 0.001;

  private CalibrationTables() {}

  private static Table table(Column... more) {
    return new Table("calibration", Stream.concat(KEYS.stream(), Stream.of(more)).toList());
  }

  /** Writes a channel of a shard; one without numbers has no row. */
  public static void part(Rows rows, int layer, String name, int channel, Distribution sum)
      throws IOException {
    Moments moments = sum.moments();
    if (moments.count() > 0) {
      rows.write(
          PARTS,
          layer,
          name,
          channel,
          moments.count(),
          moments.mean(),
          moments.squares(),
          sum.sketch().bytes());
    }
  }

  /** What {@link #part} wrote. */
  public static Distribution distribution(Object[] row) {
    return new Distribution(
        new Moments((Long) row[3], (Double) row[4], (Double) row[5]),
        QuantileSketch.of((byte[]) row[6]));
  }

  /**
   * Writes a final row.
   *
   * @param channel null for the whole layer
   */
  public static void write(Rows rows, int layer, String name, Integer channel, Distribution all)
      throws IOException {
    Moments moments = all.moments();
    rows.write(
        CALIBRATION,
        layer,
        name,
        channel,
        moments.count(),
        moments.mean(),
        moments.deviation(),
        SHARES.stream().mapToDouble(all.sketch()::quantile).toArray());
  }

  /** Writes a layer's histogram; of equal numbers it is one bin around them. */
  public static void histogram(Rows rows, int layer, String name, QuantileSketch sketch)
      throws IOException {
    double low = sketch.quantile(TAIL);
    double high = sketch.quantile(1 - TAIL);
    if (!(high > low)) {
      double half = Math.max(Math.abs(low), 1) / 2;
      rows.write(HISTOGRAMS, layer, name, new double[] {low - half, low + half}, new double[] {1});
      return;
    }
    double[] edges = new double[BINS + 1];
    Arrays.setAll(edges, i -> i == BINS ? high : low + i * (high - low) / BINS);
    double[] shares = new double[BINS];
    Arrays.setAll(shares, i -> sketch.share(edges[i + 1]) - sketch.share(edges[i]));
    rows.write(HISTOGRAMS, layer, name, edges, shares);
  }
}

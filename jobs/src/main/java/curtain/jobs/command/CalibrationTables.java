package curtain.jobs.command;

import curtain.calibration.Distribution;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The tables of calibrate (spec 12), and the rows of its shards until they are merged. */
public final class CalibrationTables {
  /** The name of the command, by which readers recognise its output. */
  public static final String COMMAND = "calibrate";

  /** The shares whose quantiles are kept. */
  public static final List<Double> SHARES = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

  /** Layers and channels. */
  public static final Table<CalibrationRow> CALIBRATION =
      Table.of("calibration", CalibrationRow.class);

  /** The channels of a shard, in the place of {@link #CALIBRATION} until all are merged. */
  public static final Table<CalibrationPartRow> PARTS =
      Table.of("calibration", CalibrationPartRow.class);

  /** Histograms with bins of equal width, from the quantile sketches. */
  public static final Table<HistogramRow> HISTOGRAMS = Table.of("histograms", HistogramRow.class);

  private static final int BINS = 80;

  /** The share of the numbers beyond either end of a histogram. */
  static final double TAIL = 0.001;

  private CalibrationTables() {}

  /** Writes the row of a channel of a shard, unless it has no numbers. */
  public static void part(Rows rows, int layer, String name, int channel, Distribution sum)
      throws IOException {
    Moments moments = sum.moments();
    if (moments.count() > 0) {
      rows.write(
          PARTS,
          new CalibrationPartRow(
              layer,
              name,
              channel,
              moments.count(),
              moments.mean(),
              moments.squares(),
              sum.sketch().bytes()));
    }
  }

  /**
   * Writes a row of {@link #CALIBRATION}.
   *
   * @param channel channel, or null for the whole layer
   */
  public static void write(Rows rows, int layer, String name, Integer channel, Distribution all)
      throws IOException {
    Moments moments = all.moments();
    rows.write(
        CALIBRATION,
        new CalibrationRow(
            layer,
            name,
            channel,
            moments.count(),
            moments.mean(),
            moments.deviation(),
            SHARES.stream().mapToDouble(all.sketch()::quantile).toArray()));
  }

  /** Writes a layer's histogram; where all numbers are equal it has one bin, around them. */
  public static void histogram(Rows rows, int layer, String name, QuantileSketch sketch)
      throws IOException {
    double low = sketch.quantile(TAIL);
    double high = sketch.quantile(1 - TAIL);
    if (!(high > low)) {
      double half = Math.max(Math.abs(low), 1) / 2;
      double[] edges = {low - half, low + half};
      rows.write(HISTOGRAMS, new HistogramRow(layer, name, edges, new double[] {1}));
      return;
    }
    double[] edges = new double[BINS + 1];
    Arrays.setAll(edges, i -> i == BINS ? high : low + i * (high - low) / BINS);
    double[] shares = new double[BINS];
    Arrays.setAll(shares, i -> sketch.share(edges[i + 1]) - sketch.share(edges[i]));
    rows.write(HISTOGRAMS, new HistogramRow(layer, name, edges, shares));
  }
}

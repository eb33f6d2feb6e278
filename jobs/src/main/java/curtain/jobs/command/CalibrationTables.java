package curtain.jobs.command;

import curtain.calibration.Distribution;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The tables of calibrate (spec 12), and the form that its rows have until they are merged. */
public final class CalibrationTables {
  /** The command that writes them, by which readers of its output know it. */
  public static final String COMMAND = "calibrate";

  /** Shares whose quantiles are kept. */
  public static final List<Double> SHARES = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

  public static final Table<CalibrationRow> CALIBRATION =
      Table.of("calibration", CalibrationRow.class);

  /** Of a shard, channels only. */
  public static final Table<CalibrationPartRow> PARTS =
      Table.of("calibration", CalibrationPartRow.class);

  /** Bins of equal width, with the share of all numbers in each, as the sketch has it. */
  public static final Table<HistogramRow> HISTOGRAMS = Table.of("histograms", HistogramRow.class);

  private static final int BINS = 80;

  /** Beyond either end of a histogram. */
  static final double TAIL = 0.001;

  private CalibrationTables() {}

  /** Writes a channel of a shard; one without numbers has no row. */
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
   * Writes a final row.
   *
   * @param channel null for the whole layer
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

  /** Writes a layer's histogram; of equal numbers it is one bin around them. */
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

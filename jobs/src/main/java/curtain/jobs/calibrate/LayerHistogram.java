package curtain.jobs.calibrate;

import curtain.jobs.command.CalibrationTables;
import curtain.jobs.command.HistogramRow;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The distribution of the pre-activations z of a layer, read from an output of {@code calibrate}.
 *
 * @param layer index of the ReLU call, from 0
 * @param name name of the call in the network
 * @param count number of values z, over images and positions
 * @param mean mean of z
 * @param deviation standard deviation of z, divisor n
 * @param edges edges of the bins, ascending, (bins + 1)
 * @param shares share of the values in each bin, (bins)
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
record LayerHistogram(
    int layer,
    String name,
    long count,
    double mean,
    double deviation,
    double[] edges,
    double[] shares) {
  /** The columns that are read of {@code calibration}. */
  private record Whole(
      Integer layer, String name, Integer channel, long count, double mean, double std) {}

  private static final Table<Whole> WHOLE = CalibrationTables.CALIBRATION.select(Whole.class);

  /**
   * Reads all layers, in order.
   *
   * @throws RunException when a table is not there, or there is no layer
   * @throws IOException when storage fails or a file is damaged
   */
  static List<LayerHistogram> read(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    Map<Integer, Whole> whole = new HashMap<>();
    for (Path part : input.parts(WHOLE.name())) {
      TableReader.forEach(
          WHOLE,
          part,
          conf,
          row -> {
            if (row.channel() == null) {
              whole.put(row.layer(), row);
            }
          });
    }
    List<Path> parts;
    try {
      parts = input.parts(CalibrationTables.HISTOGRAMS.name());
    } catch (RunException e) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no histograms/, which an older version did not write; run curtain calibrate again",
              input.given()));
    }
    List<LayerHistogram> layers = new ArrayList<>();
    for (Path part : parts) {
      TableReader.forEach(
          CalibrationTables.HISTOGRAMS, part, conf, row -> layers.add(of(row, whole, part)));
    }
    if (layers.isEmpty()) {
      throw new RunException("there are no layers to show; errors/ says why");
    }
    return layers;
  }

  private static LayerHistogram of(HistogramRow row, Map<Integer, Whole> whole, Path part)
      throws IOException {
    Whole all = whole.get(row.layer());
    if (all == null || row.name() == null || !row.name().equals(all.name())) {
      throw new IOException(
          String.format(Locale.ROOT, "%s has layer %s, calibration/ has not", part, row.layer()));
    }
    double[] edges = row.edges();
    double[] shares = row.shares();
    if (edges == null
        || shares == null
        || shares.length == 0
        || edges.length != shares.length + 1) {
      throw new IOException(
          String.format(Locale.ROOT, "%s: the edges of layer %s do not fit", part, row.layer()));
    }
    return new LayerHistogram(
        row.layer(), row.name(), all.count(), all.mean(), all.std(), edges, shares);
  }

  /** The lower edge of the first bin. */
  double low() {
    return edges[0];
  }

  /** The upper edge of the last bin. */
  double high() {
    return edges[edges.length - 1];
  }

  /**
   * The share of the values in [-t, t]. Values count as evenly spread within a bin, and those in no
   * bin as half below and half above all bins.
   */
  double within(double t) {
    if (shares.length == 1 && shares[0] == 1) {
      // a single bin stands for one value, which is its midpoint
      return Math.abs(low() + (high() - low()) / 2) <= t ? 1 : 0;
    }
    return below(t) - below(-t);
  }

  private double below(double x) {
    if (x < low() || x >= high()) {
      return x < low() ? 0 : 1;
    }
    double shown = 0;
    for (double share : shares) {
      shown += share;
    }
    double sum = (1 - shown) / 2; // equal shares lie below and above the bins
    for (int i = 0; i < shares.length; i++) {
      double part = Math.min(1, (x - edges[i]) / (edges[i + 1] - edges[i]));
      if (part > 0) {
        sum += part * shares[i];
      }
    }
    return sum;
  }
}

package curtain.jobs.stability;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.HeatMapLayout;
import curtain.figures.LineChart;
import curtain.figures.Scale;
import curtain.figures.ShortNames;
import curtain.figures.Side;
import curtain.figures.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Charts of how gates, paths and pullbacks come to be those of the last checkpoint.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param model name of the network
 */
record TrainingPages(StabilityResults results, StabilityLabels labels, String model) {
  static final String BANDS =
      "Bands: one standard deviation over images on either side of the mean.";

  /** The page of {@link #flips}, {@link #total} and {@link #paths}. */
  Drawing gateFlips(Type type) {
    int wide = type.em(26);
    int high = type.em(11);
    return Drawing.page(
        type,
        String.format(
            Locale.ROOT,
            "%s, %s: how far gates and paths are from those of the last checkpoint, %s",
            model,
            results.countedImages(),
            labels.last()),
        Drawing.beside(
            type,
            List.of(
                HeatMapLayout.of(flips(), type),
                Drawing.below(
                    type,
                    List.of(
                        total().drawing(type, wide, high), paths().drawing(type, wide, high))))),
        notes());
  }

  /** Shares of gates that differ from the last checkpoint's, (layers, checkpoints). */
  HeatMap flips() {
    ShortNames layers = ShortNames.of(results.layers());
    double[][] rates = new double[layers.names().size()][results.checkpoints().size()];
    for (GateFlipsRow row : results.flips()) {
      rates[row.layer()][labels.index(row.checkpointA())] = row.rate();
    }
    double largest = Arrays.stream(rates).flatMapToDouble(Arrays::stream).max().orElse(0);
    String layer =
        layers.pattern().equals("*")
            ? "layer, the input's end above"
            : "layer, the input's end above: " + layers.pattern();
    return HeatMap.plain(
            "Hard gates that differ from the last checkpoint's, by layer",
            Side.cells(layer, layers.names()),
            Side.cells(labels.title(), labels.labels(results.checkpoints())),
            rates,
            Scale.sequential("share of gates that differ", 0, largest > 0 ? largest : 1),
            false)
        .withNumbers(2);
  }

  /** The same over all layers. */
  LineChart total() {
    double[] all = new double[results.checkpoints().size()];
    long[] compared = new long[all.length];
    for (GateFlipsRow row : results.flips()) {
      int t = labels.index(row.checkpointA());
      all[t] += row.differ();
      compared[t] += row.compared();
    }
    Arrays.setAll(all, t -> all[t] / compared[t]);
    return new LineChart(
        "The same, all layers together",
        labels.across(),
        Axis.covering(
            "share of gates", DoubleStream.concat(DoubleStream.of(0), Arrays.stream(all))),
        List.of(LineChart.Line.of("", labels.places(results.checkpoints()), all).withGaps()));
  }

  /** Correlations over all paths with the last checkpoint's hard gates. */
  LineChart paths() {
    List<LineChart.Line> lines = new ArrayList<>();
    List<String> gates = results.pathSpace().stream().map(PathSpaceRow::gateA).distinct().toList();
    for (String gate : gates) {
      Stream<MeanAt> means =
          results.pathSpace().stream()
              .filter(row -> row.gateA().equals(gate))
              .map(PathSpaceRow::meanAt);
      lines.add(line(labels.gates(gate), means));
    }
    return new LineChart(
        "Over paths: correlation with the last one's hard gates",
        labels.across(),
        decades("mean over images", lines),
        lines);
  }

  /** What is to be known of these charts. */
  List<String> notes() {
    long undefined = results.pathSpace().stream().mapToLong(PathSpaceRow::undefined).sum();
    return undefined == 0
        ? List.of(BANDS)
        : List.of(BANDS, "Correlations without a value, which no mean counts: " + undefined);
  }

  /** The page of {@link #cosine}. */
  Drawing pullbackCosine(Type type) {
    return Drawing.page(
        type,
        String.format(
            Locale.ROOT,
            "%s, %s: input directions of the label's logit over training",
            model,
            results.countedImages()),
        cosine().drawing(type, type.em(36), type.em(18)),
        List.of(BANDS));
  }

  /** Cosines of pullback and gradient with the last checkpoint's. */
  LineChart cosine() {
    List<LineChart.Line> lines = new ArrayList<>();
    List<String> directions =
        results.cosines().stream().map(PullbackCosineRow::direction).distinct().toList();
    for (String direction : directions) {
      Stream<MeanAt> means =
          results.cosines().stream()
              .filter(row -> row.direction().equals(direction))
              .map(PullbackCosineRow::meanAt);
      String name =
          direction.equals("pullback")
              ? "excitation pullback, " + labels.smooth()
              : "vanilla gradient";
      lines.add(line(name, means));
    }
    return new LineChart(
        "Cosine with the same of the last checkpoint, " + labels.last(),
        labels.across(),
        up("mean over images", lines),
        lines);
  }

  private LineChart.Line line(String name, Stream<MeanAt> means) {
    List<MeanAt> sorted =
        means.sorted(Comparator.comparing(each -> labels.index(each.checkpoint()))).toList();
    double[] x = labels.places(sorted.stream().map(MeanAt::checkpoint).toList());
    double[] y = sorted.stream().mapToDouble(each -> StabilityLabels.number(each.mean())).toArray();
    double[] low = new double[y.length];
    double[] high = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double deviation = StabilityLabels.number(sorted.get(i).std());
      low[i] = y[i] - deviation;
      high[i] = y[i] + deviation;
    }
    return LineChart.Line.banded(name, x, y, low, high).withGaps();
  }

  /** From 0, or the least mean below it, to 1: correlations and cosines have no more. */
  private static Axis up(String title, List<LineChart.Line> lines) {
    return Axis.around(title, Math.min(0, least(lines)), 1);
  }

  /** Logarithmic where no mean is below 0 and they differ by orders of magnitude. */
  private static Axis decades(String title, List<LineChart.Line> lines) {
    double least = least(lines);
    return least > 0 && least < 0.01
        ? Axis.log(title, Math.pow(10, Math.floor(Math.log10(least))), 1)
        : up(title, lines);
  }

  private static double least(List<LineChart.Line> lines) {
    return lines.stream()
        .flatMapToDouble(line -> Arrays.stream(line.y()))
        .filter(Double::isFinite)
        .min()
        .orElse(0);
  }
}

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

/**
 * How gates, paths and pullbacks come to be those of the last checkpoint.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param type sizes of text
 * @param model name of the network
 */
record TrainingPages(StabilityResults results, StabilityLabels labels, Type type, String model) {
  private static final String BANDS =
      "Bands: one standard deviation over images on either side of the mean.";

  /** Flip rates to the last checkpoint by layer, and over all; correlation in path space. */
  Drawing gateFlips() {
    ShortNames layers = ShortNames.of(results.layers());
    double[][] rates = new double[layers.names().size()][results.checkpoints().size()];
    long[] differ = new long[results.checkpoints().size()];
    long[] compared = new long[results.checkpoints().size()];
    for (Object[] row : results.flips()) {
      int t = labels.index(row[0]);
      rates[(Integer) row[2]][t] = (double) (Long) row[5] / (Long) row[4];
      differ[t] += (Long) row[5];
      compared[t] += (Long) row[4];
    }
    double largest = Arrays.stream(rates).flatMapToDouble(Arrays::stream).max().orElse(0);
    String layer =
        layers.pattern().equals("*")
            ? "layer, the input's end above"
            : "layer, the input's end above: " + layers.pattern();
    Drawing byLayer =
        HeatMapLayout.of(
            HeatMap.plain(
                    "Hard gates that differ from the last checkpoint's, by layer",
                    Side.cells(layer, layers.names()),
                    Side.cells(labels.title(), labels.labels(results.checkpoints())),
                    rates,
                    Scale.sequential("share of gates that differ", 0, largest > 0 ? largest : 1),
                    false)
                .withNumbers(2),
            type);
    double[] all = new double[differ.length];
    Arrays.setAll(all, t -> (double) differ[t] / compared[t]);
    double[] x = labels.places(results.checkpoints());
    Drawing total =
        new LineChart(
                "The same, all layers together",
                labels.across(),
                Axis.around("share of gates", 0, Arrays.stream(all).max().orElse(1)),
                List.of(LineChart.Line.of("", x, all)))
            .drawing(type, type.em(26), type.em(11));
    long undefined = results.pathSpace().stream().mapToLong(row -> (Long) row[5]).sum();
    return Drawing.page(
        type,
        String.format(
            Locale.ROOT,
            "%s, %s: how far gates and paths are from those of the last checkpoint, %s",
            model,
            results.countedImages(),
            labels.last()),
        Drawing.beside(type, List.of(byLayer, Drawing.below(type, List.of(total, pathSpace())))),
        undefined == 0
            ? List.of(BANDS)
            : List.of(BANDS, "Correlations without a value, which no mean counts: " + undefined));
  }

  private Drawing pathSpace() {
    List<LineChart.Line> lines = new ArrayList<>();
    for (String gate : kinds(results.pathSpace(), 2)) {
      List<Object[]> rows =
          results.pathSpace().stream().filter(row -> row[2].equals(gate)).toList();
      lines.add(line(labels.gates(gate), rows, 6));
    }
    return new LineChart(
            "Over paths: correlation with the last one's hard gates",
            labels.across(),
            decades("mean over images", lines),
            lines)
        .drawing(type, type.em(26), type.em(11));
  }

  /** Cosine of pullback and gradient with the last checkpoint's. */
  Drawing pullbackCosine() {
    List<LineChart.Line> lines = new ArrayList<>();
    for (String direction : kinds(results.cosines(), 1)) {
      List<Object[]> rows =
          results.cosines().stream().filter(row -> row[1].equals(direction)).toList();
      String name =
          direction.equals("pullback")
              ? "excitation pullback, " + labels.smooth()
              : "vanilla gradient";
      lines.add(line(name, rows, 5));
    }
    return Drawing.page(
        type,
        String.format(
            Locale.ROOT,
            "%s, %s: input directions of the label's logit over training",
            model,
            results.countedImages()),
        new LineChart(
                "Cosine with the same of the last checkpoint, " + labels.last(),
                labels.across(),
                up("mean over images", lines),
                lines)
            .drawing(type, type.em(36), type.em(18)),
        List.of(BANDS));
  }

  /** Mean and standard deviation follow each other in the rows, from that column on. */
  private LineChart.Line line(String name, List<Object[]> rows, int mean) {
    List<Object[]> sorted =
        rows.stream().sorted(Comparator.comparing(row -> labels.index(row[0]))).toList();
    double[] x = labels.places(sorted.stream().map(row -> (String) row[0]).toList());
    double[] y = sorted.stream().mapToDouble(row -> StabilityLabels.number(row[mean])).toArray();
    double[] low = new double[y.length];
    double[] high = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double deviation = StabilityLabels.number(sorted.get(i)[mean + 1]);
      low[i] = y[i] - deviation;
      high[i] = y[i] + deviation;
    }
    return new LineChart.Line(name, x, y, low, high);
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

  private static List<String> kinds(List<Object[]> rows, int column) {
    return rows.stream().map(row -> (String) row[column]).distinct().toList();
  }
}

package curtain.jobs.kernel;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.HeatMapLayout;
import curtain.figures.LineChart;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Type;
import curtain.jobs.show.ReportBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Charts of eigenvalues and scores of kernels.
 *
 * @param title begins every page's: the network and the images
 * @param results what is shown
 */
record KernelPages(String title, KernelResults results) {
  /** Scores in [0, 1], or at most 1, by the name that {@code kernel.json} has for them. */
  private static final Map<String, String> SCORES = new LinkedHashMap<>();

  static {
    SCORES.put("alignment_label", "alignment with labels");
    SCORES.put("alignment_logit", "alignment with logits");
    SCORES.put("r_squared", "R squared of logits");
    SCORES.put("argmax_agreement", "argmax is the network's");
  }

  private static final String KNN = "knn_accuracy_";

  /** A number that is no score, for tables. */
  private static final String MEDIAN = "median_off_diagonal";

  static final String MEANING =
      "k-NN leaves one out. The regression is judged on images that it was not fitted to.";

  /** The page of {@link #spectrum}. */
  Drawing spectrumPage(Type type) {
    return Drawing.page(
        type,
        title + ": leading eigenvalues of the kernels",
        spectrum().drawing(type, type.em(32), type.em(18)),
        notes());
  }

  /** Leading eigenvalues by rank, on a logarithmic axis. */
  LineChart spectrum() {
    List<LineChart.Line> lines = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double largest = 0;
    int ranks = 1;
    for (Map.Entry<String, double[]> each : results.spectra().entrySet()) {
      double[] y = each.getValue();
      double[] x = new double[y.length];
      Arrays.setAll(x, i -> i + 1.0);
      lines.add(LineChart.Line.of(each.getKey(), x, y));
      ranks = Math.max(ranks, y.length);
      for (double value : y) {
        least = value > 0 ? Math.min(least, value) : least;
        largest = value > largest ? value : largest;
      }
    }
    double margin = 0.02 * Math.max(1, ranks - 1);
    Axis up =
        largest > 0
            ? Axis.log("eigenvalue", decade(least, -1), decade(largest, 1))
            : Axis.around("eigenvalue", 0, 1);
    return new LineChart(
        "Of HKH: K the normalised kernel, H centring",
        Axis.linear("rank", 1 - margin, ranks + margin),
        up,
        lines);
  }

  /** What is to be known of the spectrum: a sentence, or none. */
  List<String> notes() {
    long below =
        results.spectra().values().stream()
            .flatMapToDouble(Arrays::stream)
            .filter(value -> value <= 0)
            .count();
    return below == 0
        ? List.of()
        : List.of("Eigenvalues of 0 or below, which have no place here: " + below);
  }

  /** The next power of ten below or above, a step away from a number that is one. */
  private static double decade(double value, int direction) {
    double power = Math.log10(value);
    double whole = direction < 0 ? Math.floor(power - 0.05) : Math.ceil(power + 0.05);
    return Math.pow(10, whole);
  }

  /** The page of the scores, a table that is coloured from 0 to 1. */
  Drawing scoresPage(Type type) {
    List<String> kernels = List.copyOf(results.scores().keySet());
    List<String> keys = keys();
    double[][] values = new double[kernels.size()][keys.size()];
    for (int i = 0; i < values.length; i++) {
      Map<String, Double> own = results.scores().get(kernels.get(i));
      Arrays.setAll(
          values[i],
          j -> {
            Double value = own.get(keys.get(j));
            return value == null ? Double.NaN : value;
          });
    }
    return Drawing.page(
        type,
        title + ": scores of the kernels",
        HeatMapLayout.of(
            HeatMap.plain(
                    "k-NN, centred alignment, ridge regression of the network's logits",
                    Side.cells("kernel", kernels),
                    Side.cells("score", keys.stream().map(KernelPages::score).toList()),
                    values,
                    new Scale("score", 0, 1, false),
                    false)
                .withNumbers(2),
            type),
        List.of(MEANING + " Scores below 0 have the colour of 0."));
  }

  /** The scores, and medians, as a table. */
  ReportBlock.Table scoresTable() {
    List<String> keys = new ArrayList<>(keys());
    if (results.scores().values().stream().anyMatch(own -> own.containsKey(MEDIAN))) {
      keys.add(MEDIAN);
    }
    List<String> heads = new ArrayList<>(List.of("kernel"));
    keys.forEach(key -> heads.add(score(key)));
    List<List<Object>> rows = new ArrayList<>();
    results
        .scores()
        .forEach(
            (kernel, own) -> {
              List<Object> row = new ArrayList<>(List.of(kernel));
              keys.forEach(key -> row.add(own.get(key)));
              rows.add(row);
            });
    return new ReportBlock.Table(
        "k-NN, centred alignment, ridge regression of the network's logits", heads, rows, false);
  }

  /** Names of the scores that are there, in order. */
  private List<String> keys() {
    return results.scores().values().stream()
        .flatMap(own -> own.keySet().stream())
        .distinct()
        .filter(key -> key.startsWith(KNN) || SCORES.containsKey(key))
        .toList();
  }

  private static String score(String key) {
    return key.startsWith(KNN)
        ? key.substring(KNN.length()) + "-NN accuracy"
        : SCORES.getOrDefault(key, key.replace('_', ' '));
  }

  /** Whether there is a score to show. */
  boolean hasScores() {
    return !keys().isEmpty();
  }
}

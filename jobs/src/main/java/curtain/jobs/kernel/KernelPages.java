package curtain.jobs.kernel;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.HeatMap;
import curtain.figures.HeatMapLayout;
import curtain.figures.LineChart;
import curtain.figures.Scale;
import curtain.figures.Side;
import curtain.figures.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Eigenvalues and scores of kernels as charts.
 *
 * @param type sizes of text
 * @param title begins every page's: the network and the images
 */
record KernelPages(Type type, String title) {
  /** Scores in [0, 1], or at most 1, by the name that {@code kernel.json} has for them. */
  private static final Map<String, String> SCORES = new LinkedHashMap<>();

  static {
    SCORES.put("alignment_label", "alignment with labels");
    SCORES.put("alignment_logit", "alignment with logits");
    SCORES.put("r_squared", "R squared of logits");
    SCORES.put("argmax_agreement", "argmax is the network's");
  }

  private static final String KNN = "knn_accuracy_";

  /**
   * Leading eigenvalues on a logarithmic axis.
   *
   * @param spectra by kernel, eigenvalues by rank
   */
  Drawing spectrum(Map<String, double[]> spectra) {
    List<LineChart.Line> lines = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double largest = 0;
    int ranks = 1;
    long below = 0;
    for (Map.Entry<String, double[]> each : spectra.entrySet()) {
      double[] y = each.getValue();
      double[] x = new double[y.length];
      Arrays.setAll(x, i -> i + 1.0);
      lines.add(LineChart.Line.of(each.getKey(), x, y));
      ranks = Math.max(ranks, y.length);
      for (double value : y) {
        below += value <= 0 ? 1 : 0;
        least = value > 0 ? Math.min(least, value) : least;
        largest = Math.max(largest, value);
      }
    }
    double margin = 0.02 * Math.max(1, ranks - 1);
    Axis up =
        largest > 0
            ? Axis.log("eigenvalue", decade(least, -1), decade(largest, 1))
            : Axis.around("eigenvalue", 0, 1);
    return Drawing.page(
        type,
        title + ": leading eigenvalues of the kernels",
        new LineChart(
                "Of HKH: K the normalised kernel, H centring",
                Axis.linear("rank", 1 - margin, ranks + margin),
                up,
                lines)
            .drawing(type, type.em(32), type.em(18)),
        below == 0
            ? List.of()
            : List.of("Eigenvalues of 0 or below, which have no place here: " + below));
  }

  /** The next power of ten below or above, a step away from a number that is one. */
  private static double decade(double value, int direction) {
    double power = Math.log10(value);
    double whole = direction < 0 ? Math.floor(power - 0.05) : Math.ceil(power + 0.05);
    return Math.pow(10, whole);
  }

  /**
   * A table of scores, coloured from 0 to 1.
   *
   * @param scores by kernel, then by score
   */
  Drawing scores(Map<String, Map<String, Double>> scores) {
    List<String> kernels = List.copyOf(scores.keySet());
    List<String> keys =
        scores.values().stream()
            .flatMap(each -> each.keySet().stream())
            .distinct()
            .filter(key -> key.startsWith(KNN) || SCORES.containsKey(key))
            .toList();
    List<String> titles =
        keys.stream()
            .map(
                key ->
                    key.startsWith(KNN)
                        ? key.substring(KNN.length()) + "-NN accuracy"
                        : SCORES.get(key))
            .toList();
    double[][] values = new double[kernels.size()][keys.size()];
    for (int i = 0; i < values.length; i++) {
      Map<String, Double> own = scores.get(kernels.get(i));
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
                    Side.cells("score", titles),
                    values,
                    new Scale("score", 0, 1, false),
                    false)
                .withNumbers(2),
            type),
        List.of(
            "k-NN leaves one out. The regression is judged on images that it was not fitted to."
                + " Scores below 0 have the colour of 0."));
  }

  /** Whether there is a score to show. */
  static boolean hasScores(Map<String, Map<String, Double>> scores) {
    return scores.values().stream()
        .flatMap(each -> each.keySet().stream())
        .anyMatch(key -> key.startsWith(KNN) || SCORES.containsKey(key));
  }
}

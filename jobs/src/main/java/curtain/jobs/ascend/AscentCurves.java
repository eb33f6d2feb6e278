package curtain.jobs.ascend;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.LineChart;
import curtain.figures.Type;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.show.Csv;
import curtain.statistics.Moments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The targets' logits along walks, for each of an image's targets and each kind of direction over
 * images: their mean and standard deviation after every step, and of what they have risen by since
 * the image itself.
 */
final class AscentCurves {
  /** Targets that have charts of their own; of more, one is of all together. */
  private static final int MOST_PANELS = 6;

  /** What each step has, of one kind. */
  private record Curve(List<Moments> logits, List<Moments> rises) {
    static Curve of(int points) {
      List<Moments> none = Collections.nCopies(points, Moments.NONE);
      return new Curve(new ArrayList<>(none), new ArrayList<>(none));
    }

    void add(Curve other) {
      for (int i = 0; i < Math.min(logits.size(), other.logits.size()); i++) {
        logits.set(i, logits.get(i).plus(other.logits.get(i)));
        rises.set(i, rises.get(i).plus(other.rises.get(i)));
      }
    }
  }

  private final Map<String, Map<Kind, Curve>> panels = new LinkedHashMap<>();
  private long walks;
  private boolean neurons;

  /**
   * Adds a walk.
   *
   * @param panel of {@link AscentPanels}
   */
  void add(String panel, WalkPoint walk) {
    float[] logits = walk.logits();
    Curve curve =
        panels
            .computeIfAbsent(panel, name -> new LinkedHashMap<>())
            .computeIfAbsent(walk.kind(), kind -> Curve.of(logits.length));
    for (int i = 0; i < Math.min(logits.length, curve.logits.size()); i++) {
      curve.logits.set(i, curve.logits.get(i).plus(logits[i]));
      curve.rises.set(i, curve.rises.get(i).plus((double) logits[i] - logits[0]));
    }
    walks++;
    neurons |= walk.target() == null;
  }

  /** Number of walks. */
  long walks() {
    return walks;
  }

  /** Two charts beside each other, for each target below the other's. */
  Drawing drawing(Type type, String title) {
    if (panels.size() <= MOST_PANELS) {
      List<Drawing> all = new ArrayList<>();
      panels.forEach((panel, curves) -> all.add(pair(type, panel, "images", curves)));
      return Drawing.page(
          type,
          title,
          Drawing.below(type, all),
          List.of(
              "Means are over images"
                  + AscentPanels.explanation(panels.keySet().iterator().next())
                  + "."));
    }
    Map<Kind, Curve> together = new LinkedHashMap<>();
    for (Map<Kind, Curve> curves : panels.values()) {
      curves.forEach(
          (kind, curve) ->
              together.computeIfAbsent(kind, k -> Curve.of(curve.logits.size())).add(curve));
    }
    String all =
        String.format(Locale.ROOT, "%,d %s", panels.size(), neurons ? "neurons" : "targets");
    return Drawing.page(
        type,
        title,
        pair(type, all, "walks", together),
        List.of(
            String.format(
                Locale.ROOT, "Means are over images and %s together; logits.csv has each.", all)));
  }

  private Drawing pair(Type type, String panel, String over, Map<Kind, Curve> curves) {
    Drawing level =
        chart(
            type,
            String.format(
                Locale.ROOT,
                "%s, %s; bands: one standard deviation over %s",
                neurons ? "Pre-activation" : "Logit",
                panel,
                over),
            "mean over " + over,
            curves,
            Curve::logits,
            Moments::deviation);
    Drawing rise =
        chart(
            type,
            "Its rise since the image itself; bands: 95 % interval of the mean",
            "mean over " + over,
            curves,
            Curve::rises,
            moments -> Moments.HALF_INTERVAL * moments.standardError());
    return Drawing.beside(type, List.of(level, rise));
  }

  private static Drawing chart(
      Type type,
      String heading,
      String up,
      Map<Kind, Curve> curves,
      Function<Curve, List<Moments>> of,
      Function<Moments, Double> band) {
    List<LineChart.Line> lines = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    int steps = 1;
    for (Map.Entry<Kind, Curve> each : curves.entrySet()) {
      List<Moments> all = of.apply(each.getValue());
      double[] x = new double[all.size()];
      double[] y = new double[all.size()];
      double[] low = new double[all.size()];
      double[] high = new double[all.size()];
      for (int i = 0; i < all.size(); i++) {
        double half = band.apply(all.get(i));
        x[i] = i;
        y[i] = all.get(i).mean();
        low[i] = y[i] - half;
        high[i] = y[i] + half;
        least = Math.min(least, Double.isNaN(half) ? y[i] : low[i]);
        most = Math.max(most, Double.isNaN(half) ? y[i] : high[i]);
      }
      steps = Math.max(steps, all.size() - 1);
      lines.add(new LineChart.Line(each.getKey().label(), x, y, low, high));
    }
    double margin = 0.02 * steps;
    return new LineChart(
            heading,
            Axis.linear("step", -margin, steps + margin),
            Axis.around(up, least, most),
            lines)
        .drawing(type, type.em(24), type.em(16));
  }

  /** A row for each target, kind and step. */
  void write(Csv csv) throws IOException {
    for (Map.Entry<String, Map<Kind, Curve>> panel : panels.entrySet()) {
      for (Map.Entry<Kind, Curve> each : panel.getValue().entrySet()) {
        Kind kind = each.getKey();
        Curve curve = each.getValue();
        for (int i = 0; i < curve.logits.size(); i++) {
          csv.row(
              panel.getKey(),
              kind.isGradient() ? Direction.GRADIENT : Direction.PULLBACK,
              kind.gate(),
              kind.temperature(),
              kind.unit(),
              i,
              curve.logits.get(i).count(),
              curve.logits.get(i).mean(),
              curve.logits.get(i).deviation(),
              curve.rises.get(i).mean(),
              curve.rises.get(i).deviation(),
              curve.rises.get(i).standardError());
        }
      }
    }
  }

  /** Columns of {@code logits.csv}. */
  static final List<String> COLUMNS =
      List.of(
          "target",
          "direction",
          "gate",
          "temperature",
          "temperature_unit",
          "step",
          "walks",
          "mean",
          "std",
          "rise_mean",
          "rise_std",
          "rise_standard_error");
}

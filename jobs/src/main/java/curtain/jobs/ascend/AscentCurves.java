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
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

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
    LineChart level =
        chart(
            String.format(
                Locale.ROOT,
                "%s, %s; bands: one standard deviation over %s",
                neurons ? "Pre-activation" : "Logit",
                panel,
                over),
            "mean over " + over,
            lines(curves, Curve::logits, Moments::deviation));
    LineChart rise =
        chart(
            "Its rise since the image itself; bands: 95 % interval of the mean",
            "mean over " + over,
            lines(curves, Curve::rises, each -> Moments.HALF_INTERVAL * each.standardError()));
    return Drawing.beside(
        type,
        Stream.of(level, rise).map(each -> each.drawing(type, type.em(24), type.em(16))).toList());
  }

  private static List<LineChart.Line> lines(
      Map<Kind, Curve> curves, Function<Curve, List<Moments>> of, ToDoubleFunction<Moments> band) {
    List<LineChart.Line> lines = new ArrayList<>();
    for (Map.Entry<Kind, Curve> each : curves.entrySet()) {
      List<Moments> all = of.apply(each.getValue());
      double[] y = all.stream().mapToDouble(Moments::mean).toArray();
      double[] half = all.stream().mapToDouble(band).toArray();
      double[] low = new double[y.length];
      double[] high = new double[y.length];
      Arrays.setAll(low, i -> y[i] - half[i]);
      Arrays.setAll(high, i -> y[i] + half[i]);
      lines.add(LineChart.Line.banded(each.getKey().label(), steps(y.length), y, low, high));
    }
    return lines;
  }

  /** Numbers 0, 1, and so on. */
  static double[] steps(int count) {
    double[] steps = new double[count];
    Arrays.setAll(steps, i -> i);
    return steps;
  }

  /** Lines over the steps of walks, with axes that reach around lines and bands. */
  static LineChart chart(String heading, String up, List<LineChart.Line> lines) {
    int last = Math.max(1, lines.stream().mapToInt(line -> line.x().length - 1).max().orElse(1));
    double margin = 0.02 * last;
    Stream<double[]> numbers =
        lines.stream()
            .flatMap(
                line ->
                    line.low() == null
                        ? Stream.of(line.y())
                        : Stream.of(line.y(), line.low(), line.high()));
    return new LineChart(
        heading,
        Axis.linear("step", -margin, last + margin),
        Axis.covering(up, numbers.flatMapToDouble(Arrays::stream)),
        lines);
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

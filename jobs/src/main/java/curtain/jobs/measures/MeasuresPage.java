package curtain.jobs.measures;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.IntervalChart;
import curtain.figures.IntervalChart.Point;
import curtain.figures.Type;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.measures.Attribution;
import curtain.measures.Measure;
import curtain.statistics.Moments;
import java.util.ArrayList;
import java.util.List;

/**
 * The page that shows measures: a panel for each measure, two in a line, with a point for each
 * direction.
 *
 * @param type sizes of text
 * @param title network and images, with which the page's title begins
 * @param rows the rows of {@code measures_summary}
 */
record MeasuresPage(Type type, String title, List<MeasureSummaryRow> rows) {
  /** Names of the measures, in order. */
  List<String> measures() {
    return rows.stream().map(MeasureSummaryRow::measure).distinct().toList();
  }

  /** Names of the directions, in order. */
  List<String> directions() {
    return rows.stream().map(MeasuresPage::direction).distinct().toList();
  }

  /** The label of a row's direction; for pullbacks with gate, temperature and pool. */
  static String direction(MeasureSummaryRow row) {
    String name = row.direction().replace('_', ' ');
    Kind kind = new Kind(row.gate(), row.temperature(), row.temperatureUnit(), row.pool());
    return row.direction().equals(Attribution.PULLBACK.toString())
        ? name + ", " + kind.label()
        : name;
  }

  /** Lays the page out. */
  Drawing drawing() {
    List<Drawing> lines = new ArrayList<>();
    List<String> measures = measures();
    for (int i = 0; i < measures.size(); i += 2) {
      List<Drawing> line = new ArrayList<>(List.of(panel(measures.get(i), true)));
      if (i + 1 < measures.size()) {
        line.add(panel(measures.get(i + 1), false));
      }
      lines.add(Drawing.beside(type, line));
    }
    return Drawing.page(
        type,
        title + ": measures of directions",
        Drawing.below(type, lines),
        List.of(
            "Means over images, with 95 % intervals; the line is the gradient's mean. A ring: the"
                + " 95 % interval of the difference to the gradient, image by image, holds 0."));
  }

  private Drawing panel(String name, boolean named) {
    List<Point> points = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (MeasureSummaryRow row : rows) {
      if (!row.measure().equals(name)) {
        continue;
      }
      double mean = number(row.mean());
      double error = Moments.HALF_INTERVAL * number(row.standardError());
      boolean gradient = row.measured().isGradient();
      boolean same = number(row.differenceLow()) <= 0 && number(row.differenceHigh()) >= 0;
      points.add(new Point(direction(row), mean, mean - error, mean + error, same, gradient));
      for (double value : new double[] {mean, mean - error, mean + error}) {
        least = value < least ? value : least;
        largest = value > largest ? value : largest;
      }
    }
    boolean higher = Measure.of(name).higherIsBetter();
    Axis across =
        largest >= least
            ? Axis.around(higher ? "higher is better" : "lower is better", least, largest)
            : Axis.linear("not defined", 0, 1);
    return new IntervalChart(name.replace('_', ' '), across, points, named)
        .drawing(type, type.em(18));
  }

  private static double number(Double value) {
    return value == null ? Double.NaN : value;
  }
}

package curtain.jobs.measures;

import curtain.figures.Axis;
import curtain.figures.Drawing;
import curtain.figures.IntervalChart;
import curtain.figures.IntervalChart.Point;
import curtain.figures.Type;
import curtain.jobs.pullbacks.PullbackRow.Kind;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Counted;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.tables.TableReader;
import curtain.measures.Attribution;
import curtain.measures.Measure;
import curtain.statistics.Moments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Charts of measures, one for each with a point for each direction.
 *
 * @param title the network and the images
 * @param rows of {@code measures_summary/}
 */
record MeasuresPage(String title, List<MeasureSummaryRow> rows) {
  static final String MEANING =
      "Means over images, with 95 % intervals; the line is the gradient's mean. A ring: the 95 %"
          + " interval of the difference to the gradient, image by image, holds 0.";

  /** Reads an output; one without images has no rows. */
  static MeasuresPage read(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    List<MeasureSummaryRow> rows = new ArrayList<>();
    for (Path part : input.parts(MeasureRows.SUMMARY.name())) {
      TableReader.forEach(MeasureRows.SUMMARY, part, conf, rows::add);
    }
    String images = Counted.of(input.provenance().results(), "image");
    return new MeasuresPage(input.setting("model") + ", " + images, rows);
  }

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

  /** Lays the page out, two charts beside each other. */
  Drawing drawing(Type type) {
    List<IntervalChart> charts = charts();
    List<Drawing> lines = new ArrayList<>();
    for (int i = 0; i < charts.size(); i += 2) {
      List<Drawing> line = new ArrayList<>();
      for (int j = i; j < Math.min(i + 2, charts.size()); j++) {
        line.add(charts.get(j).drawing(type, type.em(18), j == i));
      }
      lines.add(Drawing.beside(type, line));
    }
    return Drawing.page(
        type, title + ": measures of directions", Drawing.below(type, lines), List.of(MEANING));
  }

  /** A chart for each measure. */
  List<IntervalChart> charts() {
    return measures().stream().map(this::chart).toList();
  }

  private IntervalChart chart(String name) {
    List<String> directions = directions();
    List<Point> points = new ArrayList<>();
    for (MeasureSummaryRow row : rows) {
      if (!row.measure().equals(name)) {
        continue;
      }
      double mean = number(row.mean());
      double error = Moments.HALF_INTERVAL * number(row.standardError());
      boolean gradient = row.measured().isGradient();
      boolean same = number(row.differenceLow()) <= 0 && number(row.differenceHigh()) >= 0;
      String direction = direction(row);
      points.add(
          new Point(
              direction,
              mean,
              mean - error,
              mean + error,
              same,
              gradient,
              directions.indexOf(direction)));
    }
    String better = Measure.of(name).higherIsBetter() ? "higher is better" : "lower is better";
    boolean defined = points.stream().anyMatch(point -> Double.isFinite(point.value()));
    return new IntervalChart(
        name.replace('_', ' '),
        Axis.covering(
            defined ? better : "not defined",
            points.stream()
                .flatMapToDouble(each -> DoubleStream.of(each.value(), each.low(), each.high()))),
        points);
  }

  /** The means, and the differences to the gradient. */
  ReportBlock.Table table() {
    List<List<Object>> cells = new ArrayList<>();
    List<String> order = measures();
    List<MeasureSummaryRow> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingInt(row -> order.indexOf(row.measure())));
    for (MeasureSummaryRow row : sorted) {
      boolean gradient = row.measured().isGradient();
      String better = Measure.of(row.measure()).higherIsBetter() ? " +" : " \u2212";
      cells.add(
          Arrays.asList(
              row.measure() + better,
              direction(row),
              row.mean(),
              row.standardError(),
              gradient ? null : row.difference(),
              gradient ? null : row.differenceLow(),
              gradient ? null : row.differenceHigh(),
              row.images()));
    }
    return new ReportBlock.Table(
        "Measures: + higher is better, \u2212 lower; differences to the gradient with 95 % intervals",
        List.of(
            "measure", "direction", "mean", "standard error", "difference", "from", "to", "images"),
        cells,
        false);
  }

  private static double number(Double value) {
    return value == null ? Double.NaN : value;
  }
}

package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A chart of numbers with intervals, one below another: each a point in the colours of {@link
 * LineChart}, with its interval as a line.
 *
 * @param heading line above it
 * @param across axis of the numbers
 * @param points the numbers, from the top
 */
public record IntervalChart(String heading, Axis across, List<Point> points) {
  /**
   * A number.
   *
   * @param name name, to the left
   * @param value the number; NaN for none
   * @param low lower end of the interval; NaN for no interval
   * @param high upper end of the interval
   * @param open whether the point is a ring
   * @param guide whether a vertical line over the whole height goes through the point
   * @param colour place in the palette, from 0; the same for one thing in several charts
   */
  public record Point(
      String name,
      double value,
      double low,
      double high,
      boolean open,
      boolean guide,
      int colour) {}

  /** Keeps a copy of the list. */
  public IntervalChart {
    points = List.copyOf(points);
  }

  /**
   * Lays out the chart.
   *
   * @param wide between the axis' ends, pixels
   * @param named whether the points' names are to the left; not needed where a chart beside has
   *     them
   */
  public Drawing drawing(Type type, int wide, boolean named) {
    List<String> names = new ArrayList<>();
    points.forEach(point -> names.add(named ? point.name() : ""));
    Collections.reverse(names);
    int top = Type.line(type.body()) + type.em(0.4);
    Plot plot =
        new Plot(type, across, Axis.names("", names), wide, points.size() * type.em(1.8), top);
    // the width does not depend on the last tick's label, so that charts below each other align
    Drawing drawing =
        new Drawing(Math.max(plot.width(), plot.left() + wide + type.em(1.5)), plot.height());
    drawing.text(
        type.body(),
        type.body().fitted(heading, wide),
        Drawing.INK,
        Anchor.START,
        plot.left(),
        top - type.em(0.7));
    plot.grid(drawing);
    float thin = type.em(1) / 9f;
    for (Point point : points) {
      double x = plot.x(point.value());
      if (point.guide() && !Double.isNaN(x)) {
        drawing.stroke(
            new Line2D.Double(x, top, x, plot.y(-0.5)), Drawing.PALE, Math.max(1, thin / 2));
      }
    }
    plot.axes(drawing);
    for (int i = 0; i < points.size(); i++) {
      point(drawing, type, plot, i, thin);
    }
    return drawing;
  }

  private void point(Drawing drawing, Type type, Plot plot, int index, float thin) {
    Point point = points.get(index);
    Color colour = LineChart.colour(point.colour());
    double x = plot.x(point.value());
    double y = plot.y(points.size() - 1 - index);
    if (Double.isNaN(x)) {
      return;
    }
    double low = plot.x(across.clamped(point.low()));
    double high = plot.x(across.clamped(point.high()));
    if (!Double.isNaN(low + high)) {
      double cap = type.em(0.22);
      drawing.stroke(new Line2D.Double(low, y, high, y), colour, thin);
      drawing.stroke(new Line2D.Double(low, y - cap, low, y + cap), colour, thin);
      drawing.stroke(new Line2D.Double(high, y - cap, high, y + cap), colour, thin);
    }
    double r = type.em(0.32);
    Ellipse2D mark = new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
    if (point.open()) {
      drawing.fill(mark, Drawing.PAPER);
      drawing.fill(new BasicStroke(1.3f * thin).createStrokedShape(mark), colour);
    } else {
      drawing.fill(mark, colour);
    }
  }
}

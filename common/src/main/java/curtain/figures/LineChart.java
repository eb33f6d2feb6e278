package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * A chart of lines over one axis, with bands around them where they have one. Lines differ in
 * colour (Okabe and Ito 2008, made for colour blindness), mark and dashes; the legend is above the
 * plot, where no line crosses it. NaN, and a number outside an axis's range, interrupts a line.
 *
 * @param heading line above it
 * @param across horizontal axis
 * @param up vertical axis
 * @param lines in the order of the legend, which leaves out lines without a name
 */
public record LineChart(String heading, Axis across, Axis up, List<Line> lines) {
  private static final Color[] COLOURS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    new Color(0x000000)
  };
  private static final int MOST_MARKS = 60;

  /**
   * One line.
   *
   * @param name name in the legend
   * @param x ascending, (n)
   * @param y values at x, (n)
   * @param low lower edge of the band, (n), or null for no band
   * @param high upper edge of the band, (n), or null for no band
   * @param gaps whether NaN in y says that there is no value, else that the value is NaN
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
  public record Line(
      String name, double[] x, double[] y, double[] low, double[] high, boolean gaps) {
    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException where they differ
     */
    public Line {
      if (y.length != x.length
          || (low == null) != (high == null)
          || (low != null && (low.length != x.length || high.length != x.length))) {
        throw new IllegalArgumentException("line " + name + " has sides of different lengths");
      }
    }

    /** A line without a band; NaN is a value. */
    public static Line of(String name, double[] x, double[] y) {
      return new Line(name, x, y, null, null, false);
    }

    /** A line with a band; NaN is a value. */
    public static Line banded(String name, double[] x, double[] y, double[] low, double[] high) {
      return new Line(name, x, y, low, high, false);
    }

    /** The same line, of which NaN says that there is no value. */
    public Line withGaps() {
      return new Line(name, x, y, low, high, true);
    }
  }

  /** Keeps a copy of the list. */
  public LineChart {
    lines = List.copyOf(lines);
  }

  /**
   * Lays out the chart.
   *
   * @param wide length of the horizontal axis, pixels
   * @param high length of the vertical axis, pixels
   */
  public Drawing drawing(Type type, int wide, int high) {
    int line = Type.line(type.body());
    int indent = new Plot(type, across, up, wide, high, 0).left();
    List<String> headings = type.body().wrapped(heading, wide, 3);
    List<int[]> keys = keys(type, wide);
    boolean named = lines.stream().anyMatch(each -> !each.name().isEmpty());
    int legend = named ? (keys.get(keys.size() - 1)[1] + 1) * line : 0;
    int top = headings.size() * line + legend + type.em(0.5);
    Plot plot = new Plot(type, across, up, wide, high, top);
    Drawing drawing = new Drawing(plot.width(), plot.height());
    for (int i = 0; i < headings.size(); i++) {
      double y = (i + 1) * line - type.em(0.3);
      drawing.text(type.body(), headings.get(i), Drawing.INK, Anchor.START, indent, y);
    }
    plot.grid(drawing);
    for (int i = 0; i < lines.size(); i++) {
      band(drawing, plot, i);
    }
    for (int i = 0; i < lines.size(); i++) {
      line(drawing, type, plot, i);
    }
    plot.axes(drawing);
    for (int i = 0; i < keys.size() && named; i++) {
      int x = indent + keys.get(i)[0];
      double y = (headings.size() + keys.get(i)[1] + 0.55) * line;
      Path2D sample = new Path2D.Double();
      sample.moveTo(x, y);
      sample.lineTo(x + type.em(2), y);
      stroke(drawing, type, sample, i);
      mark(drawing, type, i, x + type.em(1), y);
      drawing.text(
          type.body(),
          type.body().fitted(lines.get(i).name(), wide - type.em(2.4)),
          Drawing.INK,
          Anchor.START,
          x + type.em(2.4),
          Math.rint(y + 0.36 * type.body().size()));
    }
    return drawing;
  }

  /** The left edge and the row of each legend entry, filling row after row. */
  private List<int[]> keys(Type type, int wide) {
    List<int[]> keys = new ArrayList<>();
    int x = 0;
    int row = 0;
    for (Line line : lines) {
      int width = type.em(2.4) + (int) Math.ceil(type.body().width(line.name()));
      if (x > 0 && x + width > wide) {
        x = 0;
        row++;
      }
      keys.add(new int[] {x, row});
      x += width + type.em(1.5);
    }
    return keys;
  }

  /** The colour of the line at a position from 0; colours repeat from the eighth line on. */
  static Color colour(int index) {
    return COLOURS[index % COLOURS.length];
  }

  private void band(Drawing drawing, Plot plot, int index) {
    Line line = lines.get(index);
    if (line.low() == null) {
      return;
    }
    Color colour = colour(index);
    Color pale = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), 45);
    int from = 0;
    for (int i = 0; i <= line.x().length; i++) {
      if (i < line.x().length && finite(line, i)) {
        continue;
      }
      if (i - from > 1) {
        Path2D area = new Path2D.Double();
        for (int j = from; j < i; j++) {
          to(area, j == from, plot.x(line.x()[j]), plot.nearestY(line.high()[j]));
        }
        for (int j = i - 1; j >= from; j--) {
          to(area, false, plot.x(line.x()[j]), plot.nearestY(line.low()[j]));
        }
        area.closePath();
        drawing.fill(area, pale);
      }
      from = i + 1;
    }
  }

  private boolean finite(Line line, int i) {
    return !Double.isNaN(across.place(line.x()[i]) + line.low()[i] + line.high()[i]);
  }

  private static void to(Path2D path, boolean first, double x, double y) {
    if (first) {
      path.moveTo(x, y);
    } else {
      path.lineTo(x, y);
    }
  }

  private void line(Drawing drawing, Type type, Plot plot, int index) {
    Line line = lines.get(index);
    Path2D path = new Path2D.Double();
    boolean pen = false;
    for (int i = 0; i < line.x().length; i++) {
      double x = plot.x(line.x()[i]);
      double y = plot.y(line.y()[i]);
      boolean placed = !Double.isNaN(x + y);
      if (placed) {
        to(path, !pen, x, y);
        if (line.x().length <= MOST_MARKS) {
          mark(drawing, type, index, x, y);
        }
      }
      pen = placed;
    }
    stroke(drawing, type, path, index);
  }

  private static void stroke(Drawing drawing, Type type, Path2D path, int index) {
    float em = type.em(1);
    // From the eighth line on colours repeat, and lines are dashed.
    int round = index / COLOURS.length;
    float thickness = em / 9;
    BasicStroke stroke =
        round == 0
            ? new BasicStroke(thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
            : new BasicStroke(
                thickness,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                1,
                new float[] {em / (1 + round), em / 4},
                0);
    drawing.fill(stroke.createStrokedShape(path), colour(index));
  }

  private static void mark(Drawing drawing, Type type, int index, double x, double y) {
    double r = type.em(0.26);
    Shape shape =
        switch (index % 3) {
          case 0 -> new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
          case 1 -> new Rectangle2D.Double(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
          default -> triangle(x, y, r);
        };
    drawing.fill(shape, colour(index));
  }

  private static Shape triangle(double x, double y, double r) {
    Path2D path = new Path2D.Double();
    path.moveTo(x, y - 1.2 * r);
    path.lineTo(x + 1.1 * r, y + 0.8 * r);
    path.lineTo(x - 1.1 * r, y + 0.8 * r);
    path.closePath();
    return path;
  }
}

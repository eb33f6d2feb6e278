package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** The frame of a chart: two axes with ticks and titles, and the pixels of numbers between them. */
final class Plot {
  private final Type type;
  private final Axis across;
  private final Axis up;
  private final int wide;
  private final int high;
  private final int left;
  private final int top;
  private final int right;
  private final List<Tick> rowTicks;
  private final List<Tick> columnTicks;
  private final boolean namesUpwards;
  private final int namesHeight;

  /**
   * Lays out a frame.
   *
   * @param across the horizontal axis
   * @param up the vertical axis
   * @param wide length of the horizontal axis, pixels
   * @param high length of the vertical axis, pixels
   * @param top room above the frame, pixels
   */
  Plot(Type type, Axis across, Axis up, int wide, int high, int top) {
    this.type = type;
    this.across = across;
    this.up = up;
    this.wide = wide;
    this.high = high;
    this.top = top;
    Lettering small = type.small();
    this.rowTicks = up.ticks(Math.max(2, high / type.em(1.6)));
    this.left =
        Type.line(type.body()) + type.em(0.4) + Type.widest(small, labels(rowTicks)) + type.em(0.5);
    List<Tick> some = across.ticks(Math.max(2, wide / type.em(3.2)));
    boolean fit = fit(some, small);
    // Names too long to be written across are written upwards; numbers never are.
    this.namesUpwards = across.isNames() && !fit(across.ticks(Integer.MAX_VALUE), small);
    if (namesUpwards) {
      this.columnTicks = across.ticks((int) (wide / (1.2 * small.size())));
    } else if (across.isNames()) {
      this.columnTicks = across.ticks(Integer.MAX_VALUE);
    } else {
      this.columnTicks = fit ? some : across.ticks(2);
    }
    this.namesHeight =
        namesUpwards
            ? Math.min(type.em(14), Type.widest(small, labels(columnTicks)))
            : Type.line(small);
    double last =
        namesUpwards
            ? 0
            : columnTicks.stream()
                .mapToDouble(t -> x(t.value()) + small.width(t.label()) / 2 - left - wide)
                .max()
                .orElse(0);
    this.right = (int) Math.ceil(Math.max(type.em(0.4), last));
  }

  private boolean fit(List<Tick> ticks, Lettering small) {
    double free = Double.NEGATIVE_INFINITY;
    for (Tick tick : ticks) {
      double half = small.width(tick.label()) / 2 + type.em(0.25);
      double middle = across.place(tick.value()) * wide;
      if (middle - half < free) {
        return false;
      }
      free = middle + half;
    }
    return true;
  }

  private static List<String> labels(List<Tick> ticks) {
    return ticks.stream().map(Tick::label).toList();
  }

  /** The width with titles and ticks, pixels. */
  int width() {
    return left + wide + right;
  }

  /** The height with titles and ticks, pixels. */
  int height() {
    return top + high + type.em(0.65) + namesHeight + Type.line(type.body());
  }

  int left() {
    return left;
  }

  /** The pixel column of a number; NaN outside the axis's range. */
  double x(double value) {
    return left + across.place(value) * wide;
  }

  /** The pixel row of a number; NaN outside the axis's range. */
  double y(double value) {
    return top + (1 - up.place(value)) * high;
  }

  /** The pixel row of a number, or of the nearer end outside the axis's range. */
  double nearestY(double value) {
    return y(up.clamped(value));
  }

  /** Draws the grid lines, which go below the chart's own marks. */
  void grid(Drawing drawing) {
    for (Tick tick : rowTicks) {
      double y = Math.rint(y(tick.value())) + 0.5;
      drawing.stroke(new Line2D.Double(left, y, left + wide, y), Drawing.RULE, 1);
    }
  }

  /** Draws frame, ticks and titles. */
  void axes(Drawing drawing) {
    Lettering small = type.small();
    int foot = top + high;
    int tickLength = type.em(0.25);
    drawing.stroke(new Rectangle2D.Double(left + 0.5, top + 0.5, wide, high), Drawing.PALE, 1);
    for (Tick tick : rowTicks) {
      double y = Math.rint(y(tick.value())) + 0.5;
      drawing.stroke(new Line2D.Double(left - tickLength, y, left, y), Drawing.PALE, 1);
      drawing.text(
          small,
          tick.label(),
          Drawing.PALE,
          Anchor.END,
          left - type.em(0.45),
          Math.rint(y + 0.36 * small.size()));
    }
    int names = foot + type.em(0.55);
    for (Tick tick : columnTicks) {
      double x = Math.rint(x(tick.value())) + 0.5;
      drawing.stroke(new Line2D.Double(x, foot, x, foot + tickLength), Drawing.PALE, 1);
      String label = small.fitted(tick.label(), type.em(14));
      if (namesUpwards) {
        double baseline = Math.rint(x + 0.36 * small.size());
        drawing.upwards(small, label, Drawing.PALE, Anchor.END, baseline, names);
      } else {
        double baseline = Math.rint(names + Drawing.ascent(small));
        drawing.text(small, label, Drawing.PALE, Anchor.MIDDLE, x, baseline);
      }
    }
    drawing.text(
        type.body(),
        type.body().fitted(across.title(), wide + right),
        Drawing.INK,
        Anchor.MIDDLE,
        left + wide / 2.0,
        height() - type.em(0.3));
    drawing.upwards(
        type.body(),
        type.body().fitted(up.title(), high),
        Drawing.INK,
        Anchor.MIDDLE,
        type.em(0.9),
        top + high / 2.0);
  }
}

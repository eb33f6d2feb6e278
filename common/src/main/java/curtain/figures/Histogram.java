package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A histogram: counts or shares in bins of equal width over the horizontal axis.
 *
 * @param heading line above it
 * @param notes lines below the heading
 * @param across horizontal axis
 * @param low lower edge of the first bin
 * @param high upper edge of the last bin
 * @param up vertical axis, whose range includes 0
 * @param counts count or share of each bin
 * @param marks numbers marked by a vertical line, where the axis has a place for them
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk numbers, never compared
public record Histogram(
    String heading,
    List<String> notes,
    Axis across,
    double low,
    double high,
    Axis up,
    double[] counts,
    List<Double> marks) {
  private static final Color BAR = new Color(0x4393c3);

  /**
   * Keeps copies of the lists and checks the range.
   *
   * @throws IllegalArgumentException where there is no bin or the range is empty
   */
  public Histogram {
    notes = List.copyOf(notes);
    marks = List.copyOf(marks);
    if (!(high > low) || counts.length == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: %d bins from %s to %s", heading, counts.length, low, high));
    }
  }

  /** A histogram of counts, without marks. */
  public Histogram(
      String heading,
      List<String> notes,
      Axis across,
      double low,
      double high,
      Axis up,
      long[] counts) {
    this(
        heading,
        notes,
        across,
        low,
        high,
        up,
        Arrays.stream(counts).asDoubleStream().toArray(),
        List.of());
  }

  /**
   * The bin of a number. A bin includes its lower edge, the last one its upper edge, too; a number
   * outside counts to the nearer end.
   *
   * @param share number in [0, 1]
   * @param bins number of bins from 0 to 1
   */
  public static int bin(double share, int bins) {
    return Math.max(0, Math.min(bins - 1, (int) Math.floor(share * bins)));
  }

  /**
   * Lays out the histogram.
   *
   * @param wide length of the horizontal axis, pixels
   * @param tall length of the vertical axis, pixels
   */
  public Drawing drawing(Type type, int wide, int tall) {
    int line = Type.line(type.body());
    int small = Type.line(type.small());
    int indent = new Plot(type, across, up, wide, tall, 0).left();
    List<String> lines = new ArrayList<>();
    notes.forEach(note -> lines.addAll(type.small().wrapped(note, wide, 3)));
    int top = line + lines.size() * small + type.em(0.3);
    Plot plot = new Plot(type, across, up, wide, tall, top);
    Drawing drawing = new Drawing(plot.width(), plot.height());
    drawing.text(
        type.body(),
        type.body().fitted(heading, wide),
        Drawing.INK,
        Anchor.START,
        indent,
        line - type.em(0.3));
    for (int i = 0; i < lines.size(); i++) {
      drawing.text(
          type.small(),
          lines.get(i),
          Drawing.PALE,
          Anchor.START,
          indent,
          line + (i + 1) * small - type.em(0.3));
    }
    plot.grid(drawing);
    double bin = (high - low) / counts.length;
    for (int i = 0; i < counts.length; i++) {
      double left = plot.x(low + i * bin);
      double right = plot.x(low + (i + 1) * bin);
      double y = plot.nearestY(counts[i]);
      if (counts[i] > 0) {
        // A bin that is not empty is at least a pixel high.
        double height = Math.max(1, plot.nearestY(0) - y);
        drawing.fill(
            new Rectangle2D.Double(
                left + 0.5, plot.nearestY(0) - height, Math.max(1, right - left - 1), height),
            BAR);
      }
    }
    for (double mark : marks) {
      double x = Math.rint(plot.x(mark)) + 0.5;
      if (!Double.isNaN(x)) {
        drawing.stroke(
            new Line2D.Double(x, plot.nearestY(Double.MAX_VALUE), x, plot.nearestY(0)),
            Drawing.FRAME,
            type.em(1) / 9f);
      }
    }
    plot.axes(drawing);
    return drawing;
  }
}

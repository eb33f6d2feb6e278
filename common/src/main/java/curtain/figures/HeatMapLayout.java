package curtain.figures;

import curtain.figures.Drawing.Anchor;
import java.awt.Color;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** Lays out one {@link HeatMap}; from the left: title, names, cells, colour bar. */
public final class HeatMapLayout {
  private static final Color UNDEFINED = new Color(0xd9d9d9);
  private static final Color HATCH = new Color(0x8c8c8c);
  private static final double MOST_CELL_EMS = 2.8;
  private static final double LEAST_EMS = 15;
  private static final double WIDE_EMS = 34;
  private static final double HIGH_EMS = 34;
  private static final double HIGHEST_EMS = 60;
  private static final double LEAST_GROUP_EMS = 0.6;

  private final HeatMap map;
  private final Type type;
  private final int cellWidth;
  private final int cellHeight;
  private final int left;
  private final int top;
  private final int wide;
  private final int high;
  private final boolean namesUpwards;
  private final int namesHeight;
  private final List<String> headings;
  private final Drawing bar;
  private final int width;
  private Drawing drawing;

  /** Lays out a map. */
  public static Drawing of(HeatMap map, Type type) {
    return new HeatMapLayout(map, type).drawing();
  }

  private HeatMapLayout(HeatMap map, Type type) {
    this.map = map;
    this.type = type;
    int rows = map.rows().size();
    int columns = map.columns().size();
    // A map of many rows is higher, half an em for each row.
    double highEms =
        map.square() ? HIGH_EMS : Math.min(HIGHEST_EMS, Math.max(HIGH_EMS, rows / 2.0));
    int across = size(columns, WIDE_EMS, MOST_CELL_EMS);
    int down = size(rows, highEms, map.square() ? MOST_CELL_EMS : 1.7);
    this.cellWidth = map.square() ? Math.min(across, down) : across;
    this.cellHeight = map.square() ? Math.min(across, down) : down;
    this.wide = columns * cellWidth;
    this.high = rows * cellHeight;
    Lettering small = type.small();
    int rowNames = Math.min(type.em(14), Type.widest(small, names(map.rows())));
    this.left = Type.line(type.body()) + type.em(0.4) + rowNames + type.em(0.4);
    int widestColumn = Type.widest(small, names(map.columns()));
    this.namesUpwards =
        map.columns().bands().stream()
            .anyMatch(
                band ->
                    small.width(band.name()) + type.em(0.3)
                        > (band.to() - band.from()) * cellWidth);
    this.namesHeight = namesUpwards ? Math.min(type.em(14), widestColumn) : Type.line(small);
    this.bar = map.bar() ? ColourBar.of(map.scale(), type, high) : new Drawing(0, 0);
    int beside = map.bar() ? type.em(0.8) + bar.width() : type.em(0.6);
    // The heading and legend of a small map need some width.
    this.width = left + Math.max(wide + beside, type.em(LEAST_EMS));
    this.headings = type.body().wrapped(map.heading(), width - left, 3);
    this.top = headings.size() * Type.line(type.body()) + type.em(0.5);
  }

  /**
   * The side of a cell, pixels: {@code ems} over all cells, at most {@code most} for one, or up to
   * 5 where a square map of few cells would leave its titles no room.
   */
  private int size(int cells, double ems, double most) {
    int largest = type.em(map.square() ? Math.max(most, Math.min(5, LEAST_EMS / cells)) : most);
    return Math.max(1, Math.min(largest, type.em(ems) / cells));
  }

  private static List<String> names(Side side) {
    return side.bands().stream().map(Side.Band::name).toList();
  }

  private Drawing drawing() {
    int line = Type.line(type.body());
    boolean undefined = map.hasUndefined();
    List<String> meaning =
        map.marked().isEmpty()
            ? List.of()
            : type.body().wrapped(map.marking(), width - left - type.em(1.6), 3);
    int bottom =
        Math.max(
            top + high + type.em(0.3) + namesHeight, top - ColourBar.over(type) + bar.height());
    int legend = bottom + line + type.em(0.4);
    int lines = meaning.size() + (undefined ? 1 : 0);
    drawing = new Drawing(width, lines > 0 ? legend + lines * line : bottom + line);
    for (int i = 0; i < headings.size(); i++) {
      double y = (i + 1) * line - type.em(0.3);
      drawing.text(type.body(), headings.get(i), Drawing.INK, Anchor.START, left, y);
    }
    cells();
    lines();
    numbers();
    frames();
    rowNames();
    columnNames();
    String across = type.body().fitted(map.columns().title(), width - left);
    boolean centred = type.body().width(across) <= wide;
    drawing.text(
        type.body(),
        across,
        Drawing.INK,
        centred ? Anchor.MIDDLE : Anchor.START,
        centred ? left + wide / 2.0 : left,
        bottom + line - type.em(0.3));
    drawing.upwards(
        type.body(),
        type.body().fitted(map.rows().title(), bottom - top),
        Drawing.INK,
        titleAnchor(map.rows().title()),
        type.em(0.9),
        titleAnchor(map.rows().title()) == Anchor.MIDDLE ? top + high / 2.0 : top);
    drawing.add(bar, left + wide + type.em(0.8), top - ColourBar.over(type));
    int y = legend;
    if (!meaning.isEmpty()) {
      frame(left + type.em(0.2), y + type.em(0.25), type.em(0.9), type.em(0.9));
    }
    for (String text : meaning) {
      note(text, y);
      y += line;
    }
    if (undefined) {
      Rectangle2D box =
          new Rectangle2D.Double(
              left + type.em(0.2), y + type.em(0.25), type.em(0.9), type.em(0.9));
      drawing.fill(box, UNDEFINED);
      hatch(box);
      note("undefined (null in the table)", y);
    }
    return drawing;
  }

  private void note(String text, int y) {
    drawing.text(
        type.body(), text, Drawing.INK, Anchor.START, left + type.em(1.6), y + type.em(1.0));
  }

  /**
   * The anchor of the rows' title: in the middle, or at the top where it is longer than the side.
   */
  private Anchor titleAnchor(String title) {
    return type.body().width(title) <= high ? Anchor.MIDDLE : Anchor.END;
  }

  private void cells() {
    BufferedImage picture = new BufferedImage(wide, high, BufferedImage.TYPE_INT_RGB);
    int[] line = new int[wide];
    for (int row = 0; row < map.values().length; row++) {
      double[] values = map.values()[row];
      for (int column = 0; column < values.length; column++) {
        int rgb =
            Double.isNaN(values[column]) ? UNDEFINED.getRGB() : map.scale().rgb(values[column]);
        java.util.Arrays.fill(line, column * cellWidth, (column + 1) * cellWidth, rgb);
      }
      for (int y = row * cellHeight; y < (row + 1) * cellHeight; y++) {
        picture.setRGB(0, y, wide, 1, line, 0, wide);
      }
    }
    drawing.picture(picture, left, top);
    if (Math.min(cellWidth, cellHeight) < 4) {
      return;
    }
    for (int row = 0; row < map.values().length; row++) {
      for (int column = 0; column < map.values()[row].length; column++) {
        if (Double.isNaN(map.values()[row][column])) {
          hatch(box(row, column));
        }
      }
    }
  }

  private Rectangle2D box(int row, int column) {
    return new Rectangle2D.Double(
        left + column * cellWidth, top + row * cellHeight, cellWidth, cellHeight);
  }

  /** Fills a box with diagonal lines, from lower left to upper right. */
  private void hatch(Rectangle2D box) {
    Path2D lines = new Path2D.Double();
    double w = box.getWidth();
    double h = box.getHeight();
    double step = Math.max(4, type.em(0.4));
    for (double d = step / 2; d < w + h; d += step) {
      lines.moveTo(box.getX() + Math.max(0, d - h), box.getY() + Math.min(d, h));
      lines.lineTo(box.getX() + Math.min(d, w), box.getY() + Math.max(0, d - w));
    }
    drawing.stroke(lines, HATCH, 1.2f);
  }

  /** Draws lines between groups, unless the groups are so small that lines would hide them. */
  private void lines() {
    if (apart(map.rows(), cellHeight)) {
      map.rows().bands().stream()
          .skip(1)
          .map(band -> top + band.from() * cellHeight)
          .forEach(y -> rule(new Line2D.Double(left - type.em(0.3), y, left + wide, y)));
    }
    if (apart(map.columns(), cellWidth)) {
      map.columns().bands().stream()
          .skip(1)
          .map(band -> left + band.from() * cellWidth)
          .forEach(x -> rule(new Line2D.Double(x, top, x, top + high + type.em(0.3))));
    }
  }

  private boolean apart(Side side, int cell) {
    return side.grouped() && side.size() * cell >= type.em(LEAST_GROUP_EMS) * side.bands().size();
  }

  private void rule(Line2D line) {
    drawing.stroke(line, Drawing.PAPER, 3);
    drawing.stroke(line, Drawing.INK, 1);
  }

  private void numbers() {
    if (map.decimals() < 0) {
      return;
    }
    Lettering small = type.small();
    double widest = small.width(Ticks.number(-0.88888888, map.decimals()));
    if (widest + type.em(0.3) > cellWidth || small.size() * 1.15 > cellHeight) {
      return;
    }
    for (int row = 0; row < map.values().length; row++) {
      for (int column = 0; column < map.values()[row].length; column++) {
        double value = map.values()[row][column];
        String text = small.fitted(Ticks.number(value, map.decimals()), cellWidth);
        if (!Double.isNaN(value)) {
          Rectangle2D box = box(row, column);
          drawing.text(
              small,
              text,
              dark(map.scale().rgb(value)) ? Color.WHITE : Color.BLACK,
              Anchor.MIDDLE,
              box.getCenterX(),
              Math.rint(box.getCenterY() + 0.36 * small.size()));
        }
      }
    }
  }

  /** Whether a colour is dark, by ITU-R BT.709 luma. */
  private static boolean dark(int rgb) {
    return 0.2126 * (rgb >> 16 & 0xff) + 0.7152 * (rgb >> 8 & 0xff) + 0.0722 * (rgb & 0xff) < 140;
  }

  private void frames() {
    for (HeatMap.Cell cell : map.marked()) {
      frame(left + cell.column() * cellWidth, top + cell.row() * cellHeight, cellWidth, cellHeight);
    }
  }

  private void frame(int x, int y, int across, int down) {
    float thick = Math.max(1, Math.min(type.em(0.16), Math.min(across, down) / 5f));
    float half = thick / 2;
    drawing.stroke(
        new Rectangle2D.Double(x + half, y + half, across - thick, down - thick),
        Drawing.FRAME,
        thick);
    if (across > 6 * thick) {
      double inset = thick + 1;
      drawing.stroke(
          new Rectangle2D.Double(x + inset, y + inset, across - 2 * inset, down - 2 * inset),
          Color.WHITE,
          2);
    }
  }

  private void rowNames() {
    Lettering small = type.small();
    int room = (int) (high / (1.1 * small.size()));
    int every = map.rows().grouped() ? 1 : Axis.every(map.rows().bands().size(), room);
    double free = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < map.rows().bands().size(); i += every) {
      Side.Band band = map.rows().bands().get(i);
      double middle = top + (band.from() + band.to()) / 2.0 * cellHeight;
      double baseline = Math.rint(middle + 0.36 * small.size());
      if (baseline - Drawing.ascent(small) < free) {
        continue;
      }
      free = baseline + Drawing.descent(small) + 1;
      drawing.text(
          small,
          small.fitted(band.name(), type.em(14)),
          Drawing.PALE,
          Anchor.END,
          left - type.em(0.4),
          baseline);
    }
  }

  private void columnNames() {
    Lettering small = type.small();
    int room = (int) (wide / (1.1 * small.size()));
    boolean grouped = map.columns().grouped();
    int every = grouped || !namesUpwards ? 1 : Axis.every(map.columns().bands().size(), room);
    double free = Double.NEGATIVE_INFINITY;
    int foot = top + high + type.em(0.3);
    for (int i = 0; i < map.columns().bands().size(); i += every) {
      Side.Band band = map.columns().bands().get(i);
      double middle = left + (band.from() + band.to()) / 2.0 * cellWidth;
      String name = small.fitted(band.name(), type.em(14));
      if (!namesUpwards) {
        drawing.text(
            small, name, Drawing.PALE, Anchor.MIDDLE, middle, foot + Drawing.ascent(small));
        continue;
      }
      double baseline = Math.rint(middle + 0.36 * small.size());
      if (baseline - Drawing.ascent(small) < free) {
        continue;
      }
      free = baseline + Drawing.descent(small) + 1;
      drawing.upwards(small, name, Drawing.PALE, Anchor.END, baseline, foot);
    }
  }
}

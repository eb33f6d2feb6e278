package curtain.figures;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A page of blocks below each other, each with a heading over the page's width. A block of an image
 * has the input in the first column, then a gutter with the rows' labels, then the rows; a block of
 * pairs begins with the gutter. All pictures have one size, and their captions above them, in two
 * lines where they are narrow. The page's foot explains frames and colours.
 */
public final class GridPage {
  private static final int NARROW = 160;
  private static final int KEY_GREY = 0xa0;
  private static final double FRAME_PART = 1 / 40.0;
  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x222222);
  private static final Color PALE = new Color(0x666666);
  private static final Color RULE = new Color(0xcccccc);

  /**
   * The place of a picture on the page.
   *
   * @param block index of its block
   * @param row row on the page, from 0
   * @param column column from 0, which is the input, or in a block of pairs the first picture
   * @param x left edge, pixels
   * @param y upper edge, pixels
   * @param picture the picture
   */
  public record Placed(int block, int row, int column, int x, int y, Picture picture) {}

  private record Text(String text, int x, int y, Color colour, boolean upwards) {}

  private final Style style;
  private final Lettering lettering;
  private final boolean pairs;
  private final int side;
  private final int line;
  private final int gap;
  private final int margin;
  private final int gutter;
  private final int captionLines;
  private final int right;
  private final List<Placed> placed = new ArrayList<>();
  private final List<Placed> framed = new ArrayList<>();
  private final List<Text> texts = new ArrayList<>();
  private final List<Integer> rules = new ArrayList<>();
  private int bottom;
  private int rowsPlaced;

  private GridPage(List<PageBlock> blocks, Style style, String marking) {
    Picture first = blocks.get(0).picture();
    this.pairs = blocks.get(0).pairs();
    this.style = style;
    this.side = first.width();
    this.lettering = Lettering.ofSize(Math.max(11, Math.min(20, Math.round(side / 17f))));
    int size = lettering.size();
    this.line = Math.round(1.35f * size);
    this.gap = Math.round(0.7f * size);
    this.margin = Math.round(1.2f * size);
    this.captionLines = side < NARROW ? 2 : 1;
    int labelLines =
        blocks.stream()
            .flatMap(block -> block.rows().stream().map(row -> labelLines(row, block)))
            .mapToInt(List::size)
            .max()
            .orElseThrow();
    this.gutter = labelLines * line + 2 * gap;
    int columns =
        blocks.stream()
            .flatMap(block -> block.rows().stream())
            .mapToInt(row -> row.cells().size())
            .max()
            .orElseThrow();
    this.right = x(pairs ? columns - 1 : columns) + side;
    this.bottom = margin;
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).pairs() != pairs) {
        throw new IllegalArgumentException("a page has blocks of pairs, or none");
      }
      place(i, blocks.get(i));
    }
    if (!framed.isEmpty()) {
      bottom += gap + line;
      int start = margin + Math.round(1.5f * size);
      String text = lettering.fitted(marking, right - start);
      texts.add(new Text(text, start, bottom - descent(), PALE, false));
    }
    if (style != Style.RGB) {
      bottom += line;
    }
  }

  /**
   * Lays out a page without frames.
   *
   * @param blocks one or more
   * @param style style of the pictures; one with a colour map gets a key
   * @throws IllegalArgumentException where there is no block, pictures differ in size, or only some
   *     blocks are of pairs
   */
  public static GridPage of(List<PageBlock> blocks, Style style) {
    return of(blocks, style, "");
  }

  /**
   * Lays out a page with frames.
   *
   * @param blocks one or more
   * @param style style of the pictures; one with a colour map gets a key
   * @param marking meaning of a frame, for the foot of a page that has one
   * @throws IllegalArgumentException where there is no block, pictures differ in size, or only some
   *     blocks are of pairs
   */
  public static GridPage of(List<PageBlock> blocks, Style style, String marking) {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("a page needs a block");
    }
    return new GridPage(blocks, style, marking);
  }

  /** The width, pixels. */
  public int width() {
    return right + margin;
  }

  /** The height, pixels. */
  public int height() {
    return bottom + margin;
  }

  /** The places of all pictures, by block, then row, then column. */
  public List<Placed> placed() {
    return List.copyOf(placed);
  }

  /** Draws the page, TYPE_INT_RGB. */
  public BufferedImage draw() {
    BufferedImage page = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    try {
      graphics.setColor(PAPER);
      graphics.fillRect(0, 0, width(), height());
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      graphics.setColor(RULE);
      rules.forEach(y -> graphics.fillRect(margin, y, right - margin, 1));
      for (Text text : texts) {
        graphics.setColor(text.colour);
        if (text.upwards) {
          lettering.drawUpwards(graphics, text.text, text.x, text.y);
        } else {
          lettering.draw(graphics, text.text, text.x, text.y);
        }
      }
      if (style != Style.RGB) {
        key(graphics, page);
      }
    } finally {
      graphics.dispose();
    }
    for (Placed at : placed) {
      Picture picture = at.picture;
      for (int y = 0; y < picture.height(); y++) {
        for (int x = 0; x < picture.width(); x++) {
          page.setRGB(at.x + x, at.y + y, picture.rgb(x, y));
        }
      }
    }
    for (Placed at : framed) {
      int thick = Math.max(2, (int) Math.round(FRAME_PART * side));
      frame(page, at.x, at.y, at.picture.width(), at.picture.height(), thick);
    }
    if (!framed.isEmpty()) {
      int box = lettering.size();
      int foot = style == Style.RGB ? bottom : bottom - line;
      frame(page, margin, foot - descent() - box + 1, box, box, 2);
    }
    return page;
  }

  /** Draws a frame along the inside of a box, and a white line along the inside of the frame. */
  private static void frame(BufferedImage page, int x, int y, int across, int down, int thick) {
    for (int row = 0; row < down; row++) {
      for (int column = 0; column < across; column++) {
        int edge = Math.min(Math.min(row, down - 1 - row), Math.min(column, across - 1 - column));
        if (edge <= thick) {
          page.setRGB(x + column, y + row, (edge < thick ? Drawing.FRAME : PAPER).getRGB());
        }
      }
    }
  }

  private void place(int index, PageBlock block) {
    if (index > 0) {
      bottom += gap + margin / 2;
      rules.add(bottom);
      bottom += margin / 2;
    }
    bottom += line;
    String heading = lettering.fitted(block.heading(), right - margin);
    texts.add(new Text(heading, margin, bottom - descent(), INK, false));
    for (int r = 0; r < block.rows().size(); r++) {
      PageBlock.Row row = block.rows().get(r);
      // of pairs only the first row has captions
      int captions = pairs && r > 0 ? 0 : captionLines * line;
      int top = bottom + (r == 0 ? gap / 2 : gap) + captions;
      int height = block.picture().height();
      if (r == 0 && !pairs) {
        place(index, 0, block.input(), top);
      }
      label(labelLines(row, block), x(pairs ? 0 : 1) - gap / 2, top, height);
      for (int c = 0; c < row.cells().size(); c++) {
        Optional<Cell> cell = row.cells().get(c);
        if (cell.isPresent()) {
          place(index, pairs ? c : c + 1, cell.get(), top);
        }
      }
      bottom = top + height;
      rowsPlaced++;
    }
  }

  private void place(int block, int column, Cell cell, int top) {
    if (cell.picture().width() != side) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a picture is %d pixels wide, others %d", cell.picture().width(), side));
    }
    int x = x(column);
    Placed at = new Placed(block, rowsPlaced, column, x, top, cell.picture());
    placed.add(at);
    if (cell.framed()) {
      framed.add(at);
    }
    int baseline = top - descent();
    String value = lettering.fitted(cell.value(), side);
    double valueWidth = lettering.width(value);
    boolean beside = captionLines == 1 && !value.isEmpty();
    double room = beside ? side - valueWidth - lettering.size() / 2.0 : side;
    int nameAt = captionLines > 1 && !value.isEmpty() ? baseline - line : baseline;
    texts.add(new Text(lettering.fitted(cell.name(), room), x, nameAt, INK, false));
    int valueAt = captionLines == 1 ? x + side - (int) Math.round(valueWidth) : x;
    texts.add(new Text(value, valueAt, baseline, PALE, false));
  }

  /** The left edge of a column, pixels. */
  private int x(int column) {
    if (pairs) {
      return margin + gutter + column * (side + gap / 2) + column / 2 * 2 * gap;
    }
    return column == 0 ? margin : margin + side + gutter + (column - 1) * (side + gap);
  }

  private List<String> labelLines(PageBlock.Row row, PageBlock block) {
    return lettering.wrapped(row.label(), block.picture().height(), 2);
  }

  /** Places a row's label, upwards in the gutter that ends at x. */
  private void label(List<String> lines, int x, int top, int height) {
    for (int i = 0; i < lines.size(); i++) {
      int at = x - descent() - (lines.size() - 1 - i) * line;
      texts.add(new Text(lines.get(i), at, top + height / 2, PALE, true));
    }
  }

  private int descent() {
    return Math.round(0.35f * lettering.size());
  }

  /**
   * Draws the key at the foot's right: the colours from -m to m, in {@link Style#OVERLAY} over a
   * grey.
   */
  private void key(Graphics2D graphics, BufferedImage page) {
    int length = Math.min(side, 10 * lettering.size());
    int thickness = Math.round(0.7f * lettering.size());
    String low = "\u2212max";
    String high = "+max";
    int baseline = bottom;
    int end = right - (int) Math.ceil(lettering.width(high)) - gap / 2;
    int start = end - length;
    graphics.setColor(PALE);
    lettering.draw(graphics, high, end + gap / 2, baseline);
    lettering.draw(graphics, low, start - gap / 2 - Math.ceil(lettering.width(low)), baseline);
    for (int x = 0; x < length; x++) {
      int colour = style.colour(2.0 * x / (length - 1) - 1, KEY_GREY);
      for (int y = baseline - thickness; y < baseline; y++) {
        page.setRGB(start + x, y, colour);
      }
    }
  }
}

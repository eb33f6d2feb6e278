package curtain.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A drawing that is laid out before it becomes a picture, so that tests can ask where its text
 * lies; lengths are in pixels. It uses Graphics2D with {@link Lettering}, since chart libraries use
 * java.awt's fonts, which need fontconfig and a font on the machine, and a server often has
 * neither.
 */
public final class Drawing {
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x222222);
  static final Color PALE = new Color(0x666666);
  static final Color RULE = new Color(0xcccccc);
  static final Color FRAME = new Color(0xd4006a);

  /** The point of a text that is at its position. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    private final double part;

    Anchor(double part) {
      this.part = part;
    }
  }

  /** A line of text and the box that it fills, from ascenders to descenders. */
  record Text(String text, Rectangle box) {}

  private interface Mark {
    void draw(Graphics2D graphics);
  }

  private final int width;
  private final int height;
  private final List<Mark> marks = new ArrayList<>();
  private final List<Text> texts = new ArrayList<>();

  /** An empty drawing of this size, pixels. */
  Drawing(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** The width, pixels. */
  public int width() {
    return width;
  }

  /** The height, pixels. */
  public int height() {
    return height;
  }

  /** All texts of the drawing. */
  List<Text> texts() {
    return List.copyOf(texts);
  }

  /** Writes a line of text with its baseline at y. */
  void text(Lettering lettering, String text, Color colour, Anchor anchor, double x, double y) {
    if (text.isEmpty()) {
      return;
    }
    double length = lettering.width(text);
    double start = Math.rint(x - anchor.part * length);
    marks.add(
        graphics -> {
          graphics.setColor(colour);
          lettering.draw(graphics, text, start, y);
        });
    put(text, start, y - ascent(lettering), length, ascent(lettering) + descent(lettering));
  }

  /** Writes a line of text from bottom to top, with its baseline at x. */
  void upwards(Lettering lettering, String text, Color colour, Anchor anchor, double x, double y) {
    if (text.isEmpty()) {
      return;
    }
    double length = lettering.width(text);
    double middle = Math.rint(y - (0.5 - anchor.part) * length);
    marks.add(
        graphics -> {
          graphics.setColor(colour);
          lettering.drawUpwards(graphics, text, x, middle);
        });
    double top = middle - length / 2;
    put(text, x - ascent(lettering), top, ascent(lettering) + descent(lettering), length);
  }

  /** Records the box of a text. */
  private void put(String text, double x, double y, double across, double down) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    texts.add(
        new Text(
            text,
            new Rectangle(
                left, top, (int) Math.ceil(x + across) - left, (int) Math.ceil(y + down) - top)));
  }

  static double ascent(Lettering lettering) {
    return 0.75 * lettering.size();
  }

  static double descent(Lettering lettering) {
    return 0.23 * lettering.size();
  }

  /** Fills a shape. */
  void fill(Shape shape, Color colour) {
    marks.add(
        graphics -> {
          graphics.setColor(colour);
          graphics.fill(shape);
        });
  }

  /** Draws the outline of a shape. */
  void stroke(Shape shape, Color colour, float thickness) {
    marks.add(
        graphics -> {
          graphics.setColor(colour);
          graphics.setStroke(
              new BasicStroke(thickness, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
          graphics.draw(shape);
        });
  }

  /** Places a picture with its upper left corner at (x, y), unscaled. */
  void picture(BufferedImage picture, int x, int y) {
    marks.add(graphics -> graphics.drawImage(picture, x, y, null));
  }

  /** Places another drawing with its upper left corner at (x, y). */
  void add(Drawing other, int x, int y) {
    marks.add(
        graphics -> {
          graphics.translate(x, y);
          other.marks.forEach(mark -> mark.draw(graphics));
          graphics.translate(-x, -y);
        });
    for (Text text : other.texts) {
      Rectangle box = new Rectangle(text.box);
      box.translate(x, y);
      texts.add(new Text(text.text, box));
    }
  }

  /** Joins drawings from left to right, aligned at their upper edges. */
  public static Drawing beside(Type type, List<Drawing> parts) {
    int gap = type.em(1.6);
    Drawing all =
        new Drawing(
            parts.stream().mapToInt(Drawing::width).sum() + gap * (parts.size() - 1),
            parts.stream().mapToInt(Drawing::height).max().orElse(0));
    int x = 0;
    for (Drawing part : parts) {
      all.add(part, x, 0);
      x += part.width + gap;
    }
    return all;
  }

  /** Joins drawings from top to bottom, aligned at their left edges. */
  public static Drawing below(Type type, List<Drawing> parts) {
    int gap = type.em(1.6);
    Drawing all =
        new Drawing(
            parts.stream().mapToInt(Drawing::width).max().orElse(0),
            parts.stream().mapToInt(Drawing::height).sum() + gap * (parts.size() - 1));
    int y = 0;
    for (Drawing part : parts) {
      all.add(part, 0, y);
      y += part.height + gap;
    }
    return all;
  }

  /** Makes a page: a title above the body, notes below it, and a margin around. */
  public static Drawing page(Type type, String title, Drawing body, List<String> notes) {
    int margin = type.em(1.2);
    int least = type.em(30);
    int inner = Math.max(least, body.width);
    int titleLine = Type.line(type.heading());
    int line = Type.line(type.body());
    List<String> heads = type.heading().wrapped(title, inner, 3);
    List<String> feet = new ArrayList<>();
    notes.forEach(note -> feet.addAll(type.body().wrapped(note, inner, 6)));
    int top = margin + heads.size() * titleLine + type.em(0.7);
    int foot = top + body.height + (feet.isEmpty() ? 0 : type.em(0.7));
    Drawing page = new Drawing(inner + 2 * margin, foot + feet.size() * line + margin);
    for (int i = 0; i < heads.size(); i++) {
      double y = margin + (i + 1) * titleLine - type.em(0.3);
      page.text(type.heading(), heads.get(i), INK, Anchor.START, margin, y);
    }
    page.add(body, margin, top);
    for (int i = 0; i < feet.size(); i++) {
      double y = foot + (i + 1) * line - type.em(0.3);
      page.text(type.body(), feet.get(i), PALE, Anchor.START, margin, y);
    }
    return page;
  }

  /** Draws the picture, TYPE_INT_RGB. */
  public BufferedImage draw() {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    try {
      graphics.setColor(PAPER);
      graphics.fillRect(0, 0, width, height);
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      marks.forEach(mark -> mark.draw(graphics));
    } finally {
      graphics.dispose();
    }
    return picture;
  }
}

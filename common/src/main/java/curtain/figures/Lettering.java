package curtain.figures;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.KerningSubtable;
import org.apache.fontbox.ttf.KerningTable;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * Text in one size of Liberation Sans (SIL Open Font License), which PDFBox carries: filled glyph
 * outlines, antialiased. Java's own text needs fontconfig and a font on the machine, even for a
 * font that the program brings along, and looks different on each machine; this class needs neither
 * and gives the same pixels everywhere. Not safe for use by several threads.
 */
final class Lettering {
  private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
  private static final String ELLIPSIS = "\u2026";

  private final TrueTypeFont font;
  private final CmapLookup glyphs;
  private final KerningSubtable kerning;
  private final int unitsPerEm;
  private final double scale;
  private final int size;

  private Lettering(
      TrueTypeFont font, CmapLookup glyphs, KerningSubtable kerning, int unitsPerEm, int size) {
    this.font = font;
    this.glyphs = glyphs;
    this.kerning = kerning;
    this.unitsPerEm = unitsPerEm;
    this.size = size;
    this.scale = (double) size / unitsPerEm;
  }

  /**
   * Reads the font.
   *
   * @param size side of the em square, pixels
   */
  static Lettering ofSize(int size) {
    try (InputStream file = Lettering.class.getResourceAsStream(FONT)) {
      if (file == null) {
        throw new IllegalStateException("the class path lacks PDFBox's " + FONT);
      }
      TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(file));
      KerningTable table = font.getKerning();
      return new Lettering(
          font,
          font.getUnicodeCmapLookup(),
          table == null ? null : table.getHorizontalKerningSubtable(),
          font.getUnitsPerEm(),
          size);
    } catch (IOException e) {
      throw new UncheckedIOException("the font in the jar cannot be read", e);
    }
  }

  int size() {
    return size;
  }

  /** The same font in another size, without reading it again. */
  Lettering resized(int other) {
    return new Lettering(font, glyphs, kerning, unitsPerEm, other);
  }

  /** The width of a line of text, pixels. */
  double width(String text) {
    return walk(text, null);
  }

  /** The text, cut to this width with an ellipsis at its end where it is wider. */
  String fitted(String text, double width) {
    if (width(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0) {
      end = text.offsetByCodePoints(end, -1);
      String cut = text.substring(0, end).stripTrailing() + ELLIPSIS;
      if (width(cut) <= width) {
        return cut;
      }
    }
    return "";
  }

  /** The text in at most so many lines of this width, broken between words; the last one is cut. */
  List<String> wrapped(String text, double width, int lines) {
    List<String> all = new ArrayList<>();
    String rest = text;
    while (all.size() < lines - 1 && width(rest) > width) {
      int end = rest.lastIndexOf(' ');
      while (end > 0 && width(rest.substring(0, end)) > width) {
        end = rest.lastIndexOf(' ', end - 1);
      }
      if (end <= 0) {
        break;
      }
      all.add(rest.substring(0, end));
      rest = rest.substring(end + 1);
    }
    all.add(fitted(rest, width));
    return all;
  }

  /** Draws a line of text from x on, with its baseline at y. */
  void draw(Graphics2D graphics, String text, double x, double y) {
    Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
    walk(text, outline);
    AffineTransform place = AffineTransform.getTranslateInstance(x, y);
    place.scale(scale, -scale);
    graphics.fill(place.createTransformedShape(outline));
  }

  /** Draws a line of text from bottom to top, with its middle at y and its baseline at x. */
  void drawUpwards(Graphics2D graphics, String text, double x, double y) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(-Math.PI / 2);
    draw(graphics, text, -Math.rint(width(text) / 2), 0);
    graphics.setTransform(before);
  }

  /** Adds the glyphs in font units to a path that may be null, and returns the width in pixels. */
  private double walk(String text, Path2D outline) {
    try {
      int at = 0;
      int previous = -1;
      for (int codePoint : text.codePoints().toArray()) {
        int glyph = glyphs.getGlyphId(codePoint);
        if (kerning != null && previous >= 0) {
          at += kerning.getKerning(previous, glyph);
        }
        if (outline != null && font.getGlyph().getGlyph(glyph) != null) {
          outline.append(
              font.getGlyph()
                  .getGlyph(glyph)
                  .getPath()
                  .getPathIterator(AffineTransform.getTranslateInstance(at, 0)),
              false);
        }
        at += font.getAdvanceWidth(glyph);
        previous = glyph;
      }
      return at * scale;
    } catch (IOException e) {
      throw new UncheckedIOException("the font in the jar cannot be read", e);
    }
  }
}

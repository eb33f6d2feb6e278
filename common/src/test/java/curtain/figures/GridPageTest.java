package curtain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.figures.GridPage.Placed;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
final class GridPageTest {
  private static final String LONG =
      "a class whose name nobody would want to read to its end, Wgjpqy ÄÅ and then some more";

  private static Picture picture(int side, int seed) {
    byte[] pixels = new byte[3 * side * side];
    new Random(seed).nextBytes(pixels);
    return Picture.ofImage(side, side, pixels);
  }

  private static List<PageBlock> blocks(int side, String name) {
    List<PageBlock> blocks = new ArrayList<>();
    for (int b = 0; b < 3; b++) {
      List<PageBlock.Row> rows = new ArrayList<>();
      for (int r = 0; r <= b; r++) {
        List<Optional<Cell>> cells = new ArrayList<>();
        for (int c = 0; c < 3; c++) {
          Cell cell = new Cell(picture(side, 100 * b + 10 * r + c), name, "\u2212123.45");
          cells.add(b == 1 && c == 1 ? Optional.empty() : Optional.of(cell));
        }
        rows.add(new PageBlock.Row(r == 0 ? "gradient" : name, cells));
      }
      blocks.add(
          new PageBlock(name + "/" + name, new Cell(picture(side, b), "label: " + name, ""), rows));
    }
    return blocks;
  }

  private static boolean white(BufferedImage page, int x, int y, int width, int height) {
    for (int row = y; row < y + height; row++) {
      for (int column = x; column < x + width; column++) {
        if ((page.getRGB(column, row) & 0xffffff) != 0xffffff) {
          return false;
        }
      }
    }
    return true;
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 160, 224, 600})
  void nothingOverlapsAndNothingIsCut(int side) {
    GridPage grid = GridPage.of(blocks(side, LONG), Style.DIVERGING);
    BufferedImage page = grid.draw();
    assertEquals(grid.width(), page.getWidth());
    assertEquals(grid.height(), page.getHeight());
    int margin = 8;
    assertTrue(white(page, 0, 0, page.getWidth(), margin), "top");
    assertTrue(white(page, 0, page.getHeight() - margin, page.getWidth(), margin), "bottom");
    assertTrue(white(page, 0, 0, margin, page.getHeight()), "left");
    assertTrue(white(page, page.getWidth() - margin, 0, margin, page.getHeight()), "right");

    List<Placed> placed = grid.placed();
    assertEquals(3 + 3 + 2 * 2 + 3 * 3, placed.size());
    for (Placed at : placed) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          int colour = page.getRGB(at.x() + x, at.y() + y) & 0xffffff;
          assertEquals(at.picture().rgb(x, y), colour);
        }
      }
      Rectangle here = new Rectangle(at.x(), at.y(), side, side);
      for (Placed other : placed) {
        Rectangle there = new Rectangle(other.x(), other.y(), side, side);
        assertTrue(at.equals(other) || !here.intersects(there));
      }
      // A caption ends where its picture does: beside it is nothing until the next one begins.
      int above = 2 * (at.y() / 2) - 12;
      assertTrue(white(page, at.x() + side + 1, above, 5, 12 + side / 2), at.toString());
      // And there is paper between caption and picture.
      assertTrue(white(page, at.x(), at.y() - 1, side, 1), at.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 128, 224})
  void pairsStandTogether(int side) {
    List<PageBlock.Row> rows = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      List<Optional<Cell>> cells = new ArrayList<>();
      for (int c = 0; c < 6; c++) {
        Cell cell =
            new Cell(picture(side, 10 * r + c), c % 2 == 0 ? LONG : "", c % 2 == 0 ? "1" : "");
        cells.add(r == 1 && c % 2 == 0 ? Optional.empty() : Optional.of(cell));
      }
      rows.add(new PageBlock.Row("sigmoid", cells));
    }
    PageBlock block = PageBlock.ofPairs("relu:3", rows);
    GridPage grid = GridPage.of(List.of(block, block), Style.OVERLAY);
    BufferedImage page = grid.draw();
    List<Placed> placed = grid.placed();
    assertEquals(
        List.of("0/0", "0/1", "0/2", "0/3", "0/4", "0/5", "1/1", "1/3", "1/5"),
        placed.subList(0, 9).stream().map(at -> at.row() + "/" + at.column()).toList());
    int within = placed.get(1).x() - placed.get(0).x() - side;
    int between = placed.get(2).x() - placed.get(1).x() - side;
    assertTrue(0 < within && 2 * within < between, within + " and " + between);
    assertEquals(placed.get(1).x(), placed.get(6).x());
    for (Placed at : placed) {
      assertEquals(at.picture().rgb(0, 0), page.getRGB(at.x(), at.y()) & 0xffffff);
      assertTrue(at.x() + side < page.getWidth() && at.y() + side < page.getHeight());
      assertTrue(white(page, at.x(), at.y() - 1, side, 1), at.toString());
    }
    List<PageBlock> mixed = List.of(block, blocks(side, "cat").get(0));
    assertThrows(IllegalArgumentException.class, () -> GridPage.of(mixed, Style.RGB));
  }

  @Test
  void rowsAndColumnsAreCounted() {
    List<Placed> placed = GridPage.of(blocks(64, "cat"), Style.RGB).placed();
    assertEquals(
        List.of("0/0/0", "0/0/1", "0/0/2", "0/0/3", "1/1/0", "1/1/1", "1/1/3", "1/2/1", "1/2/3"),
        placed.subList(0, 9).stream()
            .map(at -> at.block() + "/" + at.row() + "/" + at.column())
            .toList());
    // Columns and rows are straight.
    for (Placed a : placed) {
      for (Placed b : placed) {
        assertEquals(a.column() == b.column(), a.x() == b.x());
        assertEquals(a.row() == b.row(), a.y() == b.y());
      }
    }
  }

  @Test
  void framesCoverTheEdgeAndAreExplained() {
    Cell query = new Cell(picture(128, 1), "cat", "");
    Cell same = new Cell(picture(128, 2), "cat", "0.9");
    Cell other = new Cell(picture(128, 3), "dog", "0.8", true);
    PageBlock.Row row = new PageBlock.Row("r", List.of(Optional.of(same), Optional.of(other)));
    List<PageBlock> blocks = List.of(new PageBlock("a", query, List.of(row)));
    GridPage grid = GridPage.of(blocks, Style.RGB, "framed: of another class");
    BufferedImage page = grid.draw();
    List<Placed> placed = grid.placed();
    for (Placed at : placed) {
      boolean framed = at.column() == 2;
      for (int y = 0; y < 128; y++) {
        for (int x = 0; x < 128; x++) {
          int edge = Math.min(Math.min(x, 127 - x), Math.min(y, 127 - y));
          int expected = at.picture().rgb(x, y);
          if (framed && edge <= 3) {
            expected = edge < 3 ? 0xd4006a : 0xffffff;
          }
          assertEquals(expected, page.getRGB(at.x() + x, at.y() + y) & 0xffffff);
        }
      }
    }
    // The foot has a sample and text below the last row; a page without frames has no such foot.
    int below = placed.get(2).y() + 128;
    assertFalse(white(page, 0, below, page.getWidth(), page.getHeight() - below));
    assertTrue(white(page, 0, page.getHeight() - 8, page.getWidth(), 8), "bottom");
    PageBlock.Row plain = new PageBlock.Row("r", List.of(Optional.of(same), Optional.of(same)));
    GridPage without =
        GridPage.of(
            List.of(new PageBlock("a", query, List.of(plain))), Style.RGB, "framed: not here");
    assertTrue(without.height() < grid.height());
    assertEquals(
        grid.height() + Math.round(1.35f * 11),
        GridPage.of(blocks, Style.DIVERGING, "framed: of another class").height());
  }

  @Test
  void theSamePageHasTheSamePixels() {
    BufferedImage a = GridPage.of(blocks(96, "cat"), Style.OVERLAY).draw();
    BufferedImage b = GridPage.of(blocks(96, "cat"), Style.OVERLAY).draw();
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        assertEquals(a.getRGB(x, y), b.getRGB(x, y));
      }
    }
  }

  @Test
  void whatIsNoGridIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> GridPage.of(List.of(), Style.RGB));
    Cell small = new Cell(picture(16, 1), "a", "");
    Cell large = new Cell(picture(17, 1), "a", "");
    PageBlock mixed =
        new PageBlock("a", small, List.of(new PageBlock.Row("r", List.of(Optional.of(large)))));
    assertThrows(IllegalArgumentException.class, () -> GridPage.of(List.of(mixed), Style.RGB));
    assertThrows(IllegalArgumentException.class, () -> new PageBlock("a", small, List.of()));
  }

  @Test
  void textFits() {
    Lettering lettering = Lettering.ofSize(13);
    for (String text : List.of("tench", LONG, "\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00", "図書館", "")) {
      for (double width : new double[] {0, 5, 20, 100, 1000}) {
        String fitted = lettering.fitted(text, width);
        assertTrue(lettering.width(fitted) <= width, text);
        boolean whole = lettering.width(text) <= width;
        assertEquals(whole, fitted.equals(text));
        assertTrue(whole || fitted.isEmpty() || fitted.endsWith("\u2026"));
        assertFalse(fitted.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000), "half a letter");
        List<String> lines = lettering.wrapped(text, width, 2);
        assertTrue(lines.size() <= 2);
        lines.forEach(line -> assertTrue(lettering.width(line) <= width, line));
      }
    }
    assertEquals(
        List.of("sigmoid,", "T\u00a0=\u00a00.3"),
        lettering.wrapped("sigmoid, T\u00a0=\u00a00.3", lettering.width("sigmoid, T"), 2));
  }

  @Test
  void textHasSeveralGreysAndNoSystemFont() {
    BufferedImage image = new BufferedImage(200, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    Lettering lettering = Lettering.ofSize(14);
    lettering.draw(graphics, "English springer", 4, 20);
    graphics.dispose();
    Set<Integer> greys =
        java.util.stream.IntStream.range(0, 200 * 30)
            .mapToObj(i -> image.getRGB(i % 200, i / 200) & 0xff)
            .collect(Collectors.toSet());
    assertTrue(greys.size() > 20, "antialiased: " + greys.size());
    int end = 4 + (int) Math.ceil(lettering.width("English springer"));
    boolean ink = false;
    for (int x = 0; x < 200; x++) {
      for (int y = 0; y < 30; y++) {
        boolean here = (image.getRGB(x, y) & 0xff) > 0;
        ink |= here;
        assertFalse(here && (x < 4 || x > end), "ink at " + x);
      }
    }
    assertTrue(ink);
  }
}

package curtain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heat maps, lines and histograms: where their text lies, and what colour their numbers have. */
@Tag("fast")
final class ChartsTest {
  private static final Type TYPE = Type.ofSize(16);

  private static List<String> names(String begin, int count) {
    return IntStream.range(0, count).mapToObj(i -> begin + i * i).toList();
  }

  private static double[][] numbers(int rows, int columns) {
    Random random = new Random(5);
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      Arrays.setAll(row, i -> random.nextDouble() * 2 - 1);
    }
    return values;
  }

  /** On paper with a margin, all text is inside, and none lies over another. */
  private static BufferedImage readable(Drawing chart) {
    Drawing page = Drawing.page(TYPE, "A title", chart, List.of("A note."));
    List<Drawing.Text> texts = page.texts();
    Rectangle whole = new Rectangle(page.width(), page.height());
    for (int i = 0; i < texts.size(); i++) {
      assertTrue(whole.contains(texts.get(i).box()), texts.get(i).toString());
      Rectangle box = new Rectangle(texts.get(i).box());
      box.grow(-1, -1);
      for (int j = 0; j < i; j++) {
        assertTrue(!box.intersects(texts.get(j).box()), texts.get(i) + " over " + texts.get(j));
      }
    }
    BufferedImage picture = page.draw();
    int margin = 10;
    for (int y = 0; y < page.height(); y++) {
      for (int x = 0; x < page.width(); x++) {
        boolean edge =
            Math.min(x, y) < margin || x >= page.width() - margin || y >= page.height() - margin;
        assertTrue(
            !edge || (picture.getRGB(x, y) & 0xffffff) == 0xffffff, "ink at " + x + ", " + y);
      }
    }
    return picture;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, t, true",
    "2, 3, a-checkpoint-with-a-name-that-nobody-would-want-to-read-to-its-end-, true",
    "11, 11, , true",
    "30, 12, step, true",
    "30, 12, , false",
    "19, 11, layer1.relu#, false",
    "121, 30, features.denseblock1.denselayer1.relu, false",
    "300, 300, , true",
    "3, 400, n, false"
  })
  void heatMapsAreReadable(int rows, int columns, String begin, boolean square) {
    String name = begin == null ? "" : begin;
    double[][] values = numbers(rows, columns);
    values[rows - 1][0] = Double.NaN;
    HeatMap map =
        HeatMap.plain(
                "A heading that is long enough to need two lines on a small map, or three of them",
                Side.cells(
                    "rows, with a title that is longer than a small map is high",
                    names(name, rows)),
                Side.cells(
                    "columns, with a title longer than a small map is wide", names(name, columns)),
                values,
                Scale.sequential("what the colours mean, in a unit", -1, 1),
                square)
            .withNumbers(2)
            .marking(
                List.of(new HeatMap.Cell(0, columns - 1)), "what a frame means, in some words");
    readable(HeatMapLayout.of(map, TYPE));
    readable(HeatMapLayout.of(map.withoutBar(), TYPE));
  }

  @Test
  void cellsHaveTheirColours() {
    double[][] values = numbers(7, 5);
    values[3][2] = Double.NaN;
    Scale scale = new Scale("", -1, 1, true);
    Side rows = Side.cells("r", names("", 7));
    Side columns = Side.cells("c", names("", 5));
    HeatMap map = HeatMap.plain("", rows, columns, values, scale, true);
    BufferedImage picture = HeatMapLayout.of(map, TYPE).draw();
    int cell = TYPE.em(2.8);
    int[] corner = find(picture, scale.rgb(values[0][0]));
    for (int row = 0; row < 7; row++) {
      for (int column = 0; column < 5; column++) {
        int x = corner[0] + column * cell;
        int y = corner[1] + row * cell;
        Set<Integer> seen = new TreeSet<>();
        for (int dy = 1; dy < cell - 1; dy++) {
          for (int dx = 1; dx < cell - 1; dx++) {
            seen.add(picture.getRGB(x + dx, y + dy) & 0xffffff);
          }
        }
        if (Double.isNaN(values[row][column])) {
          assertTrue(seen.contains(0xd9d9d9) && seen.size() > 2, "hatched: " + seen);
        } else {
          assertEquals(Set.of(scale.rgb(values[row][column])), seen);
        }
      }
    }
    // A null is told of in the legend, and only where there is one.
    assertTrue(legend(map).contains("undefined (null in the table)"));
    values[3][2] = 0;
    assertTrue(!legend(map).contains("undefined (null in the table)"));
    // A frame changes the cell's edge.
    HeatMap marked = map.marking(List.of(new HeatMap.Cell(2, 4)), "marked");
    assertTrue(legend(marked).contains("marked"));
    BufferedImage framed = HeatMapLayout.of(marked, TYPE).draw();
    int x = corner[0] + 4 * cell;
    int y = corner[1] + 2 * cell;
    assertNotEquals(picture.getRGB(x + 1, y + 1), framed.getRGB(x + 1, y + 1));
    assertEquals(
        picture.getRGB(x + cell / 2, y + cell / 2), framed.getRGB(x + cell / 2, y + cell / 2));
  }

  private static Set<String> legend(HeatMap map) {
    return HeatMapLayout.of(map, TYPE).texts().stream()
        .map(Drawing.Text::text)
        .collect(Collectors.toSet());
  }

  /** The first pixel of a colour by rows. */
  private static int[] find(BufferedImage picture, int rgb) {
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if ((picture.getRGB(x, y) & 0xffffff) == rgb) {
          return new int[] {x, y};
        }
      }
    }
    throw new AssertionError("no pixel of colour " + Integer.toHexString(rgb));
  }

  @Test
  void aLargeMatrixHasAPixelForEachNumberAndItsGroups() {
    int count = 2_000;
    double[][] values = numbers(count, count);
    List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class number " + i).toList();
    List<Integer> sizes = List.of(200, 200, 200, 200, 200, 200, 200, 590, 5, 5);
    Side side = Side.groups("image", classes, sizes);
    HeatMap map = HeatMap.plain("", side, side, values, Scale.sequential("log K", -1, 1), true);
    Drawing drawing = HeatMapLayout.of(map, TYPE);
    BufferedImage picture = readable(drawing);
    assertTrue(picture.getWidth() > count && picture.getWidth() < count + 40 * TYPE.em(1));
    // The name of a group that is lower than a letter gives way.
    Set<String> shown = legend(map);
    assertTrue(shown.contains("class number 0") && shown.contains("class number 7"));
    // Numbers of a pixel each, between the groups' lines.
    BufferedImage own = drawing.draw();
    int left = own.getWidth();
    for (Drawing.Text text : drawing.texts()) {
      if (text.text().equals("class number 0")) {
        left = Math.min(left, text.box().x + text.box().width);
      }
    }
    Scale scale = map.scale();
    boolean found = false;
    for (int x = left; x < left + 40 && !found; x++) {
      for (int y = 0; y < 60 && !found; y++) {
        found = true;
        for (int i = 0; i < 100 && found; i++) {
          found =
              (own.getRGB(x + i, y) & 0xffffff) == scale.rgb(values[0][i])
                  && (own.getRGB(x, y + i) & 0xffffff) == scale.rgb(values[i][0]);
        }
      }
    }
    assertTrue(found, "the first row and column are there, pixel for pixel");
  }

  /** Lines between groups of a few pixels would hide the numbers. */
  @Test
  void smallGroupsHaveNoLines() {
    double[][] values = numbers(200, 200);
    List<Integer> sizes = IntStream.range(0, 100).map(i -> 2).boxed().toList();
    Scale scale = Scale.sequential("", -1, 1);
    Side grouped = Side.groups("", names("", 100), sizes);
    Side plain = Side.cells("", IntStream.range(0, 200).mapToObj(i -> "").toList());
    BufferedImage with =
        HeatMapLayout.of(HeatMap.plain("", grouped, plain, values, scale, true), TYPE).draw();
    BufferedImage without =
        HeatMapLayout.of(HeatMap.plain("", plain, plain, values, scale, true), TYPE).draw();
    int cell = TYPE.em(34) / 200;
    int from = with.getWidth() - without.getWidth();
    int left = TYPE.em(0.4) * 2 + Type.line(TYPE.body());
    int top = TYPE.em(0.5) + Type.line(TYPE.body());
    for (int y = top; y < top + 200 * cell; y++) {
      for (int x = left; x < left + 200 * cell; x++) {
        assertEquals(without.getRGB(x, y), with.getRGB(x + from, y), x + ", " + y);
      }
    }
  }

  @Test
  void whatIsNoMatrixIsRefused() {
    Side two = Side.cells("", List.of("a", "b"));
    Scale scale = new Scale("", 0, 1, false);
    assertThrows(
        IllegalArgumentException.class,
        () -> HeatMap.plain("", two, two, new double[2][3], scale, true));
    assertThrows(
        IllegalArgumentException.class,
        () -> HeatMap.plain("", two, two, new double[0][], scale, true));
    assertThrows(
        IllegalArgumentException.class, () -> Side.groups("", List.of("a"), List.of(1, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> LineChart.Line.of("a", new double[2], new double[3]));
  }

  @ParameterizedTest
  @CsvSource({"1, LINEAR", "3, LOG", "12, LINEAR", "5, NAMES", "2, LONG"})
  void lineChartsAreReadable(int lines, String kind) {
    int count = 20;
    double[] x = IntStream.range(0, count).mapToDouble(i -> i + 1.0).toArray();
    List<LineChart.Line> all = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      int own = i + 1;
      double[] y =
          IntStream.range(0, count)
              .mapToDouble(j -> j == 5 ? Double.NaN : own * 0.01 * j)
              .toArray();
      double[] low = Arrays.stream(y).map(value -> value - 0.05).toArray();
      double[] high = Arrays.stream(y).map(value -> value + 0.05).toArray();
      all.add(LineChart.Line.banded("a line with the number " + i, x, y, low, high));
    }
    Axis across =
        switch (kind) {
          case "LINEAR" -> Axis.linear("step", 0, 123_456);
          case "LOG" -> Axis.log("step", 1, 1e6);
          case "NAMES" -> Axis.names("checkpoint", names("", count));
          default -> Axis.names("checkpoint", names("checkpoint-of-a-run-", count));
        };
    Axis up = kind.equals("LOG") ? Axis.log("mean", 1e-7, 1) : Axis.around("mean", -0.05, 1);
    for (int wide : new int[] {200, 400, 700}) {
      readable(new LineChart("A heading for this", across, up, all).drawing(TYPE, wide, 180));
    }
  }

  @Test
  void linesAndBandsLieWhereTheirNumbersAre() {
    double[] x = {0, 1, 2};
    Axis across = Axis.linear("x", 0, 2);
    Axis up = Axis.linear("y", 0, 1);
    LineChart.Line plain = LineChart.Line.of("", x, new double[] {0.5, 0.5, 0.5});
    LineChart.Line none =
        LineChart.Line.of("", x, new double[] {0.5, Double.NaN, 0.5}); // interrupted
    LineChart.Line banded =
        LineChart.Line.banded(
            "", x, plain.y(), new double[] {0.2, 0.2, 0.2}, new double[] {0.9, 0.9, 1.7});
    int blue = 0x0072b2;
    int wide = 200;
    BufferedImage picture = picture(across, up, plain, wide);
    int[] first = find(picture, blue);
    int middle = first[1] + TYPE.em(0.26);
    int quarter = first[0] + wide / 4;
    assertTrue(
        IntStream.rangeClosed(middle - 2, middle + 2)
            .anyMatch(y -> (picture.getRGB(quarter, y) >> 16 & 0xff) < 80));
    BufferedImage interrupted = picture(across, up, none, wide);
    assertTrue(
        IntStream.rangeClosed(middle - 2, middle + 2)
            .noneMatch(y -> (interrupted.getRGB(quarter, y) >> 16 & 0xff) < 80));
    BufferedImage band = picture(across, up, banded, wide);
    // 0.5 is the middle of 100 pixels: 0.2 is 30 below, 0.9 is 40 above.
    for (int[] at : new int[][] {{25, 1}, {33, 0}, {-35, 1}, {-43, 0}}) {
      int rgb = band.getRGB(quarter, middle + at[0]) & 0xffffff;
      assertEquals(at[1] == 0, rgb == 0xffffff, at[0] + ": " + Integer.toHexString(rgb));
    }
  }

  private static BufferedImage picture(Axis across, Axis up, LineChart.Line line, int wide) {
    return new LineChart("", across, up, List.of(line)).drawing(TYPE, wide, 100).draw();
  }

  @Test
  void histogramsAreReadableAndTheirBarsAsHighAsTheCounts() {
    long[] counts = {0, 10, 100, 55, 1};
    Histogram histogram =
        new Histogram(
            "A heading",
            List.of("a note", "another one, 1,234,567 of 9,608,704 and so on and on"),
            Axis.linear("share of images and positions", 0, 1),
            0,
            1,
            Axis.linear("channels", 0, 100),
            counts);
    readable(histogram.drawing(TYPE, 250, 120));
    BufferedImage picture = histogram.drawing(TYPE, 250, 120).draw();
    int bar = 0x4393c3;
    int[] top = find(picture, bar); // of the highest
    int[] heights = new int[5];
    for (int i = 0; i < 5; i++) {
      int x = top[0] + (i - 2) * 50 + 25;
      for (int y = top[1]; y < top[1] + 125; y++) {
        if ((picture.getRGB(x, y) & 0xffffff) == bar) {
          heights[i]++;
        }
      }
    }
    for (int i = 0; i < 5; i++) {
      assertEquals(counts[i] * 1.2, heights[i], 2.5, "bar " + i);
    }
    assertEquals(0, heights[0]);
    assertTrue(heights[4] >= 1, "one of many is seen");

    assertEquals(0, Histogram.bin(0, 20));
    assertEquals(1, Histogram.bin(0.05, 20));
    assertEquals(19, Histogram.bin(0.9999, 20));
    assertEquals(19, Histogram.bin(1, 20));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Histogram(
                "", List.of(), Axis.linear("", 0, 1), 1, 1, Axis.linear("", 0, 1), counts));
  }

  /** Lines where the marks are, none for one beyond the axis. */
  @Test
  void histogramsMarkNumbers() {
    Histogram histogram =
        new Histogram(
            "",
            List.of(),
            Axis.linear("z", -2, 2),
            -2,
            2,
            Axis.linear("share", 0, 1),
            new double[] {0.25, 0.5, 0.125, 0},
            List.of(-1.0, 1.0, 3.0));
    BufferedImage picture = histogram.drawing(TYPE, 400, 100).draw();
    int mark = Drawing.FRAME.getRGB() & 0xffffff;
    int[] first = find(picture, mark);
    List<Integer> columns = new ArrayList<>();
    for (int x = 0; x < picture.getWidth(); x++) {
      if ((picture.getRGB(x, first[1] + 50) & 0xffffff) == mark) {
        columns.add(x);
      }
    }
    int last = columns.get(columns.size() - 1);
    assertEquals(200, last - first[0], 3, "from -1 to 1");
    assertTrue(columns.stream().allMatch(x -> x - first[0] < 4 || last - x < 4), "two lines");
  }

  @Test
  void partsLieBesideAndBelowEachOther() {
    Drawing chart =
        HeatMapLayout.of(
            HeatMap.plain(
                "h",
                Side.cells("r", List.of("a")),
                Side.cells("c", List.of("b")),
                numbers(1, 1),
                new Scale("", -1, 1, false),
                true),
            TYPE);
    List<Drawing> three = Collections.nCopies(3, chart);
    Drawing beside = Drawing.beside(TYPE, three);
    Drawing below = Drawing.below(TYPE, three);
    assertEquals(chart.height(), beside.height());
    assertEquals(chart.width(), below.width());
    assertTrue(beside.width() > 3 * chart.width() && below.height() > 3 * chart.height());
    readable(Drawing.below(TYPE, List.of(beside, below)));
  }

  @Test
  void sequentialColoursGrowLighter() {
    assertEquals(0x440154, SequentialMap.rgb(0));
    assertEquals(0x21908c, SequentialMap.rgb(0.5));
    assertEquals(0xfde725, SequentialMap.rgb(1));
    assertEquals(0xfde725, SequentialMap.rgb(7));
    double before = -1;
    for (int i = 0; i <= 200; i++) {
      double lightness = lightness(SequentialMap.rgb(i / 200.0));
      assertTrue(lightness > before, "at " + i);
      before = lightness;
    }
  }

  /** CIE L* of an sRGB colour. */
  private static double lightness(int rgb) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double luminance = 0;
    for (int c = 0; c < 3; c++) {
      double s = (rgb >> (16 - 8 * c) & 0xff) / 255.0;
      luminance += weights[c] * (s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4));
    }
    return 116 * Math.cbrt(luminance) - 16;
  }

  @ParameterizedTest
  @CsvSource({"1, 0.5, 0.5", "3, -0.001, 0.002", "6, 0, 1", "40, 0.2, 12345"})
  void intervalsAreReadable(int count, double least, double largest) {
    List<IntervalChart.Point> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double value = count == 1 ? least : least + (largest - least) * i / (count - 1);
      points.add(
          new IntervalChart.Point(
              "direction " + i * i, value, value - 1, value, i % 2 == 0, i == 0, i));
    }
    points.add(
        new IntervalChart.Point("none", Double.NaN, Double.NaN, Double.NaN, false, false, 0));
    Axis across = Axis.around("higher is better", least, largest);
    Drawing named = new IntervalChart("measure", across, points).drawing(TYPE, 300, true);
    Drawing bare = new IntervalChart("measure", across, points).drawing(TYPE, 300, false);
    readable(named);
    readable(Drawing.beside(TYPE, List.of(named, bare)));
    assertEquals(count + 1, named.texts().size() - bare.texts().size(), "names");
    assertEquals(named.height(), bare.height());
  }

  @Test
  void pointsAndIntervalsLieWhereTheirNumbersAre() {
    Axis across = Axis.linear("", 0, 1);
    List<IntervalChart.Point> points =
        List.of(
            new IntervalChart.Point("", 0.5, 0.25, 0.75, false, false, 0),
            new IntervalChart.Point("", 0.5, Double.NaN, Double.NaN, true, false, 1));
    Drawing drawing = new IntervalChart("", across, points).drawing(TYPE, 400, false);
    BufferedImage picture = drawing.draw();
    int first = LineChart.colour(0).getRGB();
    int second = LineChart.colour(1).getRGB();
    int least = Integer.MAX_VALUE;
    int largest = 0;
    int rings = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        if (picture.getRGB(x, y) == first) {
          least = Math.min(least, x);
          largest = Math.max(largest, x);
        }
        rings += picture.getRGB(x, y) == second ? 1 : 0;
      }
    }
    assertEquals(200, largest - least, 3, "half of the axis");
    assertTrue(rings > 0);
  }
}

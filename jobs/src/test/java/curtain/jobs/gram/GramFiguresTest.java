package curtain.jobs.gram;

import static curtain.jobs.kernel.KernelOutputs.LAYERS;
import static curtain.jobs.kernel.KernelOutputs.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.figures.SequentialMap;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.kernel.KernelOutputs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of Gram matrices, of made-up gates. */
@Tag("engine")
class GramFiguresTest {
  private static final List<String> KERNELS =
      List.of("product", "layer:0", "layer_sum", "pixel", "feature");

  /** Not in the order of the classes, and one without a label. */
  private static final List<Integer> LABELS = Arrays.asList(3, 5, null, 3, 0, 5, 3, 0, 5, 5, 3);

  @TempDir Path dir;

  private static DuckDb duckDb;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private Path gram(KernelOutputs rows, KernelOutputs columns, int block, List<String> kernels)
      throws IOException {
    Path gram = Files.createTempDirectory(dir, "gram");
    String other = columns == null ? "none" : "file:/images/b";
    KernelOutputs.gram(
        gram,
        rows,
        columns,
        block,
        kernels,
        KernelOutputs.settings("file:/images/a", other, "tiles"));
    return gram;
  }

  private Path figures(Path input) throws IOException {
    Path output = Files.createTempDirectory(dir, "figures");
    Run run = Run.figures(input, output);
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private void assertFails(String message, Path input) throws IOException {
    Path output = Files.createTempDirectory(dir, "none").resolve("figures");
    Run run = Run.figures(input, output);
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("_SUCCESS")));
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
          .sorted()
          .toList();
    }
  }

  /** What a cell shows, from the gates. */
  private static double shown(String kernel, int[][] x, int[][] y) {
    double value = value(kernel, x, y);
    double left = value(kernel, x, x);
    double right = value(kernel, y, y);
    return switch (kernel) {
      case "product", "paths" -> value - (left + right) / 2;
      case "layer_sum" -> value / LAYERS;
      default -> value / Math.sqrt(left * right);
    };
  }

  /** Positions by label, those without one last. */
  private static List<Integer> order(List<Integer> labels) {
    List<Integer> order = new ArrayList<>();
    for (int label = 0; label <= 10; label++) {
      for (int i = 0; i < labels.size(); i++) {
        if (Objects.equals(labels.get(i), label == 10 ? (Integer) null : (Integer) label)) {
          order.add(i);
        }
      }
    }
    return order;
  }

  private static int[][] pixels(Path file) throws IOException {
    BufferedImage page = ImageIO.read(file.toFile());
    int[][] pixels = new int[page.getHeight()][page.getWidth()];
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        pixels[y][x] = page.getRGB(x, y) & 0xffffff;
      }
    }
    return pixels;
  }

  /**
   * Looks for cells of these colours, so large, with lines of 3 pixels at most between some.
   *
   * @return whether they are there
   */
  private static boolean has(int[][] page, int[][] colours, int size) {
    int high = colours.length * size;
    int wide = colours[0].length * size;
    for (int top = 0; top + high <= page.length; top++) {
      for (int left = 0; left + wide <= page[0].length; left++) {
        boolean all = true;
        for (int i = 0; i < colours.length && all; i++) {
          for (int j = 0; j < colours[0].length && all; j++) {
            all = page[top + i * size + size / 2][left + j * size + size / 2] == colours[i][j];
          }
        }
        if (all) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void cellsAreTheNormalisedKernelsByClass() throws Exception {
    KernelOutputs images = KernelOutputs.of(LABELS, 1);
    Path figures = figures(gram(images, null, 4, KERNELS));
    assertEquals(
        List.of(
            "gram_feature.csv",
            "gram_feature.png",
            "gram_layer_sum.csv",
            "gram_layer_sum.png",
            "gram_pixel.csv",
            "gram_pixel.png",
            "gram_product.csv",
            "gram_product.png"),
        files(figures));
    List<Integer> order = order(LABELS);
    assertEquals(List.of(4, 7, 0, 3, 6, 10, 1, 5, 8, 9, 2), order);
    for (String kernel : List.of("product", "layer_sum", "pixel", "feature")) {
      List<String> rows =
          duckDb.rows(
              ("select \"row\", \"column\", row_position, row_image_id, row_label, column_position,"
                      + " column_image_id, column_label, value from read_csv('%s/gram_%s.csv',"
                      + " nullstr = '') order by 1, 2")
                  .formatted(figures, kernel));
      assertEquals(121, rows.size());
      double[][] values = new double[11][11];
      for (String row : rows) {
        String[] c = row.split("\\|", -1);
        int i = Integer.parseInt(c[0]);
        int j = Integer.parseInt(c[1]);
        int a = order.get(i);
        int b = order.get(j);
        assertEquals(
            List.of(a + "", KernelOutputs.id(a), LABELS.get(a) + ""), List.of(c[2], c[3], c[4]));
        assertEquals(
            List.of(b + "", KernelOutputs.id(b), LABELS.get(b) + ""), List.of(c[5], c[6], c[7]));
        values[i][j] = Double.parseDouble(c[8]);
        double expected = shown(kernel, images.gates()[a], images.gates()[b]);
        assertEquals(expected, values[i][j], 1e-12, kernel + " " + row);
      }
      // Colours: least and largest off the diagonal, rounded to ticks, so compare their order.
      int[][] page = pixels(figures.resolve("gram_%s.png".formatted(kernel)));
      assertTrue(
          anyScale(page, values, kernel.equals("product")),
          "the cells of " + kernel + " are drawn");
    }
  }

  /** Whether a page has cells in the colours of the values, for a scale that ends at ticks. */
  private static boolean anyScale(int[][] page, double[][] values, boolean clipped) {
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    List<Double> off = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        if (i != j || values.length != values[0].length) {
          off.add(values[i][j]);
          least = Math.min(least, values[i][j]);
          largest = Math.max(largest, values[i][j]);
        }
      }
    }
    off.sort(null);
    least = clipped ? off.get((int) (0.01 * (off.size() - 1))) : least;
    for (double step : new double[] {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1}) {
      double low = step * Math.floor(least / step + 1e-9);
      double high = step * Math.ceil(largest / step - 1e-9);
      int[][] colours =
          Arrays.stream(values)
              .map(
                  row ->
                      Arrays.stream(row)
                          .mapToInt(value -> SequentialMap.rgb((value - low) / (high - low)))
                          .toArray())
              .toArray(int[][]::new);
      for (int size = 20; size <= 62; size++) {
        if (has(page, colours, size)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void twoSetsHaveTheirOwnOrder() throws Exception {
    List<Integer> labels = List.of(9, 1, 9, 3, 1);
    KernelOutputs rows = KernelOutputs.of(LABELS, 1);
    KernelOutputs columns = KernelOutputs.of(labels, 2);
    Path figures = figures(gram(rows, columns, 3, List.of("product", "pixel")));
    assertEquals(
        List.of("gram_pixel.csv", "gram_pixel.png", "gram_product.csv", "gram_product.png"),
        files(figures));
    List<Integer> up = order(LABELS);
    List<Integer> across = order(labels);
    for (String kernel : List.of("product", "pixel")) {
      double[][] values = new double[11][5];
      for (String row :
          duckDb.rows(
              "select \"row\", \"column\", row_position, column_position, value from '%s/gram_%s.csv'"
                  .formatted(figures, kernel))) {
        String[] c = row.split("\\|", -1);
        int i = Integer.parseInt(c[0]);
        int j = Integer.parseInt(c[1]);
        assertEquals(up.get(i) + "|" + across.get(j), c[2] + "|" + c[3]);
        values[i][j] = Double.parseDouble(c[4]);
        int[][] x = rows.gates()[up.get(i)];
        int[][] y = columns.gates()[across.get(j)];
        assertEquals(shown(kernel, x, y), values[i][j], 1e-12);
      }
      int[][] page = pixels(figures.resolve("gram_%s.png".formatted(kernel)));
      assertTrue(anyScale(page, values, kernel.equals("product")));
    }
  }

  @Test
  void moreThan200ImagesHaveMeansByClass() throws Exception {
    List<Integer> labels =
        IntStream.range(0, 230)
            .mapToObj(i -> i % 7 == 6 ? (Integer) null : (Integer) (i % 7))
            .toList();
    KernelOutputs images = KernelOutputs.of(labels, 3);
    Path figures = figures(gram(images, null, 64, List.of("product", "feature")));
    assertEquals(
        List.of(
            "gram_feature.png",
            "gram_feature_classes.csv",
            "gram_product.png",
            "gram_product_classes.csv"),
        files(figures));
    for (String kernel : List.of("product", "feature")) {
      List<String> rows =
          duckDb.rows(
              ("select row_label, row_class, column_label, column_class, pairs, mean from"
                      + " read_csv('%s/gram_%s_classes.csv', nullstr = '')")
                  .formatted(figures, kernel));
      assertEquals(49, rows.size());
      double[][] sums = new double[7][7];
      long[][] pairs = new long[7][7];
      for (int i = 0; i < 230; i++) {
        for (int j = 0; j < 230; j++) {
          double value = shown(kernel, images.gates()[i], images.gates()[j]);
          if (i != j && Double.isFinite(value)) {
            sums[i % 7][j % 7] += value;
            pairs[i % 7][j % 7]++;
          }
        }
      }
      for (String row : rows) {
        String[] c = row.split("\\|", -1);
        int i = c[0].equals("null") ? 6 : Integer.parseInt(c[0]);
        int j = c[2].equals("null") ? 6 : Integer.parseInt(c[2]);
        assertEquals(pairs[i][j] + "", c[4]);
        assertEquals(sums[i][j] / pairs[i][j], Double.parseDouble(c[5]), 1e-9, row);
        assertEquals(c[0].equals("2"), c[1].equals("bird"), row);
      }
    }
  }

  @Test
  void imagesWithoutLabelsKeepTheirOrder() throws Exception {
    List<Integer> labels = Arrays.asList(null, null, null, null);
    Path figures = figures(gram(KernelOutputs.of(labels, 4), null, 4, List.of("pixel")));
    assertEquals(
        List.of("0|0", "1|1", "2|2", "3|3"),
        duckDb.rows(
            "select distinct \"row\", row_position from '%s/gram_pixel.csv' order by 1"
                .formatted(figures)));
  }

  @Test
  void oneImageIsAMatrixToo() throws Exception {
    Path figures = figures(gram(KernelOutputs.of(List.of(2), 4), null, 4, KERNELS));
    assertEquals(8, files(figures).size());
    assertEquals(
        List.of("0|0|0.0"),
        duckDb.rows(
            "select row_position, column_position, value from '%s/gram_product.csv'"
                .formatted(figures)));
  }

  @Test
  void manyImagesShareCells() {
    int[] labels = new int[50_000];
    Arrays.setAll(labels, i -> i % 1000 == 999 ? GramSide.NONE : i % 1000 % 300);
    GramOrder order = GramOrder.of(new GramSide(labels, List.of()), GramOrder.MOST);
    assertTrue(order.cells() <= GramOrder.MOST && order.cells() > GramOrder.MOST / 2);
    assertEquals(301, order.labels().size());
    assertEquals(GramSide.NONE, order.labels().get(300));
    int[] seen = new int[order.cells()];
    int[] groups = order.groups();
    for (int i = 0; i < labels.length; i++) {
      seen[order.cell()[i]]++;
      assertEquals(labels[i], order.labels().get(groups[order.cell()[i]]));
    }
    assertTrue(Arrays.equals(seen, order.members()));
    assertEquals(order.together(), Arrays.stream(seen).max().orElseThrow());

    // More classes than cells: in the order of the labels all the same, without borders.
    int[] many = new int[5000];
    Arrays.setAll(many, i -> 4999 - i);
    order = GramOrder.of(new GramSide(many, List.of()), GramOrder.MOST);
    assertEquals(List.of(GramSide.NONE), order.labels());
    assertEquals(0, order.cell()[4999]);
    assertEquals(order.cells() - 1, order.cell()[0]);
    assertTrue(order.cells() <= GramOrder.MOST);
  }

  /** 2,002 images in cells of two: the CSV's means are still those of all pairs. */
  @Test
  void averagedCellsGiveTheSameMeans() throws Exception {
    List<Integer> labels = IntStream.range(0, 2002).mapToObj(i -> i % 3).toList();
    KernelOutputs images = KernelOutputs.of(labels, 5);
    Path figures = figures(gram(images, null, 700, List.of("pixel")));
    double[][] sums = new double[3][3];
    long[][] pairs = new long[3][3];
    double[] own =
        Arrays.stream(images.gates()).mapToDouble(x -> Math.sqrt(value("pixel", x, x))).toArray();
    for (int i = 0; i < 2002; i++) {
      for (int j = 0; j < i; j++) {
        double value = value("pixel", images.gates()[i], images.gates()[j]) / (own[i] * own[j]);
        for (int[] at : new int[][] {{i % 3, j % 3}, {j % 3, i % 3}}) {
          sums[at[0]][at[1]] += value;
          pairs[at[0]][at[1]]++;
        }
      }
    }
    for (String row :
        duckDb.rows(
            "select row_label, column_label, pairs, mean from '%s/gram_pixel_classes.csv'"
                .formatted(figures))) {
      String[] c = row.split("\\|", -1);
      int i = Integer.parseInt(c[0]);
      int j = Integer.parseInt(c[1]);
      assertEquals(pairs[i][j], Long.parseLong(c[2]));
      assertEquals(sums[i][j] / pairs[i][j], Double.parseDouble(c[3]), 1e-9);
    }
    int wide = ImageIO.read(figures.resolve("gram_pixel.png").toFile()).getWidth();
    assertTrue(wide > 1002 && wide < 2002, "cells of two images: " + wide + " pixels");
  }

  @Test
  void withoutTilesTheMeansByClassAreDrawn() throws Exception {
    Path gram = dir.resolve("reduced");
    List<ClassBlockRow> rows = new ArrayList<>();
    Integer[] labels = {null, 4, 1};
    for (Integer a : labels) {
      for (Integer b : labels) {
        double mean = Objects.equals(a, b) ? 0.5 : 1e-3;
        rows.add(new ClassBlockRow("layer_sum", a, b, 6, mean));
        rows.add(new ClassBlockRow("product", a, b, 6, -mean));
      }
    }
    KernelOutputs.write(gram, GramTables.CLASS_BLOCKS, rows);
    Map<String, String> settings = KernelOutputs.settings("file:/images/a", "none", "top:5");
    KernelOutputs.finish(gram, "gram", settings, 7);
    Path figures = figures(gram);
    assertEquals(
        List.of(
            "class_blocks_layer_sum.csv",
            "class_blocks_layer_sum.png",
            "class_blocks_product.csv",
            "class_blocks_product.png"),
        files(figures));
    assertEquals(
        List.of("1|automobile|1|automobile|6|-0.5|" + Math.log(0.5)),
        duckDb.rows(
            "select * from read_csv('%s/class_blocks_product.csv', nullstr = '') limit 1"
                .formatted(figures)));
    assertEquals(
        "1,4,null,1,4,null,1,4,null",
        duckDb
            .rows(
                "select label_b from read_csv('%s/class_blocks_layer_sum.csv', nullstr = '')"
                    .formatted(figures))
            .stream()
            .collect(Collectors.joining(",")));

    Path none = dir.resolve("unlabelled");
    KernelOutputs.write(none, GramTables.CLASS_BLOCKS, List.of());
    settings.put("keep", "none");
    KernelOutputs.finish(none, "gram", settings, 7);
    assertFails(
        "--input %s keeps no tiles (--keep none), and no means by class".formatted(none), none);
  }

  @Test
  void damagedTablesAreRefused() throws Exception {
    KernelOutputs images = KernelOutputs.of(LABELS, 1);
    Path gram = gram(images, null, 4, List.of("pixel"));
    Files.delete(gram.resolve("tiles/part-00001.parquet"));
    assertFails("/tiles has 72 of the 121 pairs of kernel pixel; it is damaged", gram);

    gram = gram(images, null, 4, List.of("pixel"));
    Files.delete(gram.resolve("diagonal/part-00000.parquet"));
    assertFails("/diagonal has no value of kernel pixel, side row, position 0", gram);

    gram = gram(images, null, 4, List.of("pixel"));
    Files.delete(gram.resolve("members/part-00000.parquet"));
    assertFails("members/part-00001.parquet has position", gram);

    gram = gram(images, null, 4, List.of("layer:0"));
    assertFails("--input " + gram + " has no tiles of a kernel that can be drawn", gram);
    gram = gram(images, null, 4, List.of("pixel"));
    TileRow tile = new TileRow("pixel", 0, 0, Long.MAX_VALUE, 0, 2, 2, null, null, new double[4]);
    KernelOutputs.write(gram, GramTables.TILES, List.of(tile));
    assertFails("does not fit the 11 x 11 matrix", gram);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--images .", "--image a.jpg", "--limit 3", "--style rgb", "--rows 8"})
  void optionsOfPicturesAreRefused(String option) throws Exception {
    Path gram = gram(KernelOutputs.of(LABELS, 1), null, 4, List.of("pixel"));
    Path output = dir.resolve("none");
    Run run = Run.figures(gram, output, option.split(" ", -1));
    assertEquals(2, run.status(), run.err());
    String name = option.split(" ", -1)[0];
    assertTrue(
        run.err()
            .startsWith(
                "curtain: %s has no effect on figures of curtain gram, which made --input %s"
                    .formatted(name, gram)),
        run.err());
    assertFalse(Files.exists(output));
  }
}

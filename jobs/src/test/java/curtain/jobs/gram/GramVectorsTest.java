package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.images.source.ImageRef;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.gram.GramGroup.ImageBlock;
import curtain.jobs.gram.GramGroup.Unit;
import curtain.jobs.gram.GramOutput.Matrix;
import curtain.jobs.shards.Parts;
import curtain.jobs.tables.RowForm;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gram --vectors}: products of the matrix that is not stored. */
@Tag("engine")
class GramVectorsTest {
  private static final int IMAGES = 12;
  private static final int NUMBERS = 3;
  private static final List<String> KERNELS = List.of("product", "layer_sum", "pixel", "feature");
  private static DuckDb duckDb;

  @TempDir Path dir;

  @BeforeAll
  static void open() throws Exception {
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static Run run(Path images, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "gram",
                "--images",
                images.toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--gate",
                "hard",
                "--gate-store",
                "none",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private Path made(String name, Path images, String... more) {
    Path output = dir.resolve(name);
    Run run = run(images, output, more);
    assertEquals(0, run.status(), run.err());
    return output;
  }

  private static Path cifar() {
    return Shared.path(Shared.CIFAR_IMAGES);
  }

  private static List<String> query(Path output, String table, String columns, String rest)
      throws Exception {
    return duckDb.rows(
        "select %s from '%s/%s/*.parquet' %s".formatted(columns, output, table, rest));
  }

  /** A row's text in SQL. */
  private static String row(String id, double[] vector) {
    return String.format(Locale.ROOT, "('%s', %s::double[])", id, Arrays.toString(vector));
  }

  private static void write(Path file, List<String> rows) throws Exception {
    duckDb.copy(
        "select * from (values %s) t(image_id, \"values\")".formatted(String.join(", ", rows)),
        file);
  }

  /** Random vectors; every fourth image has none. */
  private static double[][] vectors(int images) {
    Random random = new Random(271);
    double[][] vectors = new double[images][NUMBERS];
    for (int i = 0; i < images; i++) {
      for (int c = 0; c < NUMBERS; c++) {
        vectors[i][c] = i % 4 == 1 ? 0 : random.nextGaussian();
      }
    }
    return vectors;
  }

  private static List<String> rows(List<String> ids, double[][] vectors) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      if (i % 4 != 1) {
        rows.add(row(ids.get(i), vectors[i]));
      }
    }
    Collections.reverse(rows);
    return rows;
  }

  /** K(x, x), or its logarithm for the product kernel, by position. */
  private static double[] own(Path output, String kernel, String side) throws Exception {
    return query(
            output,
            "diagonal",
            "coalesce(log_kernel, value)",
            "where kernel = '%s' and side = '%s' order by position".formatted(kernel, side))
        .stream()
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double normalised(String kernel, Matrix matrix, int i, int j, double a, double b) {
    return kernel.equals("product")
        ? matrix.sign[i][j] * Math.exp(matrix.log[i][j] - (a + b) / 2)
        : matrix.value[i][j] / Math.sqrt(a * b);
  }

  private static void assertProducts(
      Path tiles, GramOutput gram, String columnSide, Path output, double[][] vectors)
      throws Exception {
    List<String> ids = query(output, "members", "image_id", "where side = 'row' order by position");
    for (String kernel : KERNELS) {
      double[] rows = own(tiles, kernel, "row");
      double[] columns = own(tiles, kernel, columnSide);
      List<String> found =
          query(
              output,
              "products",
              "position, image_id, len(\"values\"), \"values\"[1], \"values\"[2], \"values\"[3]",
              "where kernel = '%s' order by position".formatted(kernel));
      assertEquals(rows.length, found.size());
      for (int i = 0; i < rows.length; i++) {
        String[] row = found.get(i).split("\\|", -1);
        assertEquals(
            List.of(String.valueOf(i), ids.get(i), String.valueOf(NUMBERS)),
            List.of(row).subList(0, 3));
        for (int c = 0; c < NUMBERS; c++) {
          double sum = 0;
          for (int j = 0; j < columns.length; j++) {
            sum +=
                normalised(kernel, gram.matrix(kernel), i, j, rows[i], columns[j]) * vectors[j][c];
          }
          assertEquals(sum, Double.parseDouble(row[3 + c]), 1e-11, kernel + " " + i);
        }
      }
    }
  }

  @Test
  void productsAreThoseOfTheTiles() throws Exception {
    String[] limit = {"--limit", String.valueOf(IMAGES)};
    Path tiles = made("tiles", cifar(), limit);
    assertFalse(Files.exists(tiles.resolve("products")));
    double[][] vectors = vectors(IMAGES);
    List<String> rows = rows(query(tiles, "members", "image_id", "order by position"), vectors);
    Path table = Files.createDirectories(dir.resolve("vectors"));
    write(table.resolve("a.parquet"), rows.subList(0, 4));
    write(table.resolve("b.parquet"), rows.subList(4, rows.size()));
    Files.writeString(table.resolve("_SUCCESS"), "");
    Path file = dir.resolve("vectors.parquet");
    write(file, rows);
    GramOutput gram = new GramOutput(tiles, IMAGES, IMAGES, true);
    Path top =
        made(
            "top",
            cifar(),
            with(limit, "--keep", "top:2", "--block-size", "5", "--vectors", table.toString()));
    Path none =
        made(
            "none",
            cifar(),
            with(
                limit,
                "--keep",
                "none",
                "--block-size",
                "16",
                "--batch-size",
                "5",
                "--partitions",
                "2",
                "--vectors",
                file.toUri().toString()));
    assertProducts(tiles, gram, "row", top, vectors);
    assertProducts(tiles, gram, "row", none, vectors);
    assertTrue(Files.exists(top.resolve("neighbours/_SUCCESS")));
    assertTrue(Files.exists(top.resolve("products/_SUCCESS")));
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Images of the two sets have the same ids. */
  @Test
  void vectorsAreTheColumns() throws Exception {
    Path first = cifar().resolve("airplane");
    String[] common = {"--columns", cifar().resolve("truck").toString(), "--limit", "5"};
    Path tiles = made("tiles", first, common);
    double[][] vectors = vectors(5);
    Path file = dir.resolve("vectors.parquet");
    write(
        file,
        rows(
            query(tiles, "members", "image_id", "where side = 'column' order by position"),
            vectors));
    Path output =
        made(
            "out",
            first,
            with(common, "--keep", "none", "--block-size", "2", "--vectors", file.toString()));
    assertProducts(tiles, new GramOutput(tiles, 5, 5, false), "column", output, vectors);
  }

  @Test
  void otherVectorsAreNotResumed() throws Exception {
    Path images = cifar().resolve("airplane");
    List<String> ids = new ArrayList<>();
    Path plain = made("plain", images, "--limit", "2", "--keep", "none");
    ids.addAll(query(plain, "members", "image_id", "order by position"));
    Path file = dir.resolve("vectors.parquet");
    String one = row(ids.get(0), new double[] {1, 2});
    String two = row(ids.get(1), new double[] {3, 4});
    write(file, List.of(one, two));
    String[] options = {"--limit", "2", "--keep", "none", "--vectors", file.toString()};
    Path output = made("out", images, options);
    assertTrue(
        Files.readString(output.resolve("_provenance.json")).contains("\"vectors_sha256\" : \""));
    write(file, List.of(two, one));
    Run same = run(images, output, with(options, "--resume"));
    assertEquals(0, same.status(), same.err());
    write(file, List.of(one, row(ids.get(1), new double[] {3, 5})));
    Run refused = run(images, output, with(options, "--resume"));
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("vectors_sha256 was "), refused.err());
    Run added = run(images, plain, with(options, "--resume"));
    assertEquals(1, added.status());
    assertTrue(added.err().contains("--vectors was not set, is file:"), added.err());
    Run within =
        run(
            images,
            output,
            "--keep",
            "none",
            "--overwrite",
            "--vectors",
            output.resolve("products").toString());
    assertEquals(1, within.status());
    assertTrue(within.err().contains(" holds --vectors "), within.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "('x', [1]) | 'x' is none of the columns' images; leave it out",
        "('0000.jpg', [1]), ('0000.jpg', [1]) | has two rows of '0000.jpg'; leave one out",
        "('0000.jpg', [1, 2]), ('0001.jpg', [1]) | 1 values, others have 2; give all the same number",
        "(null, [1]) | has a row without an image_id",
        "('0000.jpg', null) | '0000.jpg' has no values; leave it out, and it counts as 0",
        "('0000.jpg', []) | '0000.jpg' has no values; leave it out, and it counts as 0",
        "('0000.jpg', [1, 'nan'::double]) | '0000.jpg' has the value NaN; give finite numbers",
        "('0000.jpg', ['-inf'::double]) | '0000.jpg' has the value -Infinity; give finite numbers",
        "('0000.jpg', [1, null]) | cannot be read: an array has a null element",
      })
  void wrongRowsAreRefusedBeforeAnythingIsDone(String rows, String message) throws Exception {
    Path file = dir.resolve("v.parquet");
    duckDb.copy(
        "select image_id::varchar as image_id, v::double[] as \"values\" from (values %s) t(image_id, v)"
            .formatted(rows),
        file);
    assertRefused(file, message);
  }

  @Test
  void otherFilesAreRefused() throws Exception {
    assertRefused(dir.resolve("nowhere"), "/nowhere does not exist");
    Path file = dir.resolve("v.parquet");
    duckDb.copy("select 'a' as image_id", file);
    assertRefused(file, " has other columns: ");
    duckDb.copy("select '0000.jpg' as image_id, [1::float] as \"values\"", file);
    assertRefused(file, " has other columns: ");
    duckDb.copy("select 'a' as image_id, [1::double] as \"values\" where false", file);
    assertRefused(file, " has no row; give image_id and values of at least one image");
    Files.writeString(file, "no Parquet");
    assertRefused(file, " cannot be read: ");
    Path none = Files.createDirectories(dir.resolve("none"));
    Files.writeString(none.resolve("_x.parquet"), "");
    assertRefused(none, " holds no .parquet file; give one, or a directory of them");
  }

  private void assertRefused(Path vectors, String message) {
    Path output = dir.resolve("out");
    Run run =
        run(
            cifar().resolve("airplane"),
            output,
            "--limit",
            "2",
            "--keep",
            "top:1",
            "--vectors",
            vectors.toString());
    assertEquals(1, run.status(), run.err());
    assertTrue(run.err().startsWith("curtain: --vectors " + vectors), run.err());
    assertTrue(run.err().contains(message.strip()), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output));
  }

  @Test
  void theDigestIsOfTheNumbers() {
    double[][] values = {{1, 2}, null, {3, 4}};
    String digest = new GramVectors(values, 2).sha256();
    assertEquals(digest, new GramVectors(new double[][] {{1, 2}, null, {3, 4}}, 2).sha256());
    assertNotEquals(digest, new GramVectors(new double[][] {{1, 2}, {3, 4}, null}, 2).sha256());
    assertNotEquals(digest, new GramVectors(new double[][] {{1, 2}, {0, 0}, {3, 4}}, 2).sha256());
  }

  private static ImageRef image(int ordinal) {
    return new ImageRef(ordinal, "i" + ordinal, null, null, "file", 0, 1, null);
  }

  @SafeVarargs
  private final <R extends Record> void part(Table<R> table, R... rows) throws Exception {
    Path file = Files.createDirectories(dir.resolve(table.name())).resolve("p.parquet");
    try (TableWriter writer =
        TableWriter.create(
            table, new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())) {
      for (R row : rows) {
        writer.write(row);
      }
    }
  }

  private Parts parts() {
    return new Parts(List.of(new org.apache.hadoop.fs.Path(dir.toUri())), new Configuration());
  }

  /** Image 1 of the columns could not be used. */
  private void members() throws Exception {
    part(
        GramTables.MEMBERS,
        new MemberRow("row", null, 0, "i0", null, new float[1], new float[1]),
        new MemberRow("row", null, 1, "i1", null, new float[1], new float[1]),
        new MemberRow("column", null, 0, "i2", null, new float[1], new float[1]),
        new MemberRow("column", null, 2, "i4", null, new float[1], new float[1]),
        new MemberRow("column", null, 3, "i5", null, new float[1], new float[1]));
  }

  @Test
  void aGroupBringsTheVectorsOfItsColumns() throws Exception {
    members();
    GramSets sets =
        GramSets.of(List.of(image(0), image(1)), List.of(image(0), image(1), image(2), image(3)));
    Keep keep = Keep.parse("none");
    double[][] values = {{1}, {2}, null, {4}};
    // Two blocks of one image, then one, take all the room if they have as many numbers as they
    // say.
    for (int length : new int[] {3 << 20, 1 << 23, 1}) {
      List<GramGroup> groups =
          new GramTiles(sets, 1, true, keep, new GramVectors(values, length), null)
              .plan(parts(), unit -> false, 1)
              .missing();
      int most = length == 1 ? 3 : Math.max(1, (8 << 20) / length);
      List<double[]> seen = new ArrayList<>();
      for (GramGroup group : groups) {
        assertNull(group.rows().vectors());
        List<ImageBlock> columns =
            group.units().stream().map(Unit::columns).flatMap(List::stream).toList();
        assertTrue(columns.size() <= most, columns.size() + " blocks");
        columns.forEach(block -> seen.addAll(Arrays.asList(block.vectors())));
      }
      assertEquals(Arrays.asList(values[0], null, values[3], values[0], null, values[3]), seen);
    }
  }

  @Test
  void partsOfARowAreAddedUp() throws Exception {
    members();
    part(GramTables.DIAGONAL);
    part(GramTables.CLASS_BLOCKS);
    part(GramTables.ROW_SUMS);
    part(
        GramTables.PRODUCTS,
        new ProductRow("pixel", 0, null, new double[] {1, 2}),
        new ProductRow("feature", 0, null, new double[] {5, 6}),
        new ProductRow("pixel", 0, null, new double[] {10, 20}),
        new ProductRow("pixel", 1, null, new double[] {3, 4}),
        new ProductRow("pixel", 1, null, new double[] {30, 40}));
    List<Object> rows = new ArrayList<>();
    new GramReduction(Keep.parse("none"), 1, true, true)
        .reduce(
            parts(),
            (table, row) -> {
              if (table.equals(GramTables.PRODUCTS)) {
                rows.add(new RowForm<>(table).cells(row));
              }
            });
    assertArrayEquals(
        new Object[] {
          new Object[] {"pixel", 0L, "i0", new double[] {11, 22}},
          new Object[] {"feature", 0L, "i0", new double[] {5, 6}},
          new Object[] {"pixel", 1L, "i1", new double[] {33, 44}},
        },
        rows.toArray());
  }
}

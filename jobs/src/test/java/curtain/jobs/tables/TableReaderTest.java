package curtain.jobs.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written comes back. */
@Tag("fast")
class TableReaderTest {
  @SuppressWarnings("ArrayRecordComponent") // compared by what the arrays hold
  private record Everything(
      @Col(doc = "text") String s,
      Integer i,
      Long b,
      Float f,
      Double d,
      @Col(doc = "bytes", large = true) byte[] bytes,
      int[] is,
      long[] bs,
      @Col(doc = "floats", large = true) float[] fs,
      @Col(doc = "doubles", large = true) double[] ds,
      @Col(doc = "bytes, each a number", large = true, type = ColumnType.TINYINT_ARRAY)
          byte[] ts) {}

  private static final Table<Everything> TABLE = Table.of("everything", Everything.class);
  private static final RowForm<Everything> FORM = new RowForm<>(TABLE);
  private static final Everything[] ROWS = {
    new Everything(
        "Übung 図 \uD83D\uDE00",
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Float.MIN_VALUE,
        -0.1,
        new byte[] {0, -1, 127, -128},
        new int[] {3, 224, -1},
        new long[] {Long.MIN_VALUE, 1},
        new float[] {1.5f, Float.NaN, Float.NEGATIVE_INFINITY},
        new double[] {Math.PI},
        new byte[] {-1, 0, 1, -128, 127}),
    new Everything(null, null, null, null, null, null, null, null, null, null, null),
    new Everything(
        "",
        0,
        0L,
        0f,
        0d,
        new byte[0],
        new int[0],
        new long[0],
        new float[0],
        new double[0],
        new byte[0]),
    new Everything(
        "long",
        7,
        7L,
        7f,
        7d,
        new byte[7],
        new int[1000],
        new long[3],
        new float[100_000],
        new double[17],
        new byte[40]),
  };

  @TempDir java.nio.file.Path dir;

  private Path write() throws IOException {
    Path file = new Path(dir.resolve("part-00000.parquet").toUri());
    ROWS[3].fs()[99_999] = 5;
    try (TableWriter writer = TableWriter.create(TABLE, file, new Configuration())) {
      for (Everything row : ROWS) {
        writer.write(row);
      }
    }
    return file;
  }

  private static <R extends Record> TableReader<R> open(Table<R> table, Path file)
      throws IOException {
    return TableReader.open(table, file, FilterCompat.NOOP, new Configuration());
  }

  @Test
  void everyTypeComesBack() throws Exception {
    try (TableReader<Everything> reader = open(TABLE, write())) {
      for (Everything row : ROWS) {
        assertArrayEquals(FORM.cells(row), FORM.cells(reader.read())); // deep, and exact
      }
      assertNull(reader.read());
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by what the array holds
  private record Some(int i, int[] is) {}

  private record Absent(Integer absent) {}

  private record OfAnotherType(Long i) {}

  private record NeedsAnInt(int i) {}

  @Test
  void aValueThatEveryRowHasIsMissed() throws Exception {
    Path file = write();
    try (TableReader<NeedsAnInt> reader = open(TABLE.select(NeedsAnInt.class), file)) {
      assertEquals(Integer.MIN_VALUE, reader.read().i());
      assertEquals(
          file + " has a row without i",
          assertThrows(IOException.class, reader::read).getMessage());
    }
  }

  @Test
  void columnsAreThoseOfTheTable() {
    assertEquals(
        "table everything has no column absent",
        assertThrows(IllegalArgumentException.class, () -> TABLE.select(Absent.class))
            .getMessage());
    assertEquals(
        "i of table everything is INT, not BIGINT",
        assertThrows(IllegalArgumentException.class, () -> TABLE.select(OfAnotherType.class))
            .getMessage());
    assertEquals(
        "table everything has no column absent",
        assertThrows(IllegalArgumentException.class, () -> TABLE.without("s", "absent"))
            .getMessage());
    Table<NeedsAnInt> needs = Table.of("t", NeedsAnInt.class);
    assertEquals(
        "i of table t cannot be null",
        assertThrows(IllegalArgumentException.class, () -> needs.without("i")).getMessage());
  }

  @Test
  void aColumnIsLeftOutOrKeptOtherwise() throws Exception {
    Table<Everything> table = TABLE.without("bytes").with("fs", ColumnType.FLOAT16_BINARY);
    Path file = new Path(dir.resolve("other.parquet").toUri());
    Everything row =
        new Everything(
            "a", null, null, null, null, null, null, null, new float[] {0.5f, -2}, null, null);
    try (TableWriter writer = TableWriter.create(table, file, new Configuration())) {
      writer.write(row);
      assertEquals(
          "table everything has no column for bytes",
          assertThrows(IllegalArgumentException.class, () -> writer.write(ROWS[0])).getMessage());
    }
    try (TableReader<Everything> reader = open(table, file)) {
      assertArrayEquals(FORM.cells(row), FORM.cells(reader.read()));
      assertNull(reader.read());
    }
  }

  @Test
  void columnsAndRowsAreChosen() throws Exception {
    Table<Some> some = TABLE.select(Some.class);
    Path file = write();
    FilterCompat.Filter filter =
        FilterCompat.get(FilterApi.in(FilterApi.intColumn("i"), new HashSet<>(List.of(0, 7))));
    try (TableReader<Some> reader = TableReader.open(some, file, filter, new Configuration())) {
      Some row = reader.read();
      assertEquals(0, row.i());
      assertArrayEquals(new int[0], row.is());
      row = reader.read();
      assertEquals(7, row.i());
      assertArrayEquals(new int[1000], row.is());
      assertNull(reader.read());
    }
  }

  @Test
  void otherColumnsAreRefused() throws Exception {
    Path file = write();
    for (Table<?> other :
        List.of(Table.of("t", Absent.class), Table.of("t", OfAnotherType.class))) {
      try (TableReader<?> reader = open(other, file)) {
        String message = assertThrows(IOException.class, reader::read).getMessage();
        assertTrue(message.startsWith(file + " has other columns: "), message);
      }
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by what the array holds
  private record Doubles(String s, double[] ds) {}

  /** DuckDB declares that elements may be null; older Arrow names them otherwise. */
  @Test
  void arraysOfOtherProgramsAreRead() throws Exception {
    Table<Doubles> table = Table.of("t", Doubles.class);
    Path file = new Path(dir.resolve("other.parquet").toUri());
    String copy = "copy (select 'a' as s, [1.5, %s]::%s as ds) to '%s' (format parquet)";
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute(copy.formatted("-2", "double[]", file.toUri().getPath()));
      try (TableReader<Doubles> reader = open(table, file)) {
        Doubles row = reader.read();
        assertEquals("a", row.s());
        assertArrayEquals(new double[] {1.5, -2}, row.ds());
        assertNull(reader.read());
      }
      statement.execute(copy.formatted("null", "double[]", file.toUri().getPath()));
      try (TableReader<Doubles> reader = open(table, file)) {
        assertEquals(
            file + " cannot be read: an array has a null element",
            assertThrows(IOException.class, reader::read).getMessage());
      }
      statement.execute(copy.formatted("-2", "float[]", file.toUri().getPath()));
      try (TableReader<Doubles> reader = open(table, file)) {
        String message = assertThrows(IOException.class, reader::read).getMessage();
        assertTrue(message.startsWith(file + " has other columns: "), message);
      }
    }
    GroupType item =
        Types.optionalGroup()
            .addField(
                Types.repeatedGroup()
                    .optional(PrimitiveTypeName.DOUBLE)
                    .named("item")
                    .named("list"))
            .named("ds");
    assertTrue(ColumnType.DOUBLE_ARRAY.fits(item));
    assertFalse(ColumnType.DOUBLE.fits(item));
    assertFalse(ColumnType.FLOAT_ARRAY.fits(item));
    Type repeated = Types.repeated(PrimitiveTypeName.DOUBLE).named("ds");
    assertFalse(ColumnType.DOUBLE_ARRAY.fits(repeated));
    assertFalse(ColumnType.DOUBLE.fits(repeated));
  }

  @Test
  void damageIsAnErrorThatNamesTheFile() throws Exception {
    Path file = write();
    java.nio.file.Path local = dir.resolve("part-00000.parquet");
    byte[] bytes = Files.readAllBytes(local);
    Files.delete(dir.resolve(".part-00000.parquet.crc"));
    int read = 0;
    for (int at = 4; at < bytes.length; at += 97) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x55;
      Files.write(local, damaged);
      try (TableReader<Everything> reader = open(TABLE, file)) {
        for (Everything row : ROWS) {
          assertArrayEquals(FORM.cells(row), FORM.cells(reader.read()));
        }
        read++; // a byte that does not matter
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("part-00000.parquet"), e.getMessage());
      }
    }
    assertTrue(read < bytes.length / 97 / 2, read + " damaged files were read");
    Files.writeString(local, "no Parquet");
    try (TableReader<Everything> reader = open(TABLE, file)) {
      String message = assertThrows(IOException.class, reader::read).getMessage();
      assertEquals(0, message.indexOf(file + " cannot be read: "), message);
    }
  }
}

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
  private static final Table TABLE =
      Table.of(
          "everything",
          Column.of("s", ColumnType.STRING),
          Column.of("i", ColumnType.INT),
          Column.of("b", ColumnType.BIGINT),
          Column.of("f", ColumnType.FLOAT),
          Column.of("d", ColumnType.DOUBLE),
          Column.large("bytes", ColumnType.BINARY),
          Column.of("is", ColumnType.INT_ARRAY),
          Column.of("bs", ColumnType.BIGINT_ARRAY),
          Column.large("fs", ColumnType.FLOAT_ARRAY),
          Column.large("ds", ColumnType.DOUBLE_ARRAY),
          Column.large("ts", ColumnType.TINYINT_ARRAY));
  private static final Object[][] ROWS = {
    {
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
      new byte[] {-1, 0, 1, -128, 127}
    },
    new Object[11],
    {
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
      new byte[0]
    },
    {
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
      new byte[40]
    },
  };

  @TempDir java.nio.file.Path dir;

  private Path write() throws IOException {
    Path file = new Path(dir.resolve("part-00000.parquet").toUri());
    ((float[]) ROWS[3][8])[99_999] = 5;
    try (TableWriter writer = TableWriter.create(TABLE, file, new Configuration())) {
      for (Object[] row : ROWS) {
        writer.write(row);
      }
    }
    return file;
  }

  private static TableReader open(Table table, Path file) throws IOException {
    return TableReader.open(table, file, FilterCompat.NOOP, new Configuration());
  }

  @Test
  void everyTypeComesBack() throws Exception {
    try (TableReader reader = open(TABLE, write())) {
      for (Object[] row : ROWS) {
        assertArrayEquals(row, reader.read()); // deep, and exact
      }
      assertNull(reader.read());
    }
  }

  @Test
  void columnsAndRowsAreChosen() throws Exception {
    Table some =
        Table.of("some", Column.of("i", ColumnType.INT), Column.of("is", ColumnType.INT_ARRAY));
    Path file = write();
    FilterCompat.Filter filter =
        FilterCompat.get(FilterApi.in(FilterApi.intColumn("i"), new HashSet<>(List.of(0, 7))));
    try (TableReader reader = TableReader.open(some, file, filter, new Configuration())) {
      assertArrayEquals(new Object[] {0, new int[0]}, reader.read());
      assertArrayEquals(new Object[] {7, new int[1000]}, reader.read());
      assertNull(reader.read());
    }
  }

  @Test
  void otherColumnsAreRefused() throws Exception {
    Path file = write();
    for (Table other :
        new Table[] {
          Table.of("t", Column.of("absent", ColumnType.INT)),
          Table.of("t", Column.of("i", ColumnType.BIGINT))
        }) {
      try (TableReader reader = open(other, file)) {
        String message = assertThrows(IOException.class, reader::read).getMessage();
        assertTrue(message.startsWith(file + " has other columns: "), message);
      }
    }
  }

  /** DuckDB declares that elements may be null; older Arrow names them otherwise. */
  @Test
  void arraysOfOtherProgramsAreRead() throws Exception {
    Table table =
        Table.of("t", Column.of("s", ColumnType.STRING), Column.of("ds", ColumnType.DOUBLE_ARRAY));
    Path file = new Path(dir.resolve("other.parquet").toUri());
    String copy = "copy (select 'a' as s, [1.5, %s]::%s as ds) to '%s' (format parquet)";
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      statement.execute(copy.formatted("-2", "double[]", file.toUri().getPath()));
      try (TableReader reader = open(table, file)) {
        assertArrayEquals(new Object[] {"a", new double[] {1.5, -2}}, reader.read());
        assertNull(reader.read());
      }
      statement.execute(copy.formatted("null", "double[]", file.toUri().getPath()));
      try (TableReader reader = open(table, file)) {
        assertEquals(
            file + " cannot be read: an array has a null element",
            assertThrows(IOException.class, reader::read).getMessage());
      }
      statement.execute(copy.formatted("-2", "float[]", file.toUri().getPath()));
      try (TableReader reader = open(table, file)) {
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
      try (TableReader reader = open(TABLE, file)) {
        for (Object[] row : ROWS) {
          assertArrayEquals(row, reader.read());
        }
        read++; // a byte that does not matter
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("part-00000.parquet"), e.getMessage());
      }
    }
    assertTrue(read < bytes.length / 97 / 2, read + " damaged files were read");
    Files.writeString(local, "no Parquet");
    try (TableReader reader = open(TABLE, file)) {
      String message = assertThrows(IOException.class, reader::read).getMessage();
      assertEquals(0, message.indexOf(file + " cannot be read: "), message);
    }
  }
}

package curtain.jobs.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type, nulls included, read back by Spark and by DuckDB. */
@Tag("engine")
class TableWriterTest {
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
          Column.large("fs", ColumnType.FLOAT_ARRAY),
          Column.large("ds", ColumnType.DOUBLE_ARRAY),
          Column.large("ts", ColumnType.TINYINT_ARRAY));
  private static final Object[] FULL = {
    "Übung 図 \uD83D\uDE00",
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Float.MIN_VALUE,
    -0.1,
    new byte[] {0, -1, 127, -128},
    new int[] {3, 224, -1},
    new float[] {1.5f, Float.NaN, Float.NEGATIVE_INFINITY},
    new double[] {Math.PI},
    new byte[] {-1, 0, 1}
  };
  private static final Object[] EMPTY = {
    "", 0, 0L, 0f, 0d, new byte[0], new int[0], new float[0], new double[0], new byte[0]
  };
  private static final Object[] NULLS = new Object[10];

  @TempDir Path dir;

  private Path write(Object[]... rows) throws Exception {
    Path file = dir.resolve("part-00000.parquet");
    try (TableWriter writer =
        TableWriter.create(
            TABLE, new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())) {
      for (Object[] row : rows) {
        writer.write(row);
      }
      assertEquals(rows.length, writer.rows());
    }
    return file;
  }

  @Test
  void sparkReadsEveryType() throws Exception {
    Path file = write(FULL, EMPTY, NULLS);
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      org.apache.spark.sql.Dataset<Row> data = spark.read().parquet(file.toString());
      assertEquals(
          "struct<s:string,i:int,b:bigint,f:float,d:double,bytes:binary,is:array<int>,"
              + "fs:array<float>,ds:array<double>,ts:array<tinyint>>",
          data.schema().catalogString());
      List<Row> rows = data.collectAsList();
      assertEquals(3, rows.size());
      for (int r = 0; r < 2; r++) {
        Object[] expected = r == 0 ? FULL : EMPTY;
        for (int i = 0; i < 5; i++) {
          assertEquals(expected[i], rows.get(r).get(i));
        }
        assertArrayEquals((byte[]) expected[5], rows.get(r).<byte[]>getAs(5));
        for (int i = 6; i < 10; i++) {
          assertEquals(boxed(expected[i]), rows.get(r).getList(i));
        }
      }
      for (int i = 0; i < 10; i++) {
        assertTrue(rows.get(2).isNullAt(i));
      }
    }
  }

  @Test
  void duckDbReadsEveryType() throws Exception {
    Path file = write(FULL, EMPTY, NULLS);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      try (ResultSet types =
          statement.executeQuery("describe select * from read_parquet('" + file + "')")) {
        List<String> names = new ArrayList<>();
        while (types.next()) {
          names.add(types.getString(2));
        }
        assertEquals(
            List.of(
                "VARCHAR",
                "INTEGER",
                "BIGINT",
                "FLOAT",
                "DOUBLE",
                "BLOB",
                "INTEGER[]",
                "FLOAT[]",
                "DOUBLE[]",
                "TINYINT[]"),
            names);
      }
      try (ResultSet rows = statement.executeQuery("select * from read_parquet('" + file + "')")) {
        for (Object[] expected : List.of(FULL, EMPTY)) {
          assertTrue(rows.next());
          for (int i = 0; i < 5; i++) {
            assertEquals(expected[i], rows.getObject(i + 1));
          }
          assertArrayEquals((byte[]) expected[5], rows.getBytes(6));
          for (int i = 6; i < 10; i++) {
            assertEquals(
                boxed(expected[i]), Arrays.asList((Object[]) rows.getArray(i + 1).getArray()));
          }
        }
        assertTrue(rows.next());
        for (int i = 1; i <= 10; i++) {
          assertNull(rows.getObject(i));
        }
      }
    }
  }

  @Test
  void aTableWithoutRowsKeepsItsSchema() throws Exception {
    Path file = write();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select count(*), max(ds) from read_parquet('" + file + "')")) {
      assertTrue(rows.next());
      assertEquals(0, rows.getLong(1));
    }
  }

  @Test
  void largeRowsAreFlushedInGroupsOfBoundedSize() throws Exception {
    Object[] row = NULLS.clone();
    byte[] noise = new byte[1 << 20];
    new java.util.Random(314).nextBytes(noise);
    row[5] = noise;
    Object[][] rows = new Object[150][];
    Arrays.fill(rows, row);
    Path file = write(rows);
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      List<BlockMetaData> groups = reader.getFooter().getBlocks();
      assertTrue(groups.size() >= 3, "row groups: " + groups.size());
      for (BlockMetaData group : groups) {
        assertTrue(group.getCompressedSize() < 80L << 20, "bytes: " + group.getCompressedSize());
        assertEquals(CompressionCodecName.ZSTD, group.getColumns().get(5).getCodec());
      }
    }
  }

  @Test
  void aRowThatDoesNotFitIsRefused() throws Exception {
    try (TableWriter writer =
        TableWriter.create(
            Table.ERRORS,
            new org.apache.hadoop.fs.Path(dir.resolve("e.parquet").toUri()),
            new Configuration())) {
      assertEquals(
          "column ordinal takes Long, not Integer",
          assertThrows(IllegalArgumentException.class, () -> writer.write("a", 1, "b"))
              .getMessage());
      assertEquals(
          "table errors has 3 columns, the row 1",
          assertThrows(IllegalArgumentException.class, () -> writer.write("a")).getMessage());
    }
  }

  private static List<Object> boxed(Object array) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < java.lang.reflect.Array.getLength(array); i++) {
      list.add(java.lang.reflect.Array.get(array, i));
    }
    return list;
  }
}

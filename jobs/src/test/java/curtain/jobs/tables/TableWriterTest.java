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
  @SuppressWarnings("ArrayRecordComponent") // compared by what the arrays hold
  private record Everything(
      @Col(doc = "text") String s,
      Integer i,
      Long b,
      Float f,
      Double d,
      @Col(doc = "bytes", large = true) byte[] bytes,
      int[] is,
      @Col(doc = "floats", large = true) float[] fs,
      @Col(doc = "doubles", large = true) double[] ds,
      @Col(doc = "bytes, each a number", large = true, type = ColumnType.TINYINT_ARRAY)
          byte[] ts) {}

  private static final Table<Everything> TABLE = Table.of("everything", Everything.class);
  private static final RowForm<Everything> FORM = new RowForm<>(TABLE);
  private static final Everything FULL =
      new Everything(
          "Übung 図 \uD83D\uDE00",
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          Float.MIN_VALUE,
          -0.1,
          new byte[] {0, -1, 127, -128},
          new int[] {3, 224, -1},
          new float[] {1.5f, Float.NaN, Float.NEGATIVE_INFINITY},
          new double[] {Math.PI},
          new byte[] {-1, 0, 1});
  private static final Everything EMPTY =
      new Everything(
          "", 0, 0L, 0f, 0d, new byte[0], new int[0], new float[0], new double[0], new byte[0]);
  private static final Everything NULLS =
      new Everything(null, null, null, null, null, null, null, null, null, null);

  @TempDir Path dir;

  private Path write(Everything... rows) throws Exception {
    Path file = dir.resolve("part-00000.parquet");
    try (TableWriter writer =
        TableWriter.create(
            TABLE, new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())) {
      for (Everything row : rows) {
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
        Object[] expected = FORM.cells(r == 0 ? FULL : EMPTY);
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
        for (Everything row : List.of(FULL, EMPTY)) {
          Object[] expected = FORM.cells(row);
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
    byte[] noise = new byte[1 << 20];
    new java.util.Random(314).nextBytes(noise);
    Everything row = new Everything(null, null, null, null, null, noise, null, null, null, null);
    Everything[] rows = new Everything[150];
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
          "table errors takes ErrorRow, not Everything",
          assertThrows(IllegalArgumentException.class, () -> writer.write(FULL)).getMessage());
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

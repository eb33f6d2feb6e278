package curtain.jobs.task;

import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.jobs.tables.TableReader;
import curtain.jobs.tables.TableWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.filter2.compat.FilterCompat;

/**
 * Keeps an image's rows on disk until the last one is known, so that an image has either all of its
 * rows or an error, also where they do not fit into memory. They are in files of {@code
 * java.io.tmpdir}, one for each table, which take as much room as the rows in the output.
 */
public final class HeldRows implements Rows, Closeable {
  /** The size of a row group, small since many of these files are open at once. */
  private static final long ROW_GROUP_BYTES = 1L << 20;

  private final Path directory;
  private final Configuration conf = new Configuration();
  private final Map<Table<?>, TableWriter> writers = new LinkedHashMap<>();
  private final List<Table<?>> tables = new ArrayList<>();

  /**
   * Makes a directory for the files.
   *
   * @throws IOException when it cannot be made
   */
  public HeldRows() throws IOException {
    this.directory = Files.createTempDirectory("curtain-rows");
  }

  @Override
  public void add(Table<?> table, Record row) throws IOException {
    TableWriter writer = writers.get(table);
    if (writer == null) {
      writer = TableWriter.create(table, file(table), conf, ROW_GROUP_BYTES);
      writers.put(table, writer);
    }
    writer.write(row);
    tables.add(table);
  }

  private org.apache.hadoop.fs.Path file(Table<?> table) {
    return new org.apache.hadoop.fs.Path(directory.resolve(table.name()).toUri());
  }

  /**
   * Hands all rows over, in the order they were added; none can be added after that.
   *
   * @throws IOException when storage fails
   */
  public void copyTo(Rows rows) throws IOException {
    Map<Table<?>, TableReader<?>> readers = new LinkedHashMap<>();
    try {
      for (Map.Entry<Table<?>, TableWriter> entry : writers.entrySet()) {
        entry.getValue().close();
        Table<?> table = entry.getKey();
        readers.put(table, TableReader.open(table, file(table), FilterCompat.NOOP, conf));
      }
      for (Table<?> table : tables) {
        rows.add(table, readers.get(table).read());
      }
    } finally {
      for (TableReader<?> reader : readers.values()) {
        reader.close();
      }
    }
  }

  /** Deletes the files. */
  @Override
  public void close() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try {
      for (TableWriter writer : writers.values()) {
        writer.close();
      }
    } finally {
      List<Path> files;
      try (Stream<Path> all = Files.list(directory)) {
        files = all.toList();
      }
      for (Path each : files) {
        Files.delete(each);
      }
      Files.delete(directory);
    }
  }
}

package curtain.jobs.tables;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InvalidRecordException;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/**
 * Reads the rows of one Parquet file, in order. {@link TableWriter} or another program may have
 * written it; arrays must have no null elements. Page checksums are verified. Memory: one row group
 * of the columns that are read, and one row.
 */
public final class TableReader<R extends Record> implements Closeable {
  /** Takes rows. */
  @FunctionalInterface
  public interface Consumer<R> {
    /**
     * Takes one row.
     *
     * @throws IOException when the consumer cannot go on
     */
    void accept(R row) throws IOException;
  }

  private final Path file;
  private final RowForm<R> form;
  private final ParquetReader<Object[]> reader;

  private TableReader(Path file, RowForm<R> form, ParquetReader<Object[]> reader) {
    this.file = file;
    this.form = form;
    this.reader = reader;
  }

  /**
   * Opens a file.
   *
   * @param table the columns to read, by name
   * @param rows the rows to read; others are not decoded where the file's statistics exclude them
   * @throws IOException naming the file where it cannot be opened
   */
  public static <R extends Record> TableReader<R> open(
      Table<R> table, Path file, FilterCompat.Filter rows, Configuration conf) throws IOException {
    Configuration verifying = new Configuration(conf);
    verifying.setBoolean(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, true);
    return new TableReader<>(
        file,
        new RowForm<>(table),
        new Builder(table, HadoopInputFile.fromPath(file, verifying)).withFilter(rows).build());
  }

  /**
   * Reads all rows of a file, in order.
   *
   * @throws IOException naming the file where it is damaged, lacks a column or has it in another
   *     type
   */
  public static <R extends Record> void forEach(
      Table<R> table, Path file, Configuration conf, Consumer<R> rows) throws IOException {
    forEach(table, file, FilterCompat.NOOP, conf, rows);
  }

  /**
   * Reads some rows of a file, in order.
   *
   * @param wanted the rows to read
   * @throws IOException naming the file where it is damaged, lacks a column or has it in another
   *     type
   */
  public static <R extends Record> void forEach(
      Table<R> table, Path file, FilterCompat.Filter wanted, Configuration conf, Consumer<R> rows)
      throws IOException {
    try (TableReader<R> reader = open(table, file, wanted, conf)) {
      for (R row = reader.read(); row != null; row = reader.read()) {
        rows.accept(row);
      }
    }
  }

  /**
   * Reads the next row, or null after the last.
   *
   * @throws IOException naming the file where it is damaged, lacks a column or has it in another
   *     type, or a value is null whose component is primitive
   */
  public R read() throws IOException {
    Object[] cells = cells();
    if (cells == null) {
      return null;
    }
    try {
      return form.row(cells);
    } catch (IOException e) {
      throw new IOException(file + " has " + e.getMessage(), e);
    }
  }

  private Object[] cells() throws IOException {
    try {
      return reader.read();
    } catch (InvalidRecordException e) {
      throw new IOException(file + " has other columns: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) { // parquet-mr wraps exceptions from within a page
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(file + " cannot be read: " + cause.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Takes the file's settings; that of a path reads Hadoop's own, XML in a jar, for each file. */
  private static final class Builder extends ParquetReader.Builder<Object[]> {
    private final Table<?> table;

    Builder(Table<?> table, HadoopInputFile file) {
      super(file);
      this.table = table;
    }

    @Override
    protected ReadSupport<Object[]> getReadSupport() {
      return new RowReadSupport(table);
    }
  }

  private static final class RowReadSupport extends ReadSupport<Object[]> {
    private final Table<?> table;

    RowReadSupport(Table<?> table) {
      this.table = table;
    }

    @Override
    public ReadContext init(InitContext context) {
      MessageType wanted = table.parquetSchema(context.getFileSchema());
      context.getFileSchema().checkContains(wanted);
      return new ReadContext(wanted);
    }

    @Override
    public RecordMaterializer<Object[]> prepareForRead(
        Configuration conf,
        Map<String, String> metadata,
        MessageType fileSchema,
        ReadContext context) {
      return new RowMaterializer(new RowConverter(table.columns()));
    }
  }

  private static final class RowMaterializer extends RecordMaterializer<Object[]> {
    private final RowConverter converter;

    RowMaterializer(RowConverter converter) {
      this.converter = converter;
    }

    @Override
    public Object[] getCurrentRecord() {
      return converter.row();
    }

    @Override
    public GroupConverter getRootConverter() {
      return converter;
    }
  }
}

package curtain.jobs.tables;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Writes one Parquet file of a table: zstd, format version 1 (which every reader knows), pages with
 * checksums. The size of the buffer is checked after every row, so that memory stays within about
 * one row group and one row, also where a row has megabytes.
 */
public final class TableWriter implements Closeable {
  /** The size of a row group, bytes of compressed pages. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final ParquetWriter<Record> writer;
  private long rows;

  private TableWriter(ParquetWriter<Record> writer) {
    this.writer = writer;
  }

  /**
   * Opens a file, replacing an existing one.
   *
   * @throws IOException when it cannot be created
   */
  public static TableWriter create(Table<?> table, Path file, Configuration conf)
      throws IOException {
    return create(table, file, conf, ROW_GROUP_BYTES);
  }

  /**
   * Opens a file that need not be of a file system of Hadoop's.
   *
   * @throws IOException when it cannot be created
   */
  public static TableWriter create(Table<?> table, OutputFile file, Configuration conf)
      throws IOException {
    return create(table, file, conf, ROW_GROUP_BYTES);
  }

  /**
   * Opens a file, replacing an existing one.
   *
   * @param rowGroupBytes size of a row group, and about the memory that is taken, bytes
   * @throws IOException when it cannot be created
   */
  public static TableWriter create(
      Table<?> table, Path file, Configuration conf, long rowGroupBytes) throws IOException {
    return create(table, HadoopOutputFile.fromPath(file, conf), conf, rowGroupBytes);
  }

  private static TableWriter create(
      Table<?> table, OutputFile file, Configuration conf, long rowGroupBytes) throws IOException {
    Builder builder =
        new Builder(file, table)
            .withConf(conf)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(rowGroupBytes)
            .withMinRowCountForPageSizeCheck(1)
            .withPageWriteChecksumEnabled(true);
    for (Column column : table.columns()) {
      builder.withDictionaryEncoding(column.type().leaf(column.name()), !column.large());
    }
    return new TableWriter(builder.build());
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException when the row is not the table's record, or a component without
   *     a column is not null
   * @throws IOException when storage fails
   */
  public void write(Record row) throws IOException {
    writer.write(row);
    rows++;
  }

  /** The number of rows added so far. */
  public long rows() {
    return rows;
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Builder extends ParquetWriter.Builder<Record, Builder> {
    private final Table<?> table;

    Builder(OutputFile file, Table<?> table) {
      super(file);
      this.table = table;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Record> getWriteSupport(Configuration conf) {
      return new RowWriteSupport(table);
    }
  }

  private static final class RowWriteSupport extends WriteSupport<Record> {
    private final Table<?> table;
    private final RowForm<?> form;
    private RecordConsumer consumer;

    RowWriteSupport(Table<?> table) {
      this.table = table;
      this.form = new RowForm<>(table);
    }

    @Override
    public WriteContext init(Configuration conf) {
      return new WriteContext(table.parquetSchema(), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      this.consumer = recordConsumer;
    }

    @Override
    public void write(Record row) {
      Object[] cells = form.cells(row);
      consumer.startMessage();
      List<Column> columns = table.columns();
      for (int i = 0; i < cells.length; i++) {
        if (cells[i] == null) {
          continue;
        }
        Column column = columns.get(i);
        consumer.startField(column.name(), i);
        column.type().write(consumer, cells[i]);
        consumer.endField(column.name(), i);
      }
      consumer.endMessage();
    }
  }
}

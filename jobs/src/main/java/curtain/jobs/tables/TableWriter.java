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
 * checksums. The size of what is buffered is looked at after every row, so that rows of megabytes
 * do not pile up: memory stays within about one row group and one row.
 */
public final class TableWriter implements Closeable {
  /** Bytes of a row group, pages compressed. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final Table table;
  private final ParquetWriter<Object[]> writer;
  private long rows;

  private TableWriter(Table table, ParquetWriter<Object[]> writer) {
    this.table = table;
    this.writer = writer;
  }

  /**
   * Opens a file, replacing one that is there.
   *
   * @throws IOException when it cannot be made
   */
  public static TableWriter create(Table table, Path file, Configuration conf) throws IOException {
    Builder builder =
        new Builder(HadoopOutputFile.fromPath(file, conf), table)
            .withConf(conf)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withMinRowCountForPageSizeCheck(1)
            .withPageWriteChecksumEnabled(true);
    for (Column column : table.columns()) {
      builder.withDictionaryEncoding(column.type().leaf(column.name()), !column.large());
    }
    return new TableWriter(table, builder.build());
  }

  /**
   * Adds a row.
   *
   * @param row one value for each column, see {@link Table}
   * @throws IllegalArgumentException when the row does not fit the table
   * @throws IOException when storage fails
   */
  public void write(Object... row) throws IOException {
    table.check(row);
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

  private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {
    private final Table table;

    Builder(OutputFile file, Table table) {
      super(file);
      this.table = table;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Object[]> getWriteSupport(Configuration conf) {
      return new RowWriteSupport(table);
    }
  }

  private static final class RowWriteSupport extends WriteSupport<Object[]> {
    private final Table table;
    private RecordConsumer consumer;

    RowWriteSupport(Table table) {
      this.table = table;
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
    public void write(Object[] row) {
      consumer.startMessage();
      List<Column> columns = table.columns();
      for (int i = 0; i < row.length; i++) {
        if (row[i] == null) {
          continue;
        }
        Column column = columns.get(i);
        consumer.startField(column.name(), i);
        column.type().write(consumer, row[i]);
        consumer.endField(column.name(), i);
      }
      consumer.endMessage();
    }
  }
}

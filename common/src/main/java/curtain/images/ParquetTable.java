package curtain.images;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Rows of one Parquet file by number, of chosen columns. Page checksums are verified, so that
 * flipped bytes are an error where the writer stored any. Memory: the chosen columns of one row
 * group.
 */
final class ParquetTable implements Closeable {
  private final Path path;
  private final ParquetFileReader reader;
  private final MessageType schema;
  private MessageType projection;
  private RecordReader<Group> records;
  private long nextRow; // the row that records.read() yields next
  private long groupEnd; // first row after the open row group
  private long brokenFrom = Long.MAX_VALUE; // rows of the open group from here on cannot be read

  private ParquetTable(Path path, ParquetFileReader reader) {
    this.path = path;
    this.reader = reader;
    this.schema = reader.getFileMetaData().getSchema();
    this.projection = schema;
  }

  /** Opens a file and reads its footer; a damaged one is an IOException that names the file. */
  static ParquetTable open(Path path, Configuration conf) throws IOException {
    try {
      return new ParquetTable(
          path,
          ParquetFileReader.open(
              HadoopInputFile.fromPath(path, conf),
              HadoopReadOptions.builder(conf, path).usePageChecksumVerification(true).build()));
    } catch (RuntimeException e) {
      throw new IOException(path + " is no readable Parquet file: " + Storage.oneLine(e), e);
    }
  }

  MessageType schema() {
    return schema;
  }

  long rows() {
    return reader.getRecordCount();
  }

  /**
   * Chooses top-level columns, before the first row is read; names that are absent are left out.
   */
  void choose(String... columns) {
    List<Type> fields = new ArrayList<>();
    for (String column : columns) {
      if (schema.containsField(column)) {
        fields.add(schema.getType(column));
      }
    }
    choose(new MessageType(schema.getName(), fields));
  }

  /** Chooses columns by a schema that is part of the file's. */
  void choose(MessageType columns) {
    projection = columns;
    reader.setRequestedSchema(columns);
  }

  /**
   * One row. Fast where rows ascend.
   *
   * @throws BadImageException where its pages are corrupt
   * @throws IOException where storage fails
   */
  Group row(long row) throws IOException, BadImageException {
    if (records == null || row < nextRow || row >= groupEnd) {
      if (row >= brokenFrom && row < groupEnd) {
        throw corrupt(null);
      }
      openGroup(row);
    }
    if (row >= brokenFrom) {
      throw corrupt(null);
    }
    try {
      Group group = null;
      while (nextRow <= row) {
        group = records.read();
        nextRow++;
      }
      return group;
    } catch (RuntimeException e) { // parquet-mr wraps what it finds in a page
      brokenFrom = nextRow;
      throw corrupt(e);
    }
  }

  private void openGroup(long row) throws IOException, BadImageException {
    long start = 0;
    int index = 0;
    List<BlockMetaData> groups = reader.getRowGroups();
    while (index < groups.size() && start + groups.get(index).getRowCount() <= row) {
      start += groups.get(index).getRowCount();
      index++;
    }
    if (index == groups.size()) {
      throw new IOException(path + " has no row " + row + "; it changed since it was listed");
    }
    nextRow = start;
    groupEnd = start + groups.get(index).getRowCount();
    brokenFrom = Long.MAX_VALUE;
    records = null;
    try {
      PageReadStore pages = reader.readRowGroup(index);
      records =
          new ColumnIOFactory()
              .getColumnIO(projection, schema)
              .getRecordReader(pages, new GroupRecordConverter(projection));
    } catch (RuntimeException | java.io.EOFException e) {
      brokenFrom = start;
      throw corrupt(e);
    }
  }

  private BadImageException corrupt(Throwable cause) {
    String detail = cause == null ? "" : ": " + Storage.oneLine(cause);
    return new BadImageException("corrupt Parquet page in " + path.getName() + detail, cause);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

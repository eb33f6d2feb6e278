package curtain.images.parquet;

import curtain.OneLine;
import curtain.images.source.BadImageException;
import curtain.images.source.GitLfs;
import curtain.images.source.SourceFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import shaded.parquet.org.apache.thrift.TException;

/**
 * Rows of one Parquet file by number, of chosen columns. Page checksums are verified, so that
 * flipped bytes are an error where the writer stored any. Memory: the chosen columns of one row
 * group.
 */
public final class ParquetTable implements Closeable {
  /**
   * The most values that a column may have for each byte of the file. Equal values are packed into
   * few bytes.
   */
  private static final long MOST_VALUES = 64;

  private static final int TAIL = 8; // the footer's length and the magic number

  private final Path path;
  private final ParquetFileReader reader;
  private final CheckedColumns columns;
  private final PageInflaters inflaters;
  private final MessageType schema;
  private final long rows;
  private MessageType projection;
  private RecordReader<Group> records;
  private long nextRow; // the row that records.read() yields next
  private long groupEnd; // first row after the open row group
  private long groupBytes; // of the chosen columns of the open group
  private long brokenFrom = Long.MAX_VALUE; // rows of the open group from here on cannot be read
  private boolean noMemory; // whether they cannot for want of memory

  private ParquetTable(
      Path path, ParquetFileReader reader, CheckedColumns columns, PageInflaters inflaters) {
    this.path = path;
    this.inflaters = inflaters;
    this.reader = reader;
    this.columns = columns;
    this.schema = reader.getFileMetaData().getSchema();
    this.rows = reader.getRowGroups().stream().mapToLong(BlockMetaData::getRowCount).sum();
    this.projection = schema;
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws IOException naming the file, where it is damaged or storage fails
   */
  public static ParquetTable open(Path path, Configuration conf) throws IOException {
    try {
      CheckedColumns file = new CheckedColumns(input(path, conf));
      checkFooter(file);
      PageInflaters inflaters = new PageInflaters(conf);
      ParquetFileReader reader =
          ParquetFileReader.open(
              file,
              HadoopReadOptions.builder(conf, path)
                  .usePageChecksumVerification(true)
                  .withCodecFactory(inflaters)
                  .build());
      try {
        checkGroups(reader.getRowGroups(), file.getLength());
        return new ParquetTable(path, reader, file, inflaters);
      } catch (IOException | RuntimeException | Error e) {
        reader.close();
        throw e;
      }
    } catch (OutOfMemoryError e) {
      throw new IOException(path + ": no memory for its footer; give more memory", e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      boolean unknown = e instanceof NullPointerException && OneLine.of(e).contains("LogicalType");
      throw new IOException(
          path
              + (unknown
                  ? " has a column of a type that the Parquet library here does not know, such as"
                      + " float16; write the file anew without it, or as float"
                  : " is no readable Parquet file: " + OneLine.of(e)),
          e);
    }
  }

  private static InputFile input(Path path, Configuration conf) throws IOException {
    return SourceFiles.isLocal(path.getFileSystem(conf))
        ? new LocalInput(path, conf)
        : HadoopInputFile.fromPath(path, conf);
  }

  /** A file of this machine, which may have a name that Hadoop's local file system has not. */
  private record LocalInput(Path path, Configuration conf) implements InputFile {
    @Override
    public long getLength() throws IOException {
      return SourceFiles.length(path, conf);
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      return HadoopStreams.wrap(SourceFiles.open(path, conf));
    }
  }

  /** Compares what the footer claims of itself with its bytes, before parquet-mr believes it. */
  private static void checkFooter(InputFile file) throws IOException {
    long size = file.getLength();
    if (size < TAIL + 4) {
      throw new IOException("it is cut off");
    }
    try (SeekableInputStream in = file.newStream()) {
      byte[] tail = new byte[TAIL];
      in.seek(size - TAIL);
      in.readFully(tail);
      ByteBuffer end = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
      int length = end.getInt();
      if (end.getInt() != 0x31524150) { // PAR1
        if (isPointer(in, size)) {
          throw new IOException("it is " + GitLfs.POINTER);
        }
        throw new IOException("it does not end as one, so it is cut off or encrypted");
      }
      if (length < 0 || length > size - TAIL - 4) {
        throw new IOException("its footer claims " + length + " bytes of " + size);
      }
      byte[] footer = new byte[length];
      in.seek(size - TAIL - length);
      in.readFully(footer);
      ThriftStructure.pass(ByteBufferInputStream.wrap(ByteBuffer.wrap(footer)));
    }
  }

  private static boolean isPointer(SeekableInputStream in, long size) throws IOException {
    byte[] start = new byte[(int) Math.min(size, GitLfs.HEAD)];
    in.seek(0);
    in.readFully(start);
    return GitLfs.isPointer(start);
  }

  /**
   * Checks that columns lie in the file and together are not larger, and that there are no more
   * rows than bytes.
   */
  private static void checkGroups(List<BlockMetaData> groups, long size) throws IOException {
    long rows = 0;
    long bytes = 0;
    for (BlockMetaData group : groups) {
      for (ColumnChunkMetaData column : group.getColumns()) {
        long start = column.getStartingPos();
        long length = column.getTotalSize();
        if (start < 0 || length < 0 || length > size || start > size - length) {
          throw new IOException(
              "its footer claims " + length + " bytes from byte " + start + " of " + size);
        }
        if (column.getValueCount() < 0 || column.getValueCount() > MOST_VALUES * size) {
          throw new IOException("its footer claims " + column.getValueCount() + " values");
        }
        bytes += length;
      }
      long count = group.getRowCount();
      if (count < 0 || count > size - rows || bytes > size) {
        throw new IOException("its footer claims more rows or columns than its bytes can hold");
      }
      rows += count;
    }
  }

  /** The columns of the file, whichever were chosen. */
  public MessageType schema() {
    return schema;
  }

  long rows() {
    return rows;
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

  /**
   * Checks that the chosen columns can be decompressed here.
   *
   * @throws IOException naming the codec that is not on the class path
   */
  void requireCodecs() throws IOException {
    Set<ColumnPath> chosen = chosen();
    for (BlockMetaData group : reader.getRowGroups()) {
      for (ColumnChunkMetaData column : group.getColumns()) {
        if (chosen.contains(column.getPath()) && !inflaters.has(column.getCodec())) {
          throw new IOException(
              path
                  + " is compressed by "
                  + column.getCodec()
                  + ", of which there is no codec on the class path; write it anew with zstd,"
                  + " snappy or gzip");
        }
      }
    }
  }

  private Set<ColumnPath> chosen() {
    return projection.getColumns().stream()
        .map(column -> ColumnPath.get(column.getPath()))
        .collect(Collectors.toSet());
  }

  /** Chooses columns by a schema that is part of the file's. */
  void choose(MessageType columns) {
    projection = columns;
    reader.setRequestedSchema(columns);
  }

  /**
   * Reads a row; fast where rows ascend.
   *
   * @throws BadImageException where its pages are corrupt, or there is no memory for them
   * @throws IOException where storage fails
   */
  Group row(long row) throws IOException, BadImageException {
    if (row >= brokenFrom && row < groupEnd) {
      throw broken(null);
    }
    if (records == null || row < nextRow || row >= groupEnd) {
      openGroup(row);
    }
    try {
      Group group = null;
      while (nextRow <= row) {
        group = records.read();
        nextRow++;
      }
      if (group == null) {
        throw new IllegalStateException("it has fewer rows than its footer claims");
      }
      return group;
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      // parquet-mr wraps what it finds in a page, takes memory by its numbers, and may lack a codec
      throw brokenFrom(nextRow, e);
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
    Set<ColumnPath> chosen = chosen();
    List<ColumnChunkMetaData> wanted =
        groups.get(index).getColumns().stream()
            .filter(column -> chosen.contains(column.getPath()))
            .toList();
    groupBytes =
        wanted.stream()
            .mapToLong(column -> Math.max(column.getTotalSize(), column.getTotalUncompressedSize()))
            .sum();
    try {
      columns.expect(wanted);
      PageReadStore pages = reader.readRowGroup(index);
      records =
          new ColumnIOFactory()
              .getColumnIO(projection, schema)
              .getRecordReader(pages, new GroupRecordConverter(projection));
    } catch (RuntimeException | java.io.EOFException | OutOfMemoryError | LinkageError e) {
      throw brokenFrom(start, e);
    } catch (IOException e) {
      if (e instanceof CheckedColumns.DamagedException
          || e.getCause() instanceof TException) { // of a page's header, which is in memory already
        throw brokenFrom(start, e);
      }
      throw new IOException(path + " cannot be read: " + OneLine.of(e), e);
    } finally {
      columns.forget();
    }
  }

  /** Gives up the open group from a row on, and the memory that it takes. */
  private BadImageException brokenFrom(long row, Throwable cause) {
    brokenFrom = row;
    noMemory = cause instanceof OutOfMemoryError;
    records = null;
    return broken(cause);
  }

  private BadImageException broken(Throwable cause) {
    if (noMemory) {
      return new BadImageException(
          String.format(
              Locale.ROOT,
              "no memory for a row group of %d MiB in %s; give more memory, or write smaller row"
                  + " groups",
              groupBytes / (1 << 20) + 1,
              path.getName()),
          cause);
    }
    String detail = cause == null ? "" : ": " + OneLine.of(cause);
    return new BadImageException("corrupt Parquet page in " + path.getName() + detail, cause);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}

package curtain.images.parquet;

import curtain.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A Parquet file that looks at a row group's columns as they are read, and compares what the
 * headers of their pages claim with their bytes: parquet-mr takes memory by such a claim, up to 2
 * GiB, before it finds that the bytes are not there. Nothing is read twice or copied.
 */
final class CheckedColumns implements InputFile {
  /**
   * Bytes that a page may reach beyond its column: old writers did not count a header in the
   * column's size, and parquet-mr reads on behind it.
   */
  private static final int FORGOTTEN = 1 << 12;

  /** Fields of a page's header, as {@link ThriftStructure#key} names them. */
  private static final long UNPACKED = ThriftStructure.key(0, 2);

  private static final long PACKED = ThriftStructure.key(0, 3);
  private static final long VALUES = ThriftStructure.key(5, 1);
  private static final long DICTIONARY_VALUES = ThriftStructure.key(7, 1);
  private static final long VALUES_V2 = ThriftStructure.key(8, 1);
  private static final long DEFINITIONS_V2 = ThriftStructure.key(8, 5);
  private static final long REPETITIONS_V2 = ThriftStructure.key(8, 6);

  private final InputFile file;
  private final List<ColumnChunkMetaData> expected = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private long missing;

  CheckedColumns(InputFile file) {
    this.file = file;
  }

  /** Bytes that were read, and where they begin in the file. */
  private record Piece(long start, ByteBuffer bytes) {}

  /** Thrown for a damaged header, as opposed to storage that fails. */
  static final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String problem) {
      super(problem);
    }
  }

  /**
   * Sets which columns are read next; they are checked as soon as all of their bytes have been
   * read.
   *
   * @throws DamagedException where there is nothing to read and a column claims values
   */
  void expect(List<ColumnChunkMetaData> columns) throws IOException {
    forget();
    expected.addAll(columns);
    missing = columns.stream().mapToLong(ColumnChunkMetaData::getTotalSize).sum();
    if (missing == 0) {
      checkAll();
    }
  }

  /** Lets go of the bytes of columns that are not read to their end. */
  void forget() {
    expected.clear();
    pieces.clear();
    missing = 0;
  }

  @Override
  public long getLength() throws IOException {
    return file.getLength();
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    return new Stream(file.newStream());
  }

  private void look(long start, ByteBuffer bytes) throws IOException {
    if (missing == 0) {
      return;
    }
    pieces.add(new Piece(start, bytes));
    missing -= bytes.remaining();
    if (missing <= 0) {
      missing = 0;
      checkAll();
    }
  }

  private void checkAll() throws IOException {
    try {
      for (ColumnChunkMetaData column : expected) {
        check(column);
      }
    } finally {
      pieces.clear();
    }
  }

  private void check(ColumnChunkMetaData column) throws IOException {
    ByteBufferInputStream in = ByteBufferInputStream.wrap(bytes(column));
    long values = 0;
    try {
      while (values < column.getValueCount()) {
        Map<Long, Long> header = ThriftStructure.pass(in);
        long packed = header.getOrDefault(PACKED, -1L);
        long unpacked = header.getOrDefault(UNPACKED, -1L);
        long valuesV1 = header.getOrDefault(VALUES, 0L);
        long valuesV2 = header.getOrDefault(VALUES_V2, 0L);
        long inPage = valuesV1 + valuesV2; // a page has one, the other would hide it
        long definitions = header.getOrDefault(DEFINITIONS_V2, 0L);
        long repetitions = header.getOrDefault(REPETITIONS_V2, 0L);
        if (packed < 0
            || packed > in.available() + FORGOTTEN
            || unpacked < 0
            || valuesV1 < 0
            || valuesV2 < 0
            || definitions < 0
            || repetitions < 0
            || definitions + repetitions > packed
            || inPage > column.getValueCount() - values
            || header.getOrDefault(DICTIONARY_VALUES, 0L) > unpacked) {
          throw new IOException("a page's header claims more than there is");
        }
        values += inPage;
        if (values < column.getValueCount()) {
          in.skipFully(packed);
        }
      }
    } catch (IOException e) { // in memory: storage has no part in it
      throw new DamagedException("column " + column.getPath().toDotString() + ": " + OneLine.of(e));
    }
  }

  private List<ByteBuffer> bytes(ColumnChunkMetaData column) {
    List<ByteBuffer> bytes = new ArrayList<>();
    long start = column.getStartingPos();
    long end = start + column.getTotalSize();
    for (Piece piece : pieces) {
      long from = Math.max(start, piece.start);
      long to = Math.min(end, piece.start + piece.bytes.remaining());
      if (from < to) {
        bytes.add(piece.bytes.slice((int) (from - piece.start), (int) (to - from)));
      }
    }
    return bytes;
  }

  /**
   * A stream that remembers what it reads. Parquet-mr reads columns by {@link
   * #readFully(ByteBuffer)} alone.
   */
  private final class Stream extends SeekableInputStream {
    private final SeekableInputStream in;

    private Stream(SeekableInputStream in) {
      this.in = in;
    }

    @Override
    public void readFully(ByteBuffer buffer) throws IOException {
      long start = in.getPos();
      ByteBuffer bytes = buffer.slice();
      in.readFully(buffer);
      look(start, bytes);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
      return in.read(buffer);
    }

    @Override
    public void readFully(byte[] bytes) throws IOException {
      in.readFully(bytes);
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
      in.readFully(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}

package curtain.images.tar;

import curtain.images.source.Member;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The headers of a tar. On its way to the next header the library reads an entry's data, and for a
 * sparse entry makes the zeros that the archive leaves out, of which a header may claim any number;
 * it counts them too, so later positions are wrong. Here data are skipped before it looks at them.
 */
final class TarHeaders extends TarArchiveInputStream {
  private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

  // Where the fields of a header begin; each ends at its first 0 or where the next one begins.
  private static final int NAME = 0;
  private static final int MODE = 100;
  private static final int LINK = 157;
  private static final int MAGIC = 257;
  private static final int PREFIX = 345;

  private final PushbackInputStream archive;
  private final LongSupplier position;
  private final long start;
  private byte[] last; // the record read last, a header or of the mark of the end

  /**
   * Reads an archive from its start.
   *
   * @param file what holds the archive, and perhaps others behind it
   * @param position how many bytes of the file have been read or skipped
   */
  TarHeaders(InputStream file, LongSupplier position) {
    this(new PushbackInputStream(file, RECORD), position, 0);
  }

  // With blocks of one record the library reads nothing behind the mark of an archive's end.
  private TarHeaders(PushbackInputStream archive, LongSupplier position, long start) {
    super(archive, RECORD, RECORD, StandardCharsets.UTF_8.name());
    this.archive = archive;
    this.position = position;
    this.start = start;
  }

  /** Where in the file the archive begins. */
  long start() {
    return start;
  }

  /**
   * The archive that lies behind this one, whose end has been read, as {@code cat} puts them:
   * headers of a right checksum behind records of zeros. Whatever else lies there is no archive.
   */
  Optional<TarHeaders> next() throws IOException {
    byte[] record = last; // of the mark, or where that is one record only, what follows it
    while (record != null && isEOFRecord(record)) {
      byte[] next = archive.readNBytes(RECORD);
      record = next.length == RECORD ? next : null;
    }
    if (record == null || !isHeader(record)) {
      return Optional.empty();
    }
    long next = position.getAsLong() - RECORD;
    archive.unread(record);
    return Optional.of(new TarHeaders(archive, position, next));
  }

  private static boolean isHeader(byte[] record) {
    try {
      return TarUtils.verifyCheckSum(record);
    } catch (IllegalArgumentException e) { // where a checksum would be, is no number
      return false;
    }
  }

  @Override
  protected byte[] readRecord() throws IOException {
    byte[] record = super.readRecord();
    last = record == null ? null : record.clone();
    return record;
  }

  /** The id of the current entry's name, see {@link Member#id(byte[])}. */
  String id() {
    String name = getCurrentEntry().getName();
    String bytes = field(NAME, MODE);
    String prefix = field(MAGIC, PREFIX).equals("ustar") ? field(PREFIX, RECORD) : "";
    return id(name, prefix.isEmpty() ? bytes : prefix + "/" + bytes);
  }

  /** The id of the name that the current entry, a link, has for its target. */
  String linkId() {
    return id(getCurrentEntry().getLinkName(), field(LINK, MAGIC));
  }

  /**
   * The id of a name that the library has read as UTF-8: of its bytes where they are not, unless
   * they lie in an extended header.
   */
  private static String id(String name, String latin) {
    byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
    String text = new String(bytes, StandardCharsets.UTF_8).replace('\ufffd', '?');
    boolean same = text.equals(name.replace('\ufffd', '?')); // as the library writes such bytes
    return same ? Member.id(bytes) : Member.id(name);
  }

  /** A field of the last header, each byte a character. */
  private String field(int from, int to) {
    int end = from;
    while (end < to && last[end] != 0) {
      end++;
    }
    return new String(last, from, end - from, StandardCharsets.ISO_8859_1);
  }

  /**
   * Skips the data of the current entry and their padding; then {@link #getBytesRead} is where the
   * next header starts.
   *
   * @throws IOException where the archive ends before the data do
   */
  void skipData() throws IOException {
    TarArchiveEntry entry = getCurrentEntry();
    long size = entry.isDirectory() ? 0 : entry.getSize();
    long map =
        position.getAsLong() - start - getBytesRead(); // sparse: read from the data, not counted
    if (map > size) {
      throw new IOException("the sparse map of " + entry.getName() + " is longer than its data");
    }
    pass(entry, size, map, new byte[0]);
  }

  /**
   * Reads the data of the current entry, which is not sparse, and skips what is behind them.
   *
   * @param most how many bytes at most
   * @throws IOException where the archive ends before the data do
   */
  byte[] readData(int most) throws IOException {
    TarArchiveEntry entry = getCurrentEntry();
    byte[] data = new byte[(int) Math.min(entry.getSize(), most)];
    pass(entry, entry.getSize(), 0, data);
    return data;
  }

  private void pass(TarArchiveEntry entry, long size, long map, byte[] data) throws IOException {
    long padding = Math.floorMod(-size, getRecordSize());
    try {
      if (archive.readNBytes(data, 0, data.length) < data.length) {
        throw new EOFException();
      }
      archive.skipNBytes(size - map - data.length);
      archive.skipNBytes(padding);
    } catch (EOFException e) {
      throw new IOException("it is cut off within " + entry.getName() + "; fetch it again", e);
    }
    count(size);
    count(padding);
    setCurrentEntry(null); // nothing is left that the library would skip
  }
}

package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip archive whose directory is checked before anything is read: entries lie inside the file, do
 * not overlap, have distinct names, and do not inflate beyond what weights can. Zip64 is read;
 * encryption and parts are not.
 */
final class ZipArchive {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final long IN_ZIP64 = 0xffffffffL;

  private static final int LARGEST_DIRECTORY = 16 << 20;
  private static final int CHUNK = 1 << 20;

  /**
   * Weights deflate by a tenth; tensors of zeros and ones, which are small, by up to a thousand.
   */
  private static final long MOST_INFLATION = 100;

  private static final long MOST_INFLATION_TOGETHER = 20;
  private static final long SPARE_ENTRY = 1 << 20;
  private static final long SPARE_TOGETHER = 16 << 20;

  /** An entry; {@code start} is where its data begin. */
  private record Entry(String name, boolean stored, long packed, long size, int crc, long start) {}

  private final Bytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipArchive(Bytes file) {
    this.file = file;
  }

  /** Reads and checks the directory. */
  static ZipArchive open(Bytes file) throws IOException {
    ZipArchive archive = new ZipArchive(file);
    archive.readDirectory();
    archive.refuseOverlaps();
    archive.refuseBombs();
    return archive;
  }

  /** The entries' names in the directory's order. */
  List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** An entry's size when unpacked, or -1 if there is none. */
  long size(String name) {
    Entry entry = entries.get(name);
    return entry == null ? -1 : entry.size;
  }

  /**
   * An entry's content, its checksum compared. A stored entry stays in the file; a deflated one is
   * unpacked into memory.
   */
  Bytes content(String name) throws IOException {
    Entry entry = entries.get(name);
    Bytes packed = file.slice(entry.start, entry.packed);
    Bytes content = entry.stored ? packed : Bytes.of(inflate(entry, packed));
    if (crc(content) != entry.crc) {
      throw new MalformedException(
          "is damaged: entry " + MalformedException.quote(name) + " differs from its checksum");
    }
    return content;
  }

  private void readDirectory() throws IOException {
    long[] place = findDirectory(); // entries, bytes, position
    if (place[1] < 0 || place[1] > LARGEST_DIRECTORY) {
      throw new MalformedException("has a zip directory of " + place[1] + " bytes");
    }
    byte[] bytes = file.read(place[2], (int) place[1]);
    ByteBuffer directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (directory.hasRemaining()) {
      Entry entry = readEntry(directory);
      if (entries.putIfAbsent(entry.name, entry) != null) {
        throw new MalformedException(
            "has two entries named " + MalformedException.quote(entry.name));
      }
    }
    if (entries.size() != place[0]) {
      throw new MalformedException("is damaged: its zip directory lists another number of entries");
    }
  }

  /** Number of entries, bytes and position of the directory, from the record that ends a zip. */
  private long[] findDirectory() throws IOException {
    int length = (int) Math.min(file.size(), END_SIZE + 0xffff);
    long start = file.size() - length;
    ByteBuffer tail = ByteBuffer.wrap(file.read(start, length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = length - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_SIZE + (tail.getShort(at + 20) & 0xffff) == length) {
        long[] place = {
          tail.getShort(at + 10) & 0xffff, unsigned(tail, at + 12), unsigned(tail, at + 16)
        };
        boolean large = place[0] == 0xffff || place[1] == IN_ZIP64 || place[2] == IN_ZIP64;
        return large ? findDirectory64(start + at) : place;
      }
    }
    throw new MalformedException(
        "is cut short: it begins as a zip archive and does not end as one");
  }

  private long[] findDirectory64(long end) throws IOException {
    ByteBuffer locator = buffer(end - 20, 20);
    if (locator.getInt(0) != LOCATOR_SIGNATURE) {
      throw new MalformedException("is damaged: its zip64 record is missing");
    }
    ByteBuffer end64 = buffer(locator.getLong(8), 56);
    if (end64.getInt(0) != END64_SIGNATURE) {
      throw new MalformedException("is damaged: its zip64 record is missing");
    }
    return new long[] {end64.getLong(32), end64.getLong(40), end64.getLong(48)};
  }

  private Entry readEntry(ByteBuffer directory) throws IOException {
    int at = directory.position();
    if (directory.remaining() < CENTRAL_SIZE || directory.getInt(at) != CENTRAL_SIGNATURE) {
      throw damaged();
    }
    int flags = directory.getShort(at + 8);
    int method = directory.getShort(at + 10) & 0xffff;
    int nameLength = directory.getShort(at + 28) & 0xffff;
    int extraLength = directory.getShort(at + 30) & 0xffff;
    int commentLength = directory.getShort(at + 32) & 0xffff;
    int next = at + CENTRAL_SIZE + nameLength + extraLength + commentLength;
    if (next > directory.limit()) {
      throw damaged();
    }
    byte[] nameBytes = new byte[nameLength];
    directory.get(at + CENTRAL_SIZE, nameBytes);
    String name = PickleInput.utf8(nameBytes);
    // Unpacked size, packed size, header's position: in zip64's extra field where they are too
    // long.
    long[] fields = {
      unsigned(directory, at + 24), unsigned(directory, at + 20), unsigned(directory, at + 42)
    };
    int extra = at + CENTRAL_SIZE + nameLength;
    readZip64(directory.slice(extra, extraLength).order(ByteOrder.LITTLE_ENDIAN), fields);
    if ((flags & 1) != 0 || (method != 0 && method != 8) || fields[0] < 0 || fields[1] < 0) {
      throw new MalformedException(
          "has zip entry " + MalformedException.quote(name) + " packed in a way that is not read");
    }
    if (method == 0 && fields[0] != fields[1]) {
      throw damaged();
    }
    directory.position(next);
    long start = dataStart(fields[2], nameBytes);
    file.slice(start, fields[1]);
    return new Entry(name, method == 0, fields[1], fields[0], directory.getInt(at + 16), start);
  }

  private static void readZip64(ByteBuffer extra, long[] fields) throws MalformedException {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = extra.getShort() & 0xffff;
      if (length > extra.remaining()) {
        throw damaged();
      }
      int next = extra.position() + length;
      for (int i = 0; id == 1 && i < fields.length; i++) {
        if (fields[i] == IN_ZIP64) {
          if (next - extra.position() < 8) {
            throw damaged();
          }
          fields[i] = extra.getLong();
        }
      }
      extra.position(next);
    }
  }

  /** Where an entry's data begin, behind a local header which must bear the same name. */
  private long dataStart(long header, byte[] name) throws IOException {
    ByteBuffer local = buffer(header, LOCAL_SIZE);
    int nameLength = local.getShort(26) & 0xffff;
    if (local.getInt(0) != LOCAL_SIGNATURE
        || nameLength != name.length
        || !ByteBuffer.wrap(name).equals(buffer(header + LOCAL_SIZE, nameLength))) {
      throw damaged();
    }
    return header + LOCAL_SIZE + nameLength + (local.getShort(28) & 0xffff);
  }

  private void refuseOverlaps() throws MalformedException {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::start));
    long end = 0;
    for (Entry entry : sorted) {
      if (entry.start < end) {
        throw new MalformedException(
            "has zip entries that overlap, "
                + MalformedException.quote(entry.name)
                + " among them");
      }
      end = entry.start + entry.packed;
    }
  }

  private void refuseBombs() throws MalformedException {
    long together = 0;
    for (Entry entry : entries.values()) {
      if (!entry.stored) {
        if ((entry.size - SPARE_ENTRY) / MOST_INFLATION > entry.packed
            || entry.size > TensorView.LARGEST_ARRAY - 1) {
          throw bomb(entry);
        }
        together += entry.size;
        if ((together - SPARE_TOGETHER) / MOST_INFLATION_TOGETHER > file.size()) {
          throw bomb(entry);
        }
      }
    }
  }

  private static MalformedException bomb(Entry entry) {
    return new MalformedException(
        "has zip entry "
            + MalformedException.quote(entry.name)
            + ", which unpacks to "
            + entry.size
            + " bytes: more than weights deflate by");
  }

  /** Inflates; memory grows with what comes out, not with what the directory says. */
  private static byte[] inflate(Entry entry, Bytes packed) throws IOException {
    byte[] out = new byte[(int) Math.min(entry.size + 1, CHUNK)];
    int filled = 0;
    long taken = 0;
    Inflater inflater = new Inflater(true);
    try {
      while (!inflater.finished() && filled <= entry.size) {
        if (inflater.needsInput()) {
          int n = (int) Math.min(CHUNK, packed.size() - taken);
          if (n == 0) {
            break;
          }
          inflater.setInput(packed.read(taken, n));
          taken += n;
        }
        if (filled == out.length) {
          out = Arrays.copyOf(out, (int) Math.min(entry.size + 1, 2L * filled));
        }
        filled += inflater.inflate(out, filled, out.length - filled);
        if (inflater.needsDictionary()) {
          break;
        }
      }
      if (!inflater.finished() || filled != entry.size) {
        throw damaged();
      }
    } catch (DataFormatException e) {
      throw damaged();
    } finally {
      inflater.end();
    }
    return Arrays.copyOf(out, filled);
  }

  private static int crc(Bytes content) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, content.size()));
    for (long at = 0; at < content.size(); at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), content.size() - at));
      content.read(at, chunk);
      crc.update(chunk.flip());
    }
    return (int) crc.getValue();
  }

  private ByteBuffer buffer(long position, int length) throws IOException {
    return ByteBuffer.wrap(file.read(position, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long unsigned(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xffffffffL;
  }

  private static MalformedException damaged() {
    return new MalformedException("is damaged: its zip directory contradicts the file");
  }
}

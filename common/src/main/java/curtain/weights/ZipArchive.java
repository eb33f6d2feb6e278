package curtain.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip archive whose directory is checked before anything is read: entries lie inside the file, do
 * not overlap, have distinct names, and do not inflate beyond what weights can. Zip64 is read;
 * encryption and parts are not.
 *
 * <p>Commons Compress reads the directory. It is made for honest archives: how large the directory
 * may be, whether it is whole, and what its entries claim is checked here.
 */
final class ZipArchive {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int LOCAL_SIZE = 30;
  private static final int IN_ZIP64 = 0xffff;

  /**
   * The most bytes of a directory, enough for fifty thousand tensors. Commons Compress takes some
   * hundred times as much memory.
   */
  private static final int LARGEST_DIRECTORY = 4 << 20;

  /**
   * The most bytes of a name, a comment or extra fields; reading extra fields takes time that grows
   * with the square of their number.
   */
  private static final int LONGEST_PART = 1 << 10;

  private static final int CHUNK = 1 << 20;

  /**
   * The most that an entry beyond its first megabyte inflates by. Weights deflate by a tenth;
   * tensors of zeros and ones do by up to a thousand, but are small.
   */
  private static final long MOST_INFLATION = 100;

  private static final long MOST_INFLATION_TOGETHER = 20;
  private static final long SPARE_ENTRY = 1 << 20;
  private static final long SPARE_TOGETHER = 16 << 20;

  /** An entry; {@code start} is where its data begin. */
  private record Entry(String name, boolean stored, long packed, long size, long crc, long start) {}

  private final Bytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipArchive(Bytes file) {
    this.file = file;
  }

  /**
   * Reads and checks the directory.
   *
   * @throws MalformedException if it is damaged, or its entries overlap or inflate too much
   */
  static ZipArchive open(Bytes file) throws IOException {
    int count = count(file);
    ZipArchive archive = new ZipArchive(file);
    archive.takeEntries(count, directory(file));
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

  /** Whether an entry that is there is stored as it is. */
  boolean isStored(String name) {
    return entries.get(name).stored;
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

  /**
   * The number of entries, or {@value #IN_ZIP64}, from the record that ends a zip. Commons Compress
   * takes no notice of it, nor of what follows the record: a file that is cut, or a directory with
   * a hole, would be read as far as it goes.
   */
  private static int count(Bytes file) throws IOException {
    int length = (int) Math.min(file.size(), END_SIZE + 0xffff);
    ByteBuffer tail =
        ByteBuffer.wrap(file.read(file.size() - length, length)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = length - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && at + END_SIZE + (tail.getShort(at + 20) & 0xffff) == length) {
        return tail.getShort(at + 10) & 0xffff;
      }
    }
    throw new MalformedException(
        "is cut short: it begins as a zip archive and does not end as one");
  }

  private static List<ZipArchiveEntry> directory(Bytes file) throws IOException {
    ZipFile.Builder builder =
        ZipFile.builder()
            .setSeekableByteChannel(new ZipChannel(file, LARGEST_DIRECTORY, LONGEST_PART))
            .setUseUnicodeExtraFields(false)
            .setIgnoreLocalFileHeader(true);
    try (ZipFile zip = builder.get()) {
      if (zip.getFirstLocalFileHeaderOffset() != 0) { // what is before it is passed over there
        throw damaged();
      }
      return Collections.list(zip.getEntries());
    } catch (MalformedException e) {
      throw e;
    } catch (IOException e) {
      throw e.getCause() instanceof MalformedException malformed ? malformed : damaged();
    } catch (RuntimeException e) { // not all that a directory may hold is foreseen there
      throw damaged();
    }
  }

  private void takeEntries(int count, List<ZipArchiveEntry> directory) throws IOException {
    for (ZipArchiveEntry listed : directory) {
      Entry entry = checked(listed);
      if (entries.putIfAbsent(entry.name, entry) != null) {
        throw new MalformedException(
            "has two entries named " + MalformedException.quote(entry.name));
      }
    }
    if (count != IN_ZIP64 && count != directory.size()) {
      throw new MalformedException("is damaged: its zip directory lists another number of entries");
    }
  }

  private Entry checked(ZipArchiveEntry listed) throws IOException {
    String name = PickleInput.utf8(listed.getRawName());
    boolean stored = listed.getMethod() == ZipArchiveEntry.STORED;
    long packed = listed.getCompressedSize();
    long size = listed.getSize();
    if (listed.getGeneralPurposeBit().usesEncryption()
        || (!stored && listed.getMethod() != ZipArchiveEntry.DEFLATED)) {
      throw new MalformedException(
          "has zip entry " + MalformedException.quote(name) + " packed in a way that is not read");
    }
    if (stored && size != packed) {
      throw damaged();
    }
    long start = dataStart(listed.getLocalHeaderOffset(), listed.getRawName());
    file.slice(start, packed);
    return new Entry(name, stored, packed, size, listed.getCrc(), start);
  }

  /** Where an entry's data begin, behind a local header which must bear the same name. */
  private long dataStart(long header, byte[] name) throws IOException {
    ByteBuffer local =
        ByteBuffer.wrap(file.read(header, LOCAL_SIZE)).order(ByteOrder.LITTLE_ENDIAN);
    int nameLength = local.getShort(26) & 0xffff;
    if (local.getInt(0) != LOCAL_SIGNATURE
        || nameLength != name.length
        || !Arrays.equals(name, file.read(header + LOCAL_SIZE, nameLength))) {
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
    int chunk = (int) Math.max(1, Math.min(CHUNK, packed.size()));
    InputStream bytes = Channels.newInputStream(new ZipChannel(packed, packed.size(), chunk));
    Inflater inflater = new Inflater(true);
    try (InputStream in = new InflaterInputStream(bytes, inflater, chunk)) {
      byte[] content = in.readNBytes((int) entry.size + 1);
      if (content.length != entry.size) {
        throw damaged();
      }
      return content;
    } catch (ZipException | EOFException e) {
      throw damaged();
    } finally {
      inflater.end();
    }
  }

  private static long crc(Bytes content) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, content.size()));
    for (long at = 0; at < content.size(); at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), content.size() - at));
      content.read(at, chunk);
      crc.update(chunk.flip());
    }
    return crc.getValue();
  }

  private static MalformedException damaged() {
    return new MalformedException("is damaged: its zip directory contradicts the file");
  }
}

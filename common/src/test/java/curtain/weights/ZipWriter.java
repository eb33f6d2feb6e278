package curtain.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives, honest ones and others. */
final class ZipWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private final boolean zip64;
  private int entries;

  ZipWriter() {
    this(false);
  }

  /** With zip64, the directory holds every size and position in its 64-bit form. */
  ZipWriter(boolean zip64) {
    this.zip64 = zip64;
  }

  /** What torch.save makes of one pickle and its storages, numbered from 0. */
  static byte[] checkpoint(byte[] pickle, byte[]... storages) {
    ZipWriter zip = new ZipWriter().stored("archive/data.pkl", pickle);
    for (int i = 0; i < storages.length; i++) {
      zip.stored("archive/data/" + i, storages[i]);
    }
    return zip.stored("archive/version", new byte[] {'3', '\n'}).end();
  }

  ZipWriter stored(String name, byte[] content) {
    return entry(name, 0, content, content.length, crc(content));
  }

  ZipWriter deflated(String name, byte[] content) {
    return entry(name, 8, deflate(content), content.length, crc(content));
  }

  /** An entry whose directory says what it is told. */
  ZipWriter entry(String name, int method, byte[] packed, long size, int crc) {
    return entry(name, 0, method, packed, packed.length, size, crc, out.size());
  }

  ZipWriter entry(
      String name,
      int flags,
      int method,
      byte[] packed,
      long packedSize,
      long size,
      int crc,
      long position) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer local = little(30).putInt(0x04034b50).putShort((short) 45).putShort((short) flags);
    local
        .putShort((short) method)
        .putInt(0)
        .putInt(crc)
        .putInt((int) packedSize)
        .putInt((int) size);
    local.putShort((short) utf8.length).putShort((short) 0);
    write(out, local);
    out.writeBytes(utf8);
    out.writeBytes(packed);

    list(utf8, flags, method, packedSize, size, crc, position);
    return this;
  }

  /** A stored entry in the directory alone. */
  void list(String name, long size, int crc, long position) {
    list(name.getBytes(StandardCharsets.UTF_8), 0, 0, size, size, crc, position);
  }

  /** Where the next entry will begin. */
  int position() {
    return out.size();
  }

  private void list(
      byte[] utf8, int flags, int method, long packedSize, long size, int crc, long position) {
    ByteBuffer central = little(46).putInt(0x02014b50).putShort((short) 45).putShort((short) 45);
    central.putShort((short) flags).putShort((short) method).putInt(0).putInt(crc);
    central.putInt(zip64 ? -1 : (int) packedSize).putInt(zip64 ? -1 : (int) size);
    central.putShort((short) utf8.length).putShort((short) (zip64 ? 28 : 0)).putShort((short) 0);
    central.putShort((short) 0).putShort((short) 0).putInt(0).putInt(zip64 ? -1 : (int) position);
    write(directory, central);
    directory.writeBytes(utf8);
    if (zip64) {
      ByteBuffer extra = little(28).putShort((short) 1).putShort((short) 24);
      write(directory, extra.putLong(size).putLong(packedSize).putLong(position));
    }
    entries++;
  }

  byte[] end() {
    long start = out.size();
    out.writeBytes(directory.toByteArray());
    if (zip64) {
      long record = out.size();
      ByteBuffer end64 = little(56).putInt(0x06064b50).putLong(44).putInt(0).putInt(0).putInt(0);
      end64.putLong(entries).putLong(entries).putLong(directory.size()).putLong(start);
      write(out, end64);
      write(out, little(20).putInt(0x07064b50).putInt(0).putLong(record).putInt(1));
    }
    ByteBuffer end = little(22).putInt(0x06054b50).putInt(0);
    end.putShort((short) (zip64 ? -1 : entries)).putShort((short) (zip64 ? -1 : entries));
    end.putInt(zip64 ? -1 : directory.size()).putInt(zip64 ? -1 : (int) start);
    write(out, end);
    return out.toByteArray();
  }

  static byte[] deflate(byte[] content) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] packed = new byte[content.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    return Arrays.copyOf(packed, length);
  }

  static int crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  private static void write(ByteArrayOutputStream to, ByteBuffer record) {
    byte[] bytes = new byte[record.capacity()];
    record.get(0, bytes);
    to.writeBytes(bytes);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package curtain.images.zip;

import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Member;
import curtain.images.source.SourceFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The images of a zip, read as ranges of the file: an entry's local header and its packed data.
 * Memory grows with what comes out of these, not with what a header claims, up to a bound.
 */
public final class ZipEntries implements Container {
  /** Bytes of a local header before its name. */
  static final int HEADER = 30;

  private static final int LOCAL = 0x04034b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int BEHIND = 8; // a flag: size and checksum follow the data
  private static final int OVERHEAD = 1024; // more than deflate adds to the first bytes
  private static final long UNKNOWN = 0xffff_ffffL; // in place of a size, which is elsewhere

  /** The most bytes that an entry may unpack to: a small zip unpacks to any number. */
  static final int LARGEST = 1 << 28;

  /** The reason of an entry that unpacks to more than {@link #LARGEST} bytes. */
  static final String TOO_LARGE = "it unpacks to more than 256 MiB; unpack the zip";

  private final FSDataInputStream in;

  /**
   * Opens a zip.
   *
   * @param file its URI
   * @throws IOException where it cannot be opened
   */
  public ZipEntries(String file, Configuration conf) throws IOException {
    in = SourceFiles.open(file, conf);
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    byte[] bytes = content(ref.position(), ref.length());
    return ImageDecoder.decode(ref, bytes, options);
  }

  /** The first bytes of an entry, unchecked: so many, more, or all. */
  byte[] start(Member entry, int most) throws IOException, BadImageException {
    ByteBuffer header = header(entry.position());
    long length = Math.min(entry.length(), most + OVERHEAD);
    byte[] packed = SourceFiles.read(in, data(entry.position(), header), length);
    return isStored(header) ? packed : inflated(packed, most);
  }

  /**
   * An entry unpacked.
   *
   * @param position see {@link ImageRef#position}
   * @param length bytes that it takes in the zip
   */
  byte[] content(long position, long length) throws IOException, BadImageException {
    ByteBuffer header = header(position);
    long start = data(position, header);
    byte[] packed = SourceFiles.read(in, start, length);
    int checksum = header.getInt(14);
    long size = header.getInt(22) & UNKNOWN;
    if ((header.getShort(6) & BEHIND) != 0 && checksum == 0) {
      ByteBuffer descriptor = read(start + length, 16);
      int at = descriptor.getInt(0) == DESCRIPTOR ? 4 : 0;
      checksum = descriptor.getInt(at);
      // sizes of 8 bytes, as some writers have them, are not told from those of 4
      boolean known = (descriptor.getInt(at + 4) & UNKNOWN) == length;
      size = known ? descriptor.getInt(at + 8) & UNKNOWN : UNKNOWN;
    }
    byte[] content = isStored(header) ? packed : inflate(packed, size);
    CRC32 crc = new CRC32();
    crc.update(content);
    if ((int) crc.getValue() != checksum) {
      throw new BadImageException("its bytes do not have the checksum of the zip");
    }
    return content;
  }

  private ByteBuffer header(long position) throws IOException, BadImageException {
    long at = position - HEADER;
    ByteBuffer header = read(at, HEADER);
    if (header.getInt(0) != LOCAL) {
      throw new BadImageException("no local header where the zip's directory says");
    }
    return header;
  }

  /** Where the data of an entry begin. */
  private static long data(long position, ByteBuffer header) {
    return position + (header.getShort(26) & 0xffff) + (header.getShort(28) & 0xffff);
  }

  private static boolean isStored(ByteBuffer header) {
    return header.getShort(8) == 0;
  }

  private ByteBuffer read(long at, int length) throws IOException, BadImageException {
    return ByteBuffer.wrap(SourceFiles.read(in, at, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Unpacks all of an entry.
   *
   * @param size bytes that it unpacks to, as its header says, or {@link #UNKNOWN}
   * @throws BadImageException where it is damaged, or has more bytes than that or {@link #LARGEST}
   */
  private static byte[] inflate(byte[] packed, long size) throws BadImageException {
    boolean known = size != UNKNOWN;
    if (known && size > LARGEST) {
      throw new BadImageException(TOO_LARGE);
    }
    int most = known ? (int) size : LARGEST;
    byte[] content = inflated(packed, most + 1);
    if (content.length > most) {
      throw new BadImageException(
          known ? "it unpacks to more bytes than its header in the zip says" : TOO_LARGE);
    }
    return content;
  }

  private static byte[] inflated(byte[] packed, int most) throws BadImageException {
    Inflater inflater = new Inflater(true);
    try (InputStream out =
        new InflaterInputStream(new ByteArrayInputStream(packed), inflater, 1 << 13)) {
      return out.readNBytes(most);
    } catch (IOException e) { // of bytes in memory
      throw new BadImageException("its packed bytes in the zip are damaged", e);
    } catch (OutOfMemoryError e) {
      throw new BadImageException("no memory for its unpacked bytes", e);
    } finally {
      inflater.end();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

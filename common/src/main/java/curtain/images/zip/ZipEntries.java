package curtain.images.zip;

import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
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
 * Memory grows with what comes out of these, not with what a header claims.
 */
public final class ZipEntries implements Container {
  private static final int LOCAL = 0x04034b50;
  private static final int DESCRIPTOR = 0x08074b50;
  private static final int BEHIND = 8; // a flag: size and checksum follow the data

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
    byte[] bytes = content(ref);
    return ImageDecoder.decode(ref, bytes, options);
  }

  private byte[] content(ImageRef ref) throws IOException, BadImageException {
    long at = ref.position() - ZipIndex.HEADER;
    ByteBuffer header = read(at, ZipIndex.HEADER);
    if (header.getInt(0) != LOCAL) {
      throw new BadImageException("no local header where the zip's directory says");
    }
    boolean stored = header.getShort(8) == 0;
    long start = ref.position() + (header.getShort(26) & 0xffff) + (header.getShort(28) & 0xffff);
    byte[] packed = SourceFiles.read(in, start, ref.length());
    byte[] content = stored ? packed : inflate(packed);
    int checksum = header.getInt(14);
    if ((header.getShort(6) & BEHIND) != 0 && checksum == 0) {
      ByteBuffer behind = read(start + ref.length(), 8);
      checksum = behind.getInt(behind.getInt(0) == DESCRIPTOR ? 4 : 0);
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    if ((int) crc.getValue() != checksum) {
      throw new BadImageException("its bytes do not have the checksum of the zip");
    }
    return content;
  }

  private ByteBuffer read(long at, int length) throws IOException, BadImageException {
    return ByteBuffer.wrap(SourceFiles.read(in, at, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] inflate(byte[] packed) throws BadImageException {
    Inflater inflater = new Inflater(true);
    try (InputStream out =
        new InflaterInputStream(new ByteArrayInputStream(packed), inflater, 1 << 13)) {
      return out.readAllBytes();
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

package curtain.images.decode;

import curtain.images.source.BadImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Decodes BMP with the JDK's reader: palettes, 16, 24 and 32 bits, bit fields, and runs of 4 and 8
 * bits. A JPEG or PNG within a BMP, for which the reader would look for others, is an error, as in
 * Pillow.
 */
final class BmpDecoder {
  private static final int FIELDS = 3;

  private BmpDecoder() {}

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    if (file.length < 26) {
      throw new BadImageException("truncated BMP");
    }
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean old = header.getInt(14) == 12;
    if (!old && file.length < 54) {
      throw new BadImageException("truncated BMP");
    }
    int bits = header.getShort(old ? 24 : 28);
    int compression = old ? 0 : header.getInt(30);
    if (compression < 0 || compression > FIELDS) {
      throw new BadImageException("unsupported BMP: compression " + compression);
    }
    long width = old ? header.getShort(18) & 0xffff : header.getInt(18);
    long height = old ? header.getShort(20) & 0xffff : Math.abs((long) header.getInt(22));
    if (width > 0 && width < 1 << 30 && height < 1 << 30 && width * height <= maxPixels) {
      boolean packed = compression == 1 || compression == 2;
      long least = packed ? width * height / 128 : (width * bits + 31) / 32 * 4 * height;
      if (least > file.length) {
        throw new BadImageException("truncated BMP: so few bytes cannot hold its pixels");
      }
    }
    return LibraryReader.rgb(
        LibraryReader.read(JdkReaders.of("bmp"), file, maxPixels, ImageFormat.BMP),
        LibraryReader.Wide.SHIFT);
  }
}

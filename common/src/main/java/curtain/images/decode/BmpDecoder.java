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
      if (packed && !endsWell(header, (int) width, (int) height, compression == 1 ? 1 : 2)) {
        throw new BadImageException("truncated BMP: its runs stop before its pixels do");
      }
    }
    return LibraryReader.rgb(
        LibraryReader.read(JdkReaders.of("bmp"), file, maxPixels, ImageFormat.BMP),
        LibraryReader.Wide.SHIFT);
  }

  /**
   * Whether runs reach the last pixel or a mark that ends them; where neither is there, the JDK's
   * reader leaves the rest black without a word.
   *
   * @param perByte pixels of a byte: 1, or 2 of 4 bits each
   */
  private static boolean endsWell(ByteBuffer file, int width, int height, int perByte) {
    long at = file.getInt(10) & 0xffffffffL;
    long x = 0;
    long y = 0;
    while (y < height - 1 || (y == height - 1 && x < width)) {
      if (at + 2 > file.limit()) {
        return false;
      }
      int count = file.get((int) at) & 255;
      int what = file.get((int) at + 1) & 255;
      at += 2;
      if (count > 0) {
        x += count;
      } else if (what == 0) { // a row's end
        x = 0;
        y++;
      } else if (what == 1) { // the image's end
        return true;
      } else if (what == 2) { // a jump
        if (at + 2 > file.limit()) {
          return false;
        }
        x += file.get((int) at) & 255;
        y += file.get((int) at + 1) & 255;
        at += 2;
      } else { // pixels as they are, in an even number of bytes
        x += what;
        at += ((what + perByte - 1) / perByte + 1) / 2 * 2L;
      }
    }
    return true;
  }
}

package curtain.images.decode;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import curtain.images.source.BadImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes WebP with TwelveMonkeys' reader: lossless files to Pillow's bits, lossy ones nearly,
 * since libwebp interpolates chroma and this reader repeats it. Profiles are taken away, or the
 * reader would apply them. Of an animation the first frame is taken.
 */
final class WebpDecoder {
  private static final int HEADER = 12;
  private static final int PROFILED = 0x20;

  private WebpDecoder() {}

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    byte[] plain = withoutProfile(file, maxPixels);
    return LibraryReader.rgb(
        LibraryReader.read(
            new WebPImageReaderSpi().createReaderInstance(null),
            plain,
            maxPixels,
            ImageFormat.WEBP),
        LibraryReader.Wide.SHIFT);
  }

  /**
   * A copy of a file without a profile, whose chunks all lie within it, and whose frames, whatever
   * the canvas, are within the limit.
   *
   * @throws BadImageException where it is cut, or a frame is larger
   */
  private static byte[] withoutProfile(byte[] file, long maxPixels) throws BadImageException {
    byte[] copy = file.clone();
    ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    long end = 8 + (bytes.getInt(4) & 0xffffffffL);
    if (end > file.length) {
      throw new BadImageException("truncated WebP");
    }
    long at = HEADER;
    while (at + 8 <= end) {
      String type = new String(copy, (int) at, 4, StandardCharsets.ISO_8859_1);
      long length = bytes.getInt((int) at + 4) & 0xffffffffL;
      if (length > end - at - 8) {
        throw new BadImageException("truncated WebP");
      }
      if (type.equals("VP8X") && length > 0) {
        copy[(int) at + 8] &= ~PROFILED;
      } else if (type.equals("ICCP")) {
        copy[(int) at] = 'X'; // of no known type, and so passed over
      } else if (type.equals("VP8L") && length >= 5) {
        int sides = bytes.getInt((int) at + 9);
        PixelLimit.check((sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1, maxPixels);
      } else if (type.equals("VP8 ") && length >= 10) {
        int sides = bytes.getInt((int) at + 14);
        PixelLimit.check(sides & 0x3fff, sides >> 16 & 0x3fff, maxPixels);
      } else if (type.equals("ANMF") && length >= 16) {
        at += 8 + 16; // the chunks of a frame
        continue;
      }
      at += 8 + length + (length & 1);
    }
    return copy;
  }
}

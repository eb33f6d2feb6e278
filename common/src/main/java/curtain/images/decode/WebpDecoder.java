package curtain.images.decode;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import curtain.images.decode.vp8.Vp8Frame;
import curtain.images.source.BadImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes WebP to Pillow's bits: lossy pictures as {@link Vp8Frame}, lossless ones by
 * TwelveMonkeys' reader, which makes other pictures of lossy ones than libwebp. Profiles are taken
 * away, or the reader would apply them. Alpha is not read. Of an animation the first frame is
 * taken; what a lossy one leaves of its canvas is black, as in Pillow.
 */
final class WebpDecoder {
  private static final int HEADER = 12;
  private static final int CHUNK = 8;
  private static final int FRAME = 16;
  private static final int CANVAS = 10;
  private static final int PROFILED = 0x20;
  private static final int ANIMATED = 2;

  /** A copy of the file, without profiles once it is walked over. */
  private final byte[] file;

  private final ByteBuffer bytes;
  private final long maxPixels;

  private Canvas canvas; // null where the picture is all of it
  private Place place; // of the last frame of an animation, null before any
  private boolean pictured;
  private Vp8Frame lossy; // the first picture, where it is lossy
  private Place lossyPlace; // null outside an animation

  private WebpDecoder(byte[] file, long maxPixels) {
    this.file = file.clone();
    this.bytes = ByteBuffer.wrap(this.file).order(ByteOrder.LITTLE_ENDIAN);
    this.maxPixels = maxPixels;
  }

  /** Width and height, pixels, and whether frames lie on it. */
  private record Canvas(int width, int height, boolean animated) {}

  /** Left and top of a frame on its canvas, pixels. */
  private record Place(int left, int top) {}

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    WebpDecoder decoder = new WebpDecoder(file, maxPixels);
    decoder.walk();
    return decoder.lossy == null ? decoder.lossless() : decoder.lossy();
  }

  private Rgb lossless() throws BadImageException {
    return LibraryReader.rgb(
        LibraryReader.read(
            new WebPImageReaderSpi().createReaderInstance(null), file, maxPixels, ImageFormat.WEBP),
        LibraryReader.Wide.SHIFT);
  }

  private Rgb lossy() throws BadImageException {
    int w = lossy.width();
    int h = lossy.height();
    Canvas on = canvas == null ? new Canvas(w, h, false) : canvas;
    Place at = lossyPlace == null ? new Place(0, 0) : lossyPlace;
    boolean whole = w == on.width && h == on.height;
    if (on.animated != (lossyPlace != null)
        || (!on.animated && !whole)
        || at.left + w > on.width
        || at.top + h > on.height) {
      throw new BadImageException("corrupt WebP: its picture does not fit its canvas");
    }
    PixelLimit.check(on.width, on.height, maxPixels);
    byte[] picture = lossy.rgb();
    if (whole) {
      return Rgb.packed(w, h, picture, 3);
    }
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(on.width, on.height), 3)];
    for (int y = 0; y < h; y++) {
      System.arraycopy(picture, 3 * w * y, rgb, 3 * (on.width * (at.top + y) + at.left), 3 * w);
    }
    return Rgb.packed(on.width, on.height, rgb, 3);
  }

  /**
   * Finds the first picture, and takes profiles away.
   *
   * @throws BadImageException where a chunk is cut, or a picture, whatever its canvas, is larger
   *     than the limit
   */
  private void walk() throws BadImageException {
    long end = CHUNK + (bytes.getInt(4) & 0xffffffffL);
    if (end > file.length) {
      throw new BadImageException("truncated WebP");
    }
    long next = HEADER;
    while (next + CHUNK <= end) {
      int start = (int) next;
      int content = start + CHUNK;
      String type = new String(file, start, 4, StandardCharsets.ISO_8859_1);
      long length = bytes.getInt(start + 4) & 0xffffffffL;
      if (length > end - content) {
        throw new BadImageException("truncated WebP");
      }
      next = content + length + (length & 1);
      if (type.equals("VP8X") && length >= CANVAS) {
        int flags = file[content];
        file[content] &= ~PROFILED;
        canvas =
            new Canvas(triple(content + 4) + 1, triple(content + 7) + 1, (flags & ANIMATED) != 0);
      } else if (type.equals("ICCP")) {
        file[start] = 'X'; // of no known type, and so passed over
      } else if (type.equals("VP8L") && length >= 5) {
        int sides = bytes.getInt(content + 1);
        PixelLimit.check((sides & 0x3fff) + 1, ((sides >> 14) & 0x3fff) + 1, maxPixels);
        pictured = true;
      } else if (type.equals("VP8 ")) {
        lossy(content, next, end);
      } else if (type.equals("ANMF") && length >= FRAME) {
        place = new Place(2 * triple(content), 2 * triple(content + 3));
        next = (long) content + FRAME; // the chunks of a frame
      }
    }
  }

  /** Reads the size of a lossy picture, which is the one to decode if it is the first of all. */
  private void lossy(int start, long end, long fileEnd) throws BadImageException {
    if (end > fileEnd) {
      throw new BadImageException("truncated WebP");
    }
    Vp8Frame frame = Vp8Frame.at(file, start, (int) end);
    PixelLimit.check(frame.width(), frame.height(), maxPixels);
    if (!pictured) {
      lossy = frame;
      lossyPlace = place;
      pictured = true;
    }
  }

  /** An unsigned number of three bytes, lowest first. */
  private int triple(int at) {
    return (file[at] & 0xff) | ((file[at + 1] & 0xff) << 8) | ((file[at + 2] & 0xff) << 16);
  }
}

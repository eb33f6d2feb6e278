package curtain.images.decode;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import curtain.images.source.BadImageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/**
 * Decodes the first picture of a TIFF (6.0) with TwelveMonkeys' reader, turned as its orientation
 * says, as Pillow does. What the reader would have to ask other readers for or to compute colours
 * for is an error that says so: JPEG within TIFF, YCbCr, Lab, and samples that are not whole
 * numbers of up to 16 bits.
 */
final class TiffDecoder {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int EXTRA = 338;
  private static final int FORMAT = 339;

  private static final Set<Integer> COMPRESSIONS = Set.of(1, 2, 3, 4, 5, 8, 32946, 32773);
  private static final Map<Integer, String> OTHERS =
      Map.of(
          6,
          "JPEG",
          7,
          "JPEG",
          33003,
          "JPEG 2000",
          34712,
          "JPEG 2000",
          50000,
          "Zstandard",
          50001,
          "WebP",
          34925,
          "LZMA");
  private static final int INKS = 5;

  /** The most that a byte of a compressed file becomes; of fax rows may be any length. */
  private static final long MAX_RATIO = 1500;

  private final ByteBuffer file;
  private int entries;

  private TiffDecoder(byte[] file) {
    this.file =
        ByteBuffer.wrap(file)
            .order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    return new TiffDecoder(file).decode(maxPixels);
  }

  private Rgb decode(long maxPixels) throws BadImageException {
    long first = file.capacity() < 8 ? -1 : file.getInt(4) & 0xffffffffL;
    if (first < 8 || first > file.capacity() - 2) {
      throw new BadImageException("truncated TIFF");
    }
    entries = (int) first;
    int width = value(WIDTH, 0);
    int height = value(HEIGHT, 0);
    PixelLimit.check(width, height, maxPixels);
    int samples = value(SAMPLES, 1);
    int bits = value(BITS, 1);
    int compression = value(COMPRESSION, 1);
    int photometric = value(PHOTOMETRIC, -1);
    check(compression, photometric, samples, bits);
    boolean fax = compression >= 2 && compression <= 4;
    long pixels = (long) width * height * samples * bits / 8;
    if (!fax && pixels > (compression == 1 ? 1 : MAX_RATIO) * file.capacity()) {
      throw new BadImageException("truncated TIFF: so few bytes cannot hold its pixels");
    }
    var image =
        LibraryReader.read(
            new TIFFImageReaderSpi().createReaderInstance(null),
            file.array(),
            maxPixels,
            ImageFormat.TIFF);
    if (image.getWidth() != width || image.getHeight() != height) {
      throw new BadImageException("undecodable: the TIFF reader gave another size");
    }
    Rgb rgb =
        photometric == INKS
            ? LibraryReader.inks(image)
            : LibraryReader.rgb(
                image, samples < 3 ? LibraryReader.Wide.SATURATE : LibraryReader.Wide.SHIFT);
    return rgb.turned(value(ORIENTATION, 1));
  }

  private void check(int compression, int photometric, int samples, int bits)
      throws BadImageException {
    if (!COMPRESSIONS.contains(compression)) {
      throw new BadImageException(
          "unsupported TIFF: compression "
              + OTHERS.getOrDefault(compression, Integer.toString(compression))
              + "; save it with LZW or deflate");
    }
    if (value(EXTRA, 0) == 1) {
      throw new BadImageException("unsupported TIFF: premultiplied alpha; save it without alpha");
    }
    int format = value(FORMAT, 1);
    boolean whole = format == 1 || format == 4;
    if (!whole || (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16)) {
      throw new BadImageException(
          "unsupported TIFF: samples of "
              + bits
              + " bits, format "
              + format
              + "; save it with whole numbers of 8 bits");
    }
    boolean known =
        switch (photometric) {
          case 0, 1 -> samples == 1 || samples == 2;
          case 2 -> samples == 3 || samples == 4;
          case 3 -> samples == 1;
          case INKS -> samples == 4 && bits == 8;
          default -> false;
        };
    if (!known) {
      throw new BadImageException(
          "unsupported TIFF: "
              + "colours of kind "
              + photometric
              + " in "
              + samples
              + " samples; save it as RGB");
    }
  }

  /** The first value of a tag of the first picture. */
  private int value(int tag, int otherwise) throws BadImageException {
    int count = file.getShort(entries) & 0xffff;
    for (int i = 0; i < count; i++) {
      int at = entries + 2 + 12 * i;
      if (at > file.capacity() - 12) {
        throw new BadImageException("truncated TIFF");
      }
      if ((file.getShort(at) & 0xffff) == tag) {
        int type = file.getShort(at + 2);
        long values = file.getInt(at + 4) & 0xffffffffL;
        int size = type == 3 ? 2 : 4;
        long from = values * size <= 4 ? at + 8 : file.getInt(at + 8) & 0xffffffffL;
        if ((type != 3 && type != 4) || values < 1 || from > file.capacity() - size) {
          throw new BadImageException("corrupt TIFF: tag " + tag);
        }
        return type == 3 ? file.getShort((int) from) & 0xffff : file.getInt((int) from);
      }
    }
    return otherwise;
  }
}

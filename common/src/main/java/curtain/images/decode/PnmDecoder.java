package curtain.images.decode;

import curtain.images.source.BadImageException;
import java.util.Locale;

/**
 * Reads PBM, PGM and PPM (Netpbm's P1 to P6) as Pillow does: a sample v of at most m becomes
 * round(255 v / m), halves to even; grey of more than 8 bits becomes round(65535 v / m), of which
 * what is above 255 becomes 255. Of several pictures the first is taken.
 *
 * <p>The class path has no reader of these formats; they are a header and samples.
 */
final class PnmDecoder {
  private static final int LONGEST_TOKEN = 10;

  private final byte[] file;
  private int position = 2;

  private PnmDecoder(byte[] file) {
    this.file = file;
  }

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    return new PnmDecoder(file).decode(maxPixels);
  }

  private Rgb decode(long maxPixels) throws BadImageException {
    int kind = file[1] - '0';
    boolean plain = kind <= 3;
    boolean bitmap = kind == 1 || kind == 4;
    int samples = kind == 3 || kind == 6 ? 3 : 1;
    int width = number();
    int height = number();
    PixelLimit.check(width, height, maxPixels);
    int most = bitmap ? 1 : number();
    if (most < 1 || most > 65535) {
      throw new BadImageException("corrupt PNM: a largest value of " + most);
    }
    int row = Math.multiplyExact(width, samples);
    long bytes =
        plain
            ? row
            : kind == 4 ? (width + 7) / 8 : most < 256 ? row : 2L * row; // of a row, at least
    if (bytes * height > file.length - position) {
      throw new BadImageException("truncated PNM: so few bytes cannot hold its pixels");
    }
    byte[] pixels = new byte[Math.multiplyExact(row, height)];
    if (kind == 4) {
      for (int i = 0; i < pixels.length; i++) {
        int x = i % width;
        int bit = file[position + i / width * (int) bytes + x / 8] >> (7 - x % 8) & 1;
        pixels[i] = (byte) (bit == 0 ? 255 : 0);
      }
    } else if (kind == 1) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) (bit() == 0 ? 255 : 0);
      }
    } else {
      byte[] table = table(most, samples);
      for (int i = 0; i < pixels.length; i++) {
        int value = plain ? number() : sample(most);
        if (plain && value > most) {
          throw new BadImageException("corrupt PNM: a value above its largest");
        }
        pixels[i] = table[Math.min(value, table.length - 1)];
      }
    }
    return Rgb.packed(width, height, pixels, samples);
  }

  /** What becomes of each sample, those above the largest among them. */
  private static byte[] table(int most, int samples) {
    byte[] table = new byte[most < 256 ? 256 : 65536];
    boolean wide = samples == 1 && most > 255;
    for (int v = 0; v < table.length; v++) {
      double scaled = Math.rint((double) v / most * (wide ? 65535 : 255));
      table[v] = (byte) Math.min(255, (int) scaled);
    }
    return table;
  }

  private int sample(int most) {
    int value = file[position++] & 0xff;
    return most < 256 ? value : value << 8 | (file[position++] & 0xff);
  }

  /** A digit of a plain bitmap, between which blanks may be missing. */
  private int bit() throws BadImageException {
    int c = next();
    while (isBlank(c) || c == '#') {
      if (c == '#') {
        skipComment();
      }
      c = next();
    }
    if (c != '0' && c != '1') {
      throw new BadImageException("corrupt PNM: a bitmap of other digits than 0 and 1");
    }
    return c - '0';
  }

  /** A number, and the blank behind it. A comment may be anywhere, within a number too. */
  private int number() throws BadImageException {
    long value = 0;
    int digits = 0;
    while (true) {
      int c = position < file.length ? next() : ' ';
      if (c == '#') {
        skipComment();
      } else if (isBlank(c)) {
        if (digits > 0) {
          return (int) Math.min(Integer.MAX_VALUE, value);
        }
        if (position >= file.length) {
          throw new BadImageException("truncated PNM");
        }
      } else if (c < '0' || c > '9' || ++digits > LONGEST_TOKEN) {
        throw new BadImageException(
            String.format(Locale.ROOT, "corrupt PNM: no number at byte %d", position - 1));
      } else {
        value = 10 * value + c - '0';
      }
    }
  }

  private void skipComment() {
    while (position < file.length && file[position] != '\n' && file[position] != '\r') {
      position++;
    }
    position = Math.min(position + 1, file.length);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private int next() throws BadImageException {
    if (position >= file.length) {
      throw new BadImageException("truncated PNM");
    }
    return file[position++] & 0xff;
  }
}

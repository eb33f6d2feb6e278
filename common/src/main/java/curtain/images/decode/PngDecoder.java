package curtain.images.decode;

import curtain.OneLine;
import curtain.images.source.BadImageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads PNG (ISO/IEC 15948) as 8-bit grey or RGB: palettes expanded, 1, 2 and 4-bit grey scaled to
 * 255, 16-bit samples shifted right by 8, alpha and tRNS dropped without compositing, no gamma, no
 * profiles.
 *
 * <p>The JDK's reader is not used: it checks no CRC, applies tRNS, and holds 16-bit and alpha
 * samples of the whole image; here one row at a time is inflated. As in Pillow a wrong CRC is an
 * error up to the first IDAT chunk and ignored from there on, where the checksum of the compressed
 * stream vouches for the pixels: a wrong one is an error. So are a bad stream and one that ends
 * early; a missing IEND is not.
 */
public final class PngDecoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /**
   * The most bytes of pixels for a byte of the file. Deflate expands by 1032 at most, so a small
   * file that claims a large size is refused before it takes memory.
   */
  private static final long MAX_RATIO = 1040;

  /** Adam7: first column, first row, column step, row step of each pass. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int GREY = 0;
  private static final int COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int COLOUR_ALPHA = 6;

  private final byte[] file;
  private int position = SIGNATURE.length;
  private int width;
  private int height;
  private int depth;
  private int type;
  private boolean interlaced;
  private boolean inPixels; // an IDAT chunk was seen
  private byte[] palette;

  private PngDecoder(byte[] file) {
    this.file = file;
  }

  /** Whether a file begins as PNG files do. */
  public static boolean accepts(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(file, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    return new PngDecoder(file).decode(maxPixels);
  }

  private Rgb decode(long maxPixels) throws BadImageException {
    Chunk header = next();
    if (header == null || !header.type.equals("IHDR") || header.length != 13) {
      throw new BadImageException("corrupt PNG: no IHDR chunk");
    }
    readHeader(header.start);
    PixelLimit.check(width, height, maxPixels);
    Chunk chunk = next();
    while (chunk != null && !chunk.type.equals("IDAT")) {
      if (chunk.type.equals("PLTE")) {
        readPalette(chunk);
      } else if (chunk.type.equals("IEND")) {
        throw new BadImageException("corrupt PNG: no IDAT chunk");
      }
      chunk = next();
    }
    if (chunk == null) {
      throw new BadImageException("truncated PNG: it ends before its pixels");
    }
    if (type == PALETTE && palette == null) {
      throw new BadImageException("corrupt PNG: no palette");
    }
    if ((long) width * height * bits() / 8 > MAX_RATIO * file.length) {
      throw new BadImageException("truncated PNG: so few bytes cannot hold its pixels");
    }
    int samples = type == GREY || type == GREY_ALPHA ? 1 : 3;
    byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), samples)];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(file, chunk.start, chunk.length);
      for (int[] pass : interlaced ? ADAM7 : new int[][] {{0, 0, 1, 1}}) {
        readPass(inflater, pass, samples, pixels);
      }
      readChecksum(inflater);
    } finally {
      inflater.end();
    }
    return Rgb.packed(width, height, pixels, samples);
  }

  private void readHeader(int at) throws BadImageException {
    ByteBuffer header = ByteBuffer.wrap(file, at, 13);
    width = header.getInt();
    height = header.getInt();
    depth = header.get();
    type = header.get();
    int compression = header.get();
    int filter = header.get();
    int interlace = header.get();
    boolean valid =
        switch (type) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case COLOUR, GREY_ALPHA, COLOUR_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!valid || compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "corrupt PNG: colour type %d, depth %d, compression %d, filter %d, interlace %d",
              type,
              depth,
              compression,
              filter,
              interlace));
    }
    interlaced = interlace == 1;
  }

  /** Bits of a pixel. */
  private int bits() {
    return depth
        * switch (type) {
          case GREY_ALPHA -> 2;
          case COLOUR -> 3;
          case COLOUR_ALPHA -> 4;
          default -> 1;
        };
  }

  /** Inflates, unfilters and stores one pass; x = x0 + i dx, y = y0 + j dy. */
  private void readPass(Inflater inflater, int[] pass, int samples, byte[] pixels)
      throws BadImageException {
    int columns = (width - pass[0] + pass[2] - 1) / pass[2];
    int rows = (height - pass[1] + pass[3] - 1) / pass[3];
    if (columns <= 0 || rows <= 0) {
      return;
    }
    int bits = bits();
    int unit = Math.max(1, bits / 8); // bytes from a sample to that of the pixel to the left
    int length = Math.toIntExact(((long) columns * bits + 7) / 8);
    byte[] row = new byte[length + 1]; // the filter's number, then the samples
    byte[] above = new byte[length + 1];
    for (int j = 0; j < rows; j++) {
      inflate(inflater, row);
      unfilter(row, above, unit);
      int to = ((pass[1] + j * pass[3]) * width + pass[0]) * samples;
      store(row, columns, unit, pixels, to, pass[2] * samples);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private void inflate(Inflater inflater, byte[] row) throws BadImageException {
    int have = 0;
    try {
      while (have < row.length) {
        int n = inflater.inflate(row, have, row.length - have);
        have += n;
        if (n == 0) {
          Chunk chunk = inflater.needsInput() ? next() : null;
          if (chunk == null || !chunk.type.equals("IDAT")) {
            throw new BadImageException("truncated PNG: its pixels end early");
          }
          inflater.setInput(file, chunk.start, chunk.length);
        }
      }
    } catch (DataFormatException e) {
      throw new BadImageException("corrupt PNG: " + OneLine.of(e), e);
    }
  }

  /** Has the inflater compare the stream's checksum, unless the stream has more or ends before. */
  private void readChecksum(Inflater inflater) throws BadImageException {
    try {
      while (inflater.inflate(new byte[1]) == 0 && inflater.needsInput()) {
        Chunk chunk = position == file.length ? null : next();
        if (chunk == null || !chunk.type.equals("IDAT")) {
          return;
        }
        inflater.setInput(file, chunk.start, chunk.length);
      }
    } catch (DataFormatException e) {
      throw new BadImageException("corrupt PNG: " + OneLine.of(e), e);
    }
  }

  private static void unfilter(byte[] row, byte[] above, int unit) throws BadImageException {
    switch (row[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + unit; i < row.length; i++) {
          row[i] += row[i - unit];
        }
      }
      case 2 -> {
        for (int i = 1; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < row.length; i++) {
          int left = i > unit ? row[i - unit] & 0xff : 0;
          row[i] += (byte) ((left + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 1; i < row.length; i++) {
          int left = i > unit ? row[i - unit] & 0xff : 0;
          int corner = i > unit ? above[i - unit] & 0xff : 0;
          row[i] += (byte) paeth(left, above[i] & 0xff, corner);
        }
      }
      default -> throw new BadImageException("corrupt PNG: row filter " + row[0]);
    }
  }

  private static int paeth(int left, int up, int corner) {
    int estimate = left + up - corner;
    int a = Math.abs(estimate - left);
    int b = Math.abs(estimate - up);
    int c = Math.abs(estimate - corner);
    if (a <= b && a <= c) {
      return left;
    }
    return b <= c ? up : corner;
  }

  private void store(byte[] row, int columns, int unit, byte[] pixels, int to, int step) {
    if (depth >= 8) {
      int sample = depth / 8; // of 16 bits the high byte comes first
      for (int i = 0, from = 1; i < columns; i++, from += unit, to += step) {
        if (type == PALETTE) {
          System.arraycopy(palette, 3 * (row[from] & 0xff), pixels, to, 3);
        } else {
          pixels[to] = row[from];
          if (type == COLOUR || type == COLOUR_ALPHA) {
            pixels[to + 1] = row[from + sample];
            pixels[to + 2] = row[from + 2 * sample];
          }
        }
      }
      return;
    }
    int mask = (1 << depth) - 1;
    int scale = 255 / mask;
    for (int i = 0; i < columns; i++, to += step) {
      int bit = i * depth;
      int value = row[1 + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask;
      if (type == PALETTE) {
        System.arraycopy(palette, 3 * value, pixels, to, 3);
      } else {
        pixels[to] = (byte) (value * scale);
      }
    }
  }

  /** Three bytes for each index; those that the chunk does not give are grey, as in Pillow. */
  private void readPalette(Chunk chunk) {
    palette = new byte[3 * 256];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (i / 3);
    }
    int length = Math.min(palette.length, chunk.length / 3 * 3);
    System.arraycopy(file, chunk.start, palette, 0, length);
  }

  /** The next chunk, its CRC checked up to the first IDAT; null where the file ends. */
  private Chunk next() throws BadImageException {
    if (position == file.length) {
      return null;
    }
    if (file.length - position < 12) {
      throw new BadImageException("truncated PNG");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file);
    int length = buffer.getInt(position);
    int start = position + 8;
    if (length < 0 || length > file.length - start - 4) {
      throw new BadImageException("truncated PNG");
    }
    String name = new String(file, position + 4, 4, StandardCharsets.ISO_8859_1);
    inPixels |= name.equals("IDAT");
    if (!inPixels) {
      CRC32 crc = new CRC32();
      crc.update(file, position + 4, length + 4);
      if ((int) crc.getValue() != buffer.getInt(start + length)) {
        throw new BadImageException("corrupt PNG: CRC of chunk " + name + " is wrong");
      }
    }
    position = start + length + 4;
    return new Chunk(name, start, length);
  }

  private record Chunk(String type, int start, int length) {}
}

package curtain.images.decode;

import curtain.images.source.BadImageException;

/**
 * Reads the first frame of a GIF (CompuServe's specification, 89a) on its logical screen, as Pillow
 * does: transparency is ignored, what the frame does not cover has the transparent colour, else
 * colour 0, and colours that the palette does not give are grey.
 *
 * <p>The JDK's reader is not used: it fills what a stream lacks with colour 0 and prints stack
 * traces.
 */
final class GifDecoder {
  private static final int CODES = 1 << 12;
  private static final int IMAGE = ',';
  private static final int EXTENSION = '!';
  private static final int TRAILER = ';';
  private static final int CONTROL = 0xf9;

  private final byte[] file;
  private int position = 6;

  // LZW: bytes left of a block, and bits that are read from it and wait for their code
  private int blockLeft;
  private int bits;
  private int count;

  private GifDecoder(byte[] file) {
    this.file = file;
  }

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    return new GifDecoder(file).decode(maxPixels);
  }

  private Rgb decode(long maxPixels) throws BadImageException {
    int width = word();
    int height = word();
    int flags = next();
    position += 2; // background and aspect
    byte[] palette = (flags & 0x80) == 0 ? grey() : palette(flags);
    int background = 0;
    int block = next();
    while (block != IMAGE) {
      if (block == TRAILER) {
        throw new BadImageException("corrupt GIF: no image");
      }
      if (block == EXTENSION) {
        int label = next();
        int length = next();
        if (label == CONTROL && length >= 4) {
          int control = at(position);
          background = (control & 1) == 0 ? background : at(position + 3);
        }
        while (length != 0) {
          position += length;
          length = next();
        }
      }
      block = next();
    }
    int left = word();
    int top = word();
    int frameWidth = word();
    int frameHeight = word();
    int frameFlags = next();
    width = Math.max(width, left + frameWidth);
    height = Math.max(height, top + frameHeight);
    PixelLimit.check(frameWidth, frameHeight, maxPixels);
    PixelLimit.check(width, height, maxPixels);
    if ((frameFlags & 0x80) != 0) {
      palette = palette(frameFlags);
    }
    // A code has three bits or more and gives 4096 pixels at most.
    if ((long) frameWidth * frameHeight > (file.length - position) * 8L / 3 * CODES) {
      throw new BadImageException("truncated GIF: so few bytes cannot hold its pixels");
    }
    byte[] indices = new byte[Math.multiplyExact(frameWidth, frameHeight)];
    inflate(next(), indices);
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    for (int i = 0; i < rgb.length; i += 3) {
      System.arraycopy(palette, 3 * background, rgb, i, 3);
    }
    int[] rows = rows(frameHeight, (frameFlags & 0x40) != 0);
    for (int y = 0; y < frameHeight; y++) {
      int to = ((top + rows[y]) * width + left) * 3;
      for (int x = 0; x < frameWidth; x++, to += 3) {
        System.arraycopy(palette, 3 * (indices[y * frameWidth + x] & 0xff), rgb, to, 3);
      }
    }
    return Rgb.packed(width, height, rgb, 3);
  }

  /** Where the rows of a stream lie: one after the other, or in four passes. */
  private static int[] rows(int height, boolean interlaced) {
    int[] rows = new int[height];
    int n = 0;
    for (int[] pass :
        interlaced ? new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}} : new int[][] {{0, 1}}) {
      for (int y = pass[0]; y < height; y += pass[1]) {
        rows[n++] = y;
      }
    }
    return rows;
  }

  private static byte[] grey() {
    byte[] palette = new byte[3 * 256];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (i / 3);
    }
    return palette;
  }

  private byte[] palette(int flags) throws BadImageException {
    byte[] palette = grey();
    int length = 3 << ((flags & 7) + 1);
    if (length > file.length - position) {
      throw new BadImageException("truncated GIF");
    }
    System.arraycopy(file, position, palette, 0, length);
    position += length;
    return palette;
  }

  /** Decodes the stream of codes until all pixels are there. */
  private void inflate(int first, byte[] pixels) throws BadImageException {
    if (first < 1 || first > 8) {
      throw new BadImageException("corrupt GIF: codes of " + first + " bits");
    }
    int clear = 1 << first;
    int end = clear + 1;
    short[] before = new short[CODES];
    byte[] last = new byte[CODES];
    byte[] string = new byte[CODES];
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
    }
    int next = end + 1;
    int size = first + 1;
    int previous = -1;
    int previousFirst = 0;
    int filled = 0;
    while (filled < pixels.length) {
      int code = code(size);
      if (code == clear) {
        next = end + 1;
        size = first + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw new BadImageException("truncated GIF: its pixels end early");
      }
      if (code > next || (code == next && previous < 0) || (previous < 0 && code > end)) {
        throw new BadImageException("corrupt GIF: a code that is not there yet");
      }
      int length = 0;
      int at = code;
      if (code == next) { // the string before, and its first byte again
        string[length++] = (byte) previousFirst;
        at = previous;
      }
      while (at > end) {
        string[length++] = last[at];
        at = before[at];
      }
      string[length++] = last[at];
      previousFirst = last[at];
      while (length > 0 && filled < pixels.length) {
        pixels[filled++] = string[--length];
      }
      if (previous >= 0 && next < CODES) {
        before[next] = (short) previous;
        last[next] = (byte) previousFirst;
        next++;
        if (next == 1 << size && size < 12) {
          size++;
        }
      }
      previous = code;
    }
  }

  /** The next code of so many bits, lowest bits first, over the borders of blocks. */
  private int code(int size) throws BadImageException {
    while (count < size) {
      if (blockLeft == 0) {
        blockLeft = next();
        if (blockLeft == 0) {
          throw new BadImageException("truncated GIF: its pixels end early");
        }
      }
      bits |= next() << count;
      count += 8;
      blockLeft--;
    }
    int code = bits & ((1 << size) - 1);
    bits >>>= size;
    count -= size;
    return code;
  }

  private int word() throws BadImageException {
    int low = next();
    return low | next() << 8;
  }

  private int next() throws BadImageException {
    return at(position++);
  }

  private int at(int index) throws BadImageException {
    if (index >= file.length) {
      throw new BadImageException("truncated GIF");
    }
    return file[index] & 0xff;
  }
}

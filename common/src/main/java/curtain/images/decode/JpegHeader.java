package curtain.images.decode;

import curtain.images.source.BadImageException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Scans a JPEG file from SOI to EOI: size, components and colour space by libjpeg's rules, and a
 * copy of the file that any reader understands in the same way. The copy has no APPn and COM
 * segments (profiles, EXIF and thumbnails change nothing in Pillow's pixels) but the one, written
 * anew, that states the colour space, and ends at EOI.
 */
final class JpegHeader {
  /** How the samples are coded. */
  enum Coding {
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK
  }

  /**
   * The most scans of a file. The reader decodes the whole picture once for each; real files have
   * about ten.
   */
  private static final int MOST_SCANS = 100;

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final byte[] JFIF_SEGMENT = {
    (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  private final byte[] file;
  private final ByteArrayOutputStream copy;
  private int position = 2;
  private int width;
  private int height;
  private int[] components; // identifiers, null before SOF
  private boolean tall;
  private int scans;
  private boolean jfif;
  private int adobe = -1; // Adobe's transform, -1 without such a segment

  private JpegHeader(byte[] file) {
    this.file = file;
    this.copy = new ByteArrayOutputStream(file.length + 32);
  }

  /**
   * What a scan of a file finds.
   *
   * @param width in pixels
   * @param height in pixels
   * @param coding of the samples
   * @param tall whether a component has all columns and half of the rows (4:4:0)
   * @param bytes the copy for a reader
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Scanned(int width, int height, Coding coding, boolean tall, byte[] bytes) {}

  /**
   * Scans a file that begins with SOI.
   *
   * @throws BadImageException if it has more than {@code maxPixels} pixels, ends before EOI, is too
   *     short for its pixels, or is of a kind that is not supported (lossless, arithmetic, 12 bits,
   *     two components, more than {@value #MOST_SCANS} scans)
   */
  static Scanned scan(byte[] file, long maxPixels) throws BadImageException {
    return new JpegHeader(file).scan(maxPixels);
  }

  private Scanned scan(long maxPixels) throws BadImageException {
    ByteArrayOutputStream beforeScan = new ByteArrayOutputStream();
    boolean scanning = false;
    Coding coding = null;
    for (int marker = next(); marker != EOI; marker = next()) {
      if (marker == SOI || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
        continue; // no segment follows
      }
      int start = position - 2;
      boolean application = (marker >= 0xe0 && marker <= 0xef) || marker == 0xfe;
      int length = position + 2 <= file.length ? unsigned16(position) : 0;
      if (application && length < 2 && position + 2 <= file.length) {
        length = 2; // nothing follows, as libjpeg and Pillow take it
      }
      if (length < 2 || length > file.length - position) {
        throw new BadImageException(
            position + length > file.length ? "truncated JPEG" : "corrupt JPEG: segment length");
      }
      int end = position + length;
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        readFrame(marker, position + 2, length - 2, maxPixels);
      }
      position = end;
      if (application) {
        if (!scanning) {
          readApplication(marker, start + 4, length - 2);
        }
        continue;
      }
      if (marker == SOS) {
        if (components == null) {
          throw new BadImageException("corrupt JPEG: a scan without a frame");
        }
        if (++scans > MOST_SCANS) {
          throw new BadImageException("unsupported JPEG: more than " + MOST_SCANS + " scans");
        }
        if (!scanning) {
          scanning = true;
          coding = coding();
          writeStart(coding, beforeScan);
        }
        skipEntropyCoded();
      }
      (scanning ? copy : beforeScan).write(file, start, position - start);
    }
    if (!scanning) {
      throw new BadImageException("corrupt JPEG: no pixels");
    }
    copy.write(0xff);
    copy.write(EOI);
    return new Scanned(width, height, coding, tall, copy.toByteArray());
  }

  /** The next marker; whatever lies before it is skipped, as libjpeg does. */
  private int next() throws BadImageException {
    while (position + 1 < file.length) {
      int marker = file[position + 1] & 0xff;
      if ((file[position] & 0xff) == 0xff && marker != 0 && marker != 0xff) {
        position += 2;
        return marker;
      }
      position++;
    }
    throw new BadImageException("truncated JPEG: no end-of-image marker");
  }

  /** Moves to the marker that ends a scan: not a stuffed 0xFF and not a restart. */
  private void skipEntropyCoded() {
    while (position + 1 < file.length) {
      if ((file[position] & 0xff) == 0xff) {
        int next = file[position + 1] & 0xff;
        if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
          return;
        }
      }
      position++;
    }
  }

  private void readFrame(int marker, int at, int length, long maxPixels) throws BadImageException {
    if (marker > 0xc2) {
      throw new BadImageException(
          "unsupported JPEG: "
              + (marker == 0xc9 || marker == 0xca
                  ? "arithmetic coding"
                  : "lossless or hierarchical"));
    }
    int n = length < 6 ? 0 : file[at + 5] & 0xff;
    if (components != null || length < 6 + 3 * n) {
      throw new BadImageException("corrupt JPEG: frame header");
    }
    if (file[at] != 8) {
      throw new BadImageException("unsupported JPEG: " + file[at] + " bits a sample");
    }
    height = unsigned16(at + 1);
    width = unsigned16(at + 3);
    if (n != 1 && n != 3 && n != 4) {
      throw new BadImageException("unsupported JPEG: " + n + " components");
    }
    PixelLimit.check(width, height, maxPixels);
    components = new int[n];
    int[] columns = new int[n];
    int[] rows = new int[n];
    for (int c = 0; c < n; c++) {
      components[c] = file[at + 6 + 3 * c] & 0xff;
      columns[c] = file[at + 7 + 3 * c] >> 4 & 0xf;
      rows[c] = file[at + 7 + 3 * c] & 0xf;
    }
    int mostColumns = Arrays.stream(columns).max().getAsInt();
    int mostRows = Arrays.stream(rows).max().getAsInt();
    long blocks = 0;
    for (int c = 0; c < n; c++) {
      tall |= columns[c] == mostColumns && 2 * rows[c] == mostRows;
      blocks += blocks(width, columns[c], mostColumns) * blocks(height, rows[c], mostRows);
    }
    if (blocks > 8L * file.length) { // each takes a bit or more, in any coding
      throw new BadImageException("truncated JPEG: so few bytes cannot hold its pixels");
    }
  }

  /** Blocks of 8 samples along a side. */
  private static long blocks(int side, int factor, int mostFactor) {
    return mostFactor == 0 ? 0 : ((long) side * factor / mostFactor + 7) / 8;
  }

  private void readApplication(int marker, int at, int length) {
    if (marker == 0xe0 && length >= 14 && begins(at, "JFIF\0")) {
      jfif = true;
    } else if (marker == 0xee && length >= 12 && begins(at, "Adobe")) {
      adobe = file[at + 11] & 0xff;
    }
  }

  /** The colour space, by the rules of libjpeg's {@code default_decompress_parms}. */
  private Coding coding() {
    if (components.length == 1) {
      return Coding.GREY;
    }
    if (components.length == 4) {
      return adobe < 0 || adobe == 0 ? Coding.CMYK : Coding.YCCK;
    }
    boolean named = Arrays.equals(components, new int[] {'R', 'G', 'B'});
    return !jfif && (adobe == 0 || (adobe < 0 && named)) ? Coding.RGB : Coding.YCBCR;
  }

  private void writeStart(Coding coding, ByteArrayOutputStream beforeScan) {
    copy.write(0xff);
    copy.write(SOI);
    if (coding == Coding.YCBCR) {
      copy.write(JFIF_SEGMENT, 0, JFIF_SEGMENT.length);
    } else if (coding != Coding.GREY) {
      byte[] segment = {
        (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
      };
      segment[15] = (byte) (coding == Coding.YCCK ? 2 : 0);
      copy.write(segment, 0, segment.length);
    }
    copy.writeBytes(beforeScan.toByteArray());
  }

  private boolean begins(int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (file[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int unsigned16(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}

package curtain.images.decode;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Formats of image files, told by how a file begins and never by its name: those that are decoded,
 * and those that are known well enough to say what to do.
 */
public enum ImageFormat {
  JPEG("JPEG", "\u00ff\u00d8\u00ff.*"),
  PNG("PNG", "\u0089PNG\r\n\u001a\n.*"),
  HEIC("HEIC", "....ftyp(hei[cxsm]|hev[cxsm]|mif1|msf1).*"),
  AVIF("AVIF", "....ftypavi[fs].*"),
  GIF("GIF", "GIF8[79]a.*"),
  BMP("BMP", "BM.*"),
  WEBP("WebP", "RIFF....WEBP.*"),
  TIFF("TIFF", "(II[*]\0|MM\0[*]).*"),
  BIG_TIFF("BigTIFF", "(II[+]\0|MM\0[+]).*"),
  PNM("PNM", "P[1-6][ \t\r\n#].*"),
  JPEG_2000("JPEG 2000", "(\0\0\0\fjP  |\u00ffO\u00ffQ).*"),
  JPEG_XL("JPEG XL", "(\u00ff\n|\0\0\0\fJXL ).*"),
  ICO("ICO", "\0\0[\1\2]\0.*"),
  PSD("PSD", "8BPS.*"),
  DICOM("DICOM", ".{128}DICM.*");

  private static final int LONGEST = 160;

  private final String title;
  private final Pattern start;

  ImageFormat(String title, String start) {
    this.title = title;
    this.start = Pattern.compile(start, Pattern.DOTALL);
  }

  /** The format of a file, null where it begins like none of them. */
  public static ImageFormat of(byte[] file) {
    int length = Math.min(file.length, LONGEST);
    String start = new String(file, 0, length, StandardCharsets.ISO_8859_1);
    for (ImageFormat format : values()) {
      if (format.start.matcher(start).matches()) {
        return format;
      }
    }
    return null;
  }

  /**
   * Whether a file that need not be an image begins like one. Text may do so, too: two letters make
   * a BMP, and some formats of PNM are text.
   */
  public static boolean isImage(byte[] start) {
    ImageFormat format = of(start);
    if (format != BMP && format != PNM) {
      return format != null;
    }
    for (int i = 0; i < Math.min(start.length, LONGEST); i++) {
      if (start[i] >= 0 && start[i] < '\t') {
        return true;
      }
    }
    return false;
  }

  /** The name that people know it by. */
  @Override
  public String toString() {
    return title;
  }
}

package curtain.images.decode;

import curtain.images.source.BadImageException;
import curtain.images.source.OneLine;
import java.nio.charset.StandardCharsets;

/**
 * Decodes an image file to 8-bit RGB as Pillow 9.4's {@code Image.open(f).convert('RGB')} does. The
 * format is read from the content, never from the name. Whatever a decoder does, exhausted memory
 * included, ends as a {@link BadImageException} with a reason of one line.
 */
public final class ImageDecoder {
  private static final String[][] MAGIC = {
    {"GIF8", "GIF"},
    {"BM", "BMP"},
    {"II*\0", "TIFF"},
    {"MM\0*", "TIFF"},
    {"\0\0\0\fjP  ", "JPEG 2000"},
    {"\u00ffO\u00ffQ", "JPEG 2000"},
    {"\0\0\1\0", "ICO"},
    {"8BPS", "PSD"},
    {"%PDF", "PDF"},
    {"PAR1", "Parquet; give the file or its directory as the image set"},
    {"PK\3\4", "zip"},
    {"\u001f\u008b", "gzip"}
  };

  private ImageDecoder() {}

  /**
   * Decodes a file's bytes.
   *
   * @param maxPixels largest width x height, checked from the header before memory is taken
   * @throws BadImageException where they are neither JPEG nor PNG, cannot be decoded, or have more
   *     pixels
   */
  public static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    try {
      if (JpegDecoder.accepts(file)) {
        return JpegDecoder.decode(file, maxPixels);
      }
      if (PngDecoder.accepts(file)) {
        return PngDecoder.decode(file, maxPixels);
      }
    } catch (RuntimeException | StackOverflowError | InternalError e) {
      throw new BadImageException("undecodable: " + OneLine.of(e), e);
    } catch (OutOfMemoryError e) {
      throw new BadImageException(
          "no memory to decode it; lower max pixels, or give more memory", e);
    }
    throw new BadImageException(unsupported(file));
  }

  private static String unsupported(byte[] file) {
    if (file.length == 0) {
      return "empty file";
    }
    int n = Math.min(file.length, 16);
    String start = new String(file, 0, n, StandardCharsets.ISO_8859_1);
    for (String[] magic : MAGIC) {
      if (start.startsWith(magic[0])) {
        return "unsupported format: " + magic[1];
      }
    }
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return "unsupported format: WebP";
    }
    if (start.startsWith("ftyp", 4)) {
      return "unsupported format: HEIF, AVIF or MP4";
    }
    boolean text = start.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r');
    return "neither JPEG nor PNG"
        + (text
            ? ": a text that begins with '" + start.strip().lines().findFirst().orElse("") + "'"
            : "");
  }
}

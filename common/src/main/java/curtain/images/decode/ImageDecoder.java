package curtain.images.decode;

import curtain.OneLine;
import curtain.images.source.BadImageException;
import curtain.images.source.ContainerKind;
import curtain.images.source.DecodedImage;
import curtain.images.source.GitLfs;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import java.nio.charset.StandardCharsets;

/**
 * Decodes an image file to 8-bit RGB as Pillow 9.4's {@code Image.open(f).convert('RGB')} does. The
 * format is read from the content, never from the name. Whatever a decoder does, exhausted memory
 * included, ends as a {@link BadImageException} with a reason of one line.
 */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Decodes a file's bytes.
   *
   * @param maxPixels largest width x height, checked from the header before memory is taken
   * @throws BadImageException where they are of no supported format, cannot be decoded, or have
   *     more pixels
   */
  public static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    ImageFormat format = format(file);
    return guarded(() -> decode(file, format, maxPixels));
  }

  /**
   * Decodes a file's bytes and makes a network's input of them, see {@link Transforms#apply}.
   *
   * @throws BadImageException as {@link #decode(byte[], long)}, and where the transform refuses it
   */
  public static DecodedImage decode(ImageRef ref, byte[] file, ImageOptions options)
      throws BadImageException {
    ImageFormat format = format(file);
    return guarded(
        () ->
            Transforms.apply(
                ref, decode(file, format, options.maxPixels()), format.toString(), options));
  }

  /** Decodes or transforms an image. */
  private interface Step<T> {
    T result() throws BadImageException;
  }

  /** A step whose failure, whatever it is, is the image's. */
  private static <T> T guarded(Step<T> step) throws BadImageException {
    try {
      return step.result();
    } catch (RuntimeException | StackOverflowError | InternalError e) {
      throw new BadImageException("undecodable: " + OneLine.of(e), e);
    } catch (OutOfMemoryError e) {
      throw new BadImageException(
          "no memory to decode it; lower max pixels, or give more memory", e);
    }
  }

  private static ImageFormat format(byte[] file) throws BadImageException {
    ImageFormat format = ImageFormat.of(file);
    if (format == null) {
      throw new BadImageException(unknown(file));
    }
    return format;
  }

  private static Rgb decode(byte[] file, ImageFormat format, long maxPixels)
      throws BadImageException {
    return switch (format) {
      case JPEG -> JpegDecoder.decode(file, maxPixels);
      case PNG -> PngDecoder.decode(file, maxPixels);
      case GIF -> GifDecoder.decode(file, maxPixels);
      case BMP -> BmpDecoder.decode(file, maxPixels);
      case WEBP -> WebpDecoder.decode(file, maxPixels);
      case TIFF -> TiffDecoder.decode(file, maxPixels);
      case PNM -> PnmDecoder.decode(file, maxPixels);
      case HEIC, AVIF, BIG_TIFF, JPEG_2000, JPEG_XL, ICO, PSD, DICOM ->
          throw new BadImageException(
              "unsupported format: " + format + "; convert it to JPEG or PNG");
    };
  }

  private static String unknown(byte[] file) {
    if (file.length == 0) {
      return "empty file";
    }
    int n = Math.min(file.length, 32);
    String start = new String(file, 0, n, StandardCharsets.ISO_8859_1);
    if (GitLfs.isPointer(file)) {
      return GitLfs.POINTER;
    }
    if (ContainerKind.of(file).isPresent()) {
      return "an archive or Parquet file; give it by itself as the image set";
    }
    boolean text = start.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r');
    return "no image of a known format"
        + (text
            ? ": a text that begins with '" + start.strip().lines().findFirst().orElse("") + "'"
            : "");
  }
}

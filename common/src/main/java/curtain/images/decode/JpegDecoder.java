package curtain.images.decode;

import curtain.OneLine;
import curtain.images.source.BadImageException;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG with the JDK's reader (libjpeg: integer DCT, fancy upsampling) from the copy that
 * {@link JpegHeader} makes, and takes the raw bands: no colour management, no getRGB.
 *
 * <p>Stricter than Pillow: a file whose end-of-image marker comes before its pixels are complete,
 * or never, is truncated even where Pillow fills up with grey.
 *
 * <p>Pillow's libjpeg-turbo interpolates chroma that is halved vertically only (4:4:0), as a
 * rotated 4:2:2 photo has it; libjpeg 6b, which some builds of the JDK carry, repeats rows. There
 * such a file is an error, and not a picture that is wrong by a little. Everything else is the same
 * in both.
 *
 * <p>CMYK and YCCK become RGB by {@link Cmyk}, after Adobe's inversion, which Pillow always
 * assumes: (255 - K) - round(C (255 - K) / 255) for C, and likewise for M and Y. Profiles are not
 * applied.
 */
final class JpegDecoder {
  private JpegDecoder() {}

  static Rgb decode(byte[] file, long maxPixels) throws BadImageException {
    JpegHeader.Scanned scanned = JpegHeader.scan(file, maxPixels);
    if (scanned.tall() && !Upsampling.INTERPOLATES_ROWS) {
      throw new BadImageException(
          "unsupported JPEG: 4:4:0 chroma, which this Java runtime upsamples unlike Pillow; use a"
              + " JDK built with libjpeg-turbo (Debian's is)");
    }
    boolean inks =
        scanned.coding() == JpegHeader.Coding.CMYK || scanned.coding() == JpegHeader.Coding.YCCK;
    Raster raster = read(scanned.bytes(), inks);
    int bands = scanned.coding() == JpegHeader.Coding.GREY ? 1 : inks ? 4 : 3;
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || model.getNumBands() != bands
        || raster.getWidth() != scanned.width()
        || raster.getHeight() != scanned.height()) {
      throw new BadImageException("undecodable: the JPEG reader gave an unexpected raster");
    }
    int[] offsets = model.getBandOffsets();
    byte[] data = buffer.getData();
    if (inks) {
      Cmyk.toRgb(data, offsets, model.getPixelStride(), scanned.coding() == JpegHeader.Coding.YCCK);
    }
    int[] rgb =
        bands == 1
            ? new int[] {offsets[0], offsets[0], offsets[0]}
            : new int[] {offsets[0], offsets[1], offsets[2]};
    return new Rgb(
        scanned.width(),
        scanned.height(),
        data,
        model.getScanlineStride(),
        model.getPixelStride(),
        rgb);
  }

  private static Raster read(byte[] jpeg, boolean raw) throws BadImageException {
    ImageReader reader = JdkReaders.of("jpeg");
    String[] lost = new String[1];
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (warning.contains("premature end") || warning.contains("Premature end")) {
            lost[0] = warning;
            reader.abort(); // the rest would be made up, block by block
          }
        });
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg))) {
      reader.setInput(in, true, true);
      Raster raster = raw ? reader.readRaster(0, null) : reader.read(0).getRaster();
      if (lost[0] != null) {
        throw new BadImageException("truncated JPEG: " + lost[0].strip());
      }
      return raster;
    } catch (IOException e) {
      throw new BadImageException("corrupt JPEG: " + OneLine.of(e), e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Whether this runtime's libjpeg interpolates rows of chroma, found out once, on a 4:4:0 picture
   * of a vertical gradient.
   */
  private static final class Upsampling {
    private static final boolean INTERPOLATES_ROWS = interpolatesRows();

    private static boolean interpolatesRows() {
      try (InputStream probe = JpegDecoder.class.getResourceAsStream("sampling-440.jpg")) {
        Raster raster = JpegDecoder.read(probe.readAllBytes(), false);
        int[] even = raster.getPixel(0, 8, (int[]) null);
        int[] odd = raster.getPixel(0, 9, (int[]) null);
        // red minus blue is chroma alone: steps of 35 where interpolated, none where repeated
        return Math.abs((even[0] - even[2]) - (odd[0] - odd[2])) > 8;
      } catch (IOException | BadImageException e) {
        return false;
      }
    }
  }
}

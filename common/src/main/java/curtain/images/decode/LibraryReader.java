package curtain.images.decode;

import curtain.OneLine;
import curtain.images.source.BadImageException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.PackedColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads the first picture of a file by a reader of a library, from memory, and makes RGB of its
 * samples as Pillow does: palettes are looked up, alpha is dropped, packed samples of b bits become
 * floor(255 v / (2^b - 1)). No colour is managed: the samples are taken, not what the library's
 * colour model makes of them.
 */
final class LibraryReader {
  /** What becomes of samples of 16 bits. */
  enum Wide {
    /** min(v, 255), as of Pillow's grey of 16 bits. */
    SATURATE,
    /** v / 256, as of Pillow's colours of 16 bits. */
    SHIFT
  }

  private LibraryReader() {}

  /**
   * Reads a picture, and closes the reader.
   *
   * @param format named in reasons
   * @throws BadImageException where it has more than {@code maxPixels} pixels or is damaged
   */
  static BufferedImage read(ImageReader reader, byte[] file, long maxPixels, ImageFormat format)
      throws BadImageException {
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, false, true);
      PixelLimit.check(reader.getWidth(0), reader.getHeight(0), maxPixels);
      return reader.read(0);
    } catch (IOException e) {
      throw new BadImageException("corrupt " + format + ": " + OneLine.of(e), e);
    } finally {
      reader.dispose();
    }
  }

  /** The samples of a picture as RGB. */
  static Rgb rgb(BufferedImage image, Wide wide) throws BadImageException {
    Raster raster = image.getRaster();
    ColorModel colours = image.getColorModel();
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
    int[] row = new int[width * bands];
    int[][] tables = tables(raster, colours, wide);
    int second =
        tables.length == 3 && bands >= 3 ? 1 : 0; // of the bands: grey and palettes have one
    int to = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        rgb[to++] = (byte) tables[0][row[at]];
        rgb[to++] = (byte) tables[1][row[at + second]];
        rgb[to++] = (byte) tables[2][row[at + 2 * second]];
      }
    }
    return Rgb.packed(width, height, rgb, 3);
  }

  /** The samples of a picture of four inks, 8 bits each, as RGB. */
  static Rgb inks(BufferedImage image) throws BadImageException {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    if (raster.getNumBands() != 4) {
      throw new BadImageException("undecodable: the reader gave no four inks");
    }
    byte[] inks = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 4)];
    int[] row = new int[width * 4];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int i = 0; i < row.length; i++) {
        inks[y * row.length + i] = (byte) (255 - row[i]); // as Adobe's JPEG stores them
      }
    }
    Cmyk.toRgb(inks, new int[] {0, 1, 2, 3}, 4, false);
    return new Rgb(width, height, inks, 4 * width, 4, new int[] {0, 1, 2});
  }

  /** What becomes of each value of a sample, of red, green and blue. */
  private static int[][] tables(Raster raster, ColorModel colours, Wide wide)
      throws BadImageException {
    if (colours instanceof IndexColorModel palette) {
      int[][] tables = new int[3][1 << raster.getSampleModel().getSampleSize(0)];
      for (int i = 0; i < tables[0].length; i++) { // beyond the palette grey, as in Pillow
        boolean given = i < palette.getMapSize();
        tables[0][i] = given ? palette.getRed(i) : i;
        tables[1][i] = given ? palette.getGreen(i) : i;
        tables[2][i] = given ? palette.getBlue(i) : i;
      }
      return tables;
    }
    int bands = raster.getNumBands();
    int[][] tables = new int[3][];
    for (int band = 0; band < 3; band++) {
      int sample = bands >= 3 ? band : 0;
      int bits =
          colours instanceof PackedColorModel
              ? colours.getComponentSize(sample)
              : raster.getSampleModel().getSampleSize(sample);
      if (bits < 1 || bits > 16) {
        throw new BadImageException("unsupported: samples of " + bits + " bits");
      }
      tables[band] = table(bits, wide);
    }
    return tables;
  }

  private static int[] table(int bits, Wide wide) {
    int[] table = new int[1 << bits];
    for (int v = 0; v < table.length; v++) {
      if (bits <= 8) {
        table[v] = v * 255 / ((1 << bits) - 1);
      } else {
        table[v] = wide == Wide.SATURATE ? Math.min(v, 255) : v >> (bits - 8);
      }
    }
    return table;
  }
}

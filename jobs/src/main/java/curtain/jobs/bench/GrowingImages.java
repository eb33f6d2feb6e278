package curtain.jobs.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Image sets of any number: zips of PPM files of 32 x 32 random pixels, in folders of ten classes.
 */
final class GrowingImages {
  private static final int SIDE = 32;
  private static final int CLASSES = 10;

  private GrowingImages() {}

  /**
   * Writes a set, 3 kB an image.
   *
   * @param file replaced if it is there
   */
  static void write(int count, Path file) throws IOException {
    Random random = new Random(0);
    byte[] header =
        String.format(Locale.ROOT, "P6 %d %d 255\n", SIDE, SIDE)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] pixels = new byte[3 * SIDE * SIDE];
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (int i = 0; i < count; i++) {
        random.nextBytes(pixels);
        zip.putNextEntry(
            new ZipEntry(String.format(Locale.ROOT, "class-%d/%06d.ppm", i % CLASSES, i)));
        zip.write(header);
        zip.write(pixels);
      }
    }
  }
}

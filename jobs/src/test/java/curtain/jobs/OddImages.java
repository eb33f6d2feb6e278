package curtain.jobs;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** A folder of images of two ImageNet classes, with files among them that are none. */
final class OddImages {
  /** Files that decode. */
  static final int GOOD = 24;

  /** Files that do not: empty, truncated, text, too large. */
  static final int BAD = 4;

  private OddImages() {}

  /** Fills the directory. */
  static void write(Path directory) throws IOException {
    Path tench = Files.createDirectories(directory.resolve("n01440764"));
    Path goldfish = Files.createDirectories(directory.resolve("n01443537"));
    Path other = Files.createDirectories(directory.resolve("holiday"));
    for (int i = 0; i < GOOD - 1; i++) {
      Path place = i % 3 == 0 ? other : i % 3 == 1 ? tench : goldfish;
      Files.write(
          place.resolve(String.format(Locale.ROOT, "photo%02d.JPEG", i)),
          picture(280 + i, 300, i, "jpg"));
    }
    Files.write(tench.resolve("really_a_png.JPEG"), picture(240, 260, 77, "png"));
    Files.write(tench.resolve("empty.JPEG"), new byte[0]);
    byte[] whole = picture(300, 300, 5, "jpg");
    Files.write(goldfish.resolve("truncated.JPEG"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(goldfish.resolve("text.JPEG"), "This is not an image.\n");
    Files.write(other.resolve("bomb.png"), bomb(30_000));
  }

  private static byte[] picture(int width, int height, int seed, String format) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 40; i++) {
      graphics.setColor(new Color((seed * 7919 + i * 104_729) & 0xffffff));
      graphics.fillOval((i * 53 + seed * 11) % width, (i * 37) % height, 60, 40);
    }
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  /** A valid PNG header of a square of black, one bit a pixel; what would follow decodes to it. */
  private static byte[] bomb(int side) throws IOException {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(rows)) {
      byte[] row = new byte[1 + side / 8];
      for (int i = 0; i < side; i++) {
        deflater.write(row);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    byte[] header =
        ByteBuffer.allocate(13).putInt(side).putInt(side).put(new byte[] {1, 0, 0, 0, 0}).array();
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", rows.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    out.write(ByteBuffer.allocate(4).putInt(data.length).array());
    out.write(name);
    out.write(data);
    out.write(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}

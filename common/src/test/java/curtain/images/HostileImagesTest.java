package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fuzzing found in JPEG, PNG and tar, and files that are made to take time or memory. */
final class HostileImagesTest {
  @TempDir Path directory;

  @Test
  void namesOfPngChunksDoNotBreakTheLine() {
    byte[] png = new byte[8 + 12];
    ByteBuffer.wrap(png)
        .putLong(0x89504e470d0a1a0aL)
        .putInt(0)
        .put("a\n\r\u0085".getBytes(StandardCharsets.ISO_8859_1));
    String reason =
        assertThrows(BadImageException.class, () -> ImageDecoder.decode(png, 1000)).getMessage();
    assertEquals("corrupt PNG: CRC of chunk a??? is wrong", reason);
  }

  @Test
  void namesOfTarEntriesDoNotBreakTheLine() throws IOException {
    Path tar = directory.resolve("a.tar");
    byte[] header = header('1', "a\nb");
    header[157] = 'x';
    header[158] = '\n'; // links to a name of two lines
    Files.write(tar, Arrays.copyOf(checked(header), 3 * 512));
    String reason = Sources.reason(Sources.load(Sources.list(tar).refs(), Sources.ANY).get(0));
    assertEquals("hard link to x?, which is not there", reason);
  }

  /** The reader decodes the whole picture for each scan. */
  @Test
  void jpegOfAThousandScansIsRefused() throws IOException {
    Path file = directory.resolve("scans/a.jpg");
    Files.createDirectories(file.getParent());
    OddJpegs.write(file, OddJpegs.picture(60, 44), new int[] {1, 1, 1, 1, 1, 1}, 0, true);
    byte[] jpeg = Files.readAllBytes(file);
    int last = 0;
    for (int i = 0; i + 1 < jpeg.length; i++) {
      last = jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) 0xda ? i : last;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, last);
    for (int i = 0; i < 1000; i++) {
      out.write(jpeg, last, jpeg.length - 2 - last);
    }
    out.write(jpeg, jpeg.length - 2, 2);
    assertEquals(
        "unsupported JPEG: more than 100 scans",
        Sources.reason(Sources.one(directory, "scans/a.jpg", out.toByteArray(), Sources.ANY)));
  }

  /** Within --max-pixels, but the JDK's reader would take 500 MB and give grey. */
  @Test
  void jpegWithMorePixelsThanItsBytesCanHoldTakesNoMemory() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(OddJpegs.picture(60, 44), "jpg", out);
    byte[] jpeg = out.toByteArray();
    int frame = 0;
    while (jpeg[frame] != (byte) 0xff || jpeg[frame + 1] != (byte) 0xc0) {
      frame++;
    }
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 13_000).putShort(frame + 7, (short) 13_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    String reason =
        assertThrows(
                BadImageException.class,
                () -> ImageDecoder.decode(jpeg, ImageOptions.DEFAULT_MAX_PIXELS))
            .getMessage();
    long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertEquals("truncated JPEG: so few bytes cannot hold its pixels", reason);
    assertTrue(taken < 8 << 20, taken + " bytes were allocated");
  }

  /** The library reads an extended header by calling itself. */
  @Test
  void tarOfExtendedHeadersAloneIsRefused() throws IOException {
    for (char type : new char[] {'x', 'L', 'K'}) {
      byte[] block = checked(header(type, "a"));
      byte[] blocks = new byte[40_000 * block.length];
      for (int at = 0; at < blocks.length; at += block.length) {
        System.arraycopy(block, 0, blocks, at, block.length);
      }
      Path tar = directory.resolve("extended.tar");
      Files.write(tar, blocks);
      IOException e = assertThrows(IOException.class, () -> Sources.list(tar));
      assertTrue(e.getMessage().contains("extended.tar cannot be listed"), e.getMessage());
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
  }

  /** A header of an entry without data. */
  private static byte[] header(char type, String name) {
    byte[] header = new byte[512];
    byte[] latin = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(latin, 0, header, 0, latin.length);
    header[124] = '0';
    header[156] = (byte) type;
    System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
    return header;
  }

  private static byte[] checked(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    byte[] octal = String.format("%06o", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(octal, 0, header, 148, 6);
    return header;
  }
}

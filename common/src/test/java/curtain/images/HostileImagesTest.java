package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import curtain.fixtures.Sources;
import curtain.fuzz.Damage;
import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What fuzzing found in JPEG, PNG and tar, and files that are made to take time or memory. */
@Tag("fast")
final class HostileImagesTest {
  private static final long MOST = 64 << 20; // bytes, classes that are loaded included

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

  /** Within max pixels, but the JDK's reader would take 500 MB and give grey. */
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
    long taken =
        allocated(
            () -> {
              BadImageException e =
                  assertThrows(
                      BadImageException.class,
                      () -> ImageDecoder.decode(jpeg, ImageOptions.DEFAULT_MAX_PIXELS));
              assertEquals("truncated JPEG: so few bytes cannot hold its pixels", e.getMessage());
            });
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

  /**
   * The library would make the zeros that are left out, and count them as bytes of the archive.
   * Here are 2 GB of which the last byte is kept, in three formats.
   */
  @Test
  void sparseEntriesTakeNoMemoryAndDoNotMoveTheNext() throws IOException {
    byte[] pax =
        extended(
            'x',
            "GNU.sparse.size=2000000000",
            "GNU.sparse.numblocks=1",
            "GNU.sparse.offset=1999999999",
            "GNU.sparse.numbytes=1");
    byte[] header = header('0', "a.png");
    latin(header, 124, "1");
    byte[] paxWithMap = extended('x', "GNU.sparse.major=1", "GNU.sparse.realsize=2000000000");
    byte[] mapped = header('0', "a.png");
    latin(mapped, 124, "1001"); // the map's block and a byte
    byte[] map = new byte[512];
    latin(map, 0, "1\n1999999999\n1\n");
    byte[] one = Arrays.copyOf(new byte[] {1}, 512);
    byte[] old = header('S', "a.png");
    latin(old, 124, "1");
    latin(old, 386, "16632453777"); // 1,999,999,999
    latin(old, 398, "1");
    latin(old, 483, "16632454000");
    for (byte[] sparse :
        List.of(
            Damage.join(pax, checked(header), one),
            Damage.join(paxWithMap, checked(mapped), map, one),
            Damage.join(checked(old), one))) {
      byte[] png = header('0', "b.png");
      latin(png, 124, Integer.toOctalString(Sources.png(7).length));
      byte[] tar =
          Damage.join(sparse, checked(png), Arrays.copyOf(Sources.png(7), 512), new byte[1024]);
      for (boolean gzip : new boolean[] {false, true}) {
        Path file = written(tar, gzip);
        List<Outcome> outcomes = new ArrayList<>();
        long taken =
            allocated(() -> outcomes.addAll(Sources.load(Sources.list(file).refs(), Sources.ANY)));
        assertEquals("sparse entries of a tar are not supported", Sources.reason(outcomes.get(0)));
        assertEquals(7, Sources.red(outcomes.get(1)));
        assertTrue(taken < MOST, taken + " bytes were allocated");
      }
    }
  }

  @Test
  void sparseMapLongerThanItsDataIsRefused() throws IOException {
    byte[] header = header('0', "a.png");
    latin(header, 124, "1"); // a byte, and the map is a block
    byte[] map = new byte[512];
    latin(map, 0, "1\n0\n1\n");
    byte[] pax = extended('x', "GNU.sparse.major=1", "GNU.sparse.realsize=1");
    Path tar = written(Damage.join(pax, checked(header), map, new byte[2048]), false);
    IOException e = assertThrows(IOException.class, () -> Sources.list(tar));
    String reason = "cannot be listed: the sparse map of a.png is longer than its data";
    assertTrue(e.getMessage().endsWith(reason), e.getMessage());
  }

  /** 4 GB, a hole of the file system: the library would read them, into ever new buffers. */
  @Test
  void dataOfATarAreNotRead() throws IOException {
    byte[] header = header('0', "a.png");
    latin(header, 124, "40000000000");
    Path tar = Files.write(directory.resolve("a.tar"), checked(header));
    try (RandomAccessFile file = new RandomAccessFile(tar.toFile(), "rw")) {
      file.setLength(512 + (1L << 32) + 1024);
    }
    List<ImageRef> refs = new ArrayList<>();
    long taken = allocated(() -> refs.addAll(Sources.list(tar).refs()));
    assertEquals(1L << 32, refs.get(0).length());
    assertTrue(taken < MOST, taken + " bytes were allocated");
  }

  private Path written(byte[] tar, boolean gzip) throws IOException {
    Path file = directory.resolve(gzip ? "a.tar.gz" : "a.tar");
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = gzip ? new GZIPOutputStream(raw) : raw) {
      out.write(tar);
    }
    return file;
  }

  /** Bytes that this thread allocates meanwhile. */
  private static long allocated(Action action) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    action.run();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
  }

  private interface Action {
    void run() throws IOException;
  }

  /** A header and its block of attributes. */
  private static byte[] extended(char type, String... attributes) {
    StringBuilder text = new StringBuilder();
    for (String attribute : attributes) {
      text.append(attribute.length() + 4).append(' ').append(attribute).append('\n');
    }
    byte[] header = header(type, "pax");
    latin(header, 124, Integer.toOctalString(text.length()));
    byte[] data = new byte[512];
    latin(data, 0, text.toString());
    return Damage.join(checked(header), data);
  }

  private static void latin(byte[] bytes, int at, String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(latin, 0, bytes, at, latin.length);
  }

  /** A header of an entry without data. */
  private static byte[] header(char type, String name) {
    byte[] header = new byte[512];
    latin(header, 0, name);
    header[124] = '0';
    header[156] = (byte) type;
    latin(header, 257, "ustar\00000");
    return header;
  }

  private static byte[] checked(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    latin(header, 148, String.format(Locale.ROOT, "%06o", sum));
    return header;
  }
}

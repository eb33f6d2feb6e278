package curtain.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import curtain.fixtures.Sources;
import curtain.images.decode.ImageDecoder;
import curtain.images.decode.Rgb;
import curtain.images.decode.Transforms;
import curtain.images.source.BadImageException;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each bad file is one error of one line, and takes neither the job nor its memory. */
@Tag("fast")
final class BadImagesTest {
  @TempDir Path directory;

  @Test
  void filesThatAreNoImages() throws IOException {
    assertEquals("empty file", reason("a.JPEG", new byte[0]));
    assertTrue(
        reason("a.JPEG", "Hello there\nworld".getBytes(StandardCharsets.UTF_8)).contains("Hello"));
    byte[] webp = "RIFF\1\2\3\4WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("truncated WebP", reason("a.webp", webp));
    assertEquals("no image of a known format", reason("a.png", new byte[] {1, 2, 3}));
  }

  @Test
  void truncatedFiles() throws IOException {
    byte[] jpeg = image("jpg");
    byte[] png = image("png");
    for (int length = 4; length < jpeg.length; length += 97) {
      assertTrue(reason("a.jpg", Arrays.copyOf(jpeg, length)).contains("JPEG"), "" + length);
    }
    assertTrue(reason("a.jpg", Arrays.copyOf(jpeg, jpeg.length - 2)).startsWith("truncated JPEG"));
    for (int length = 9; length < png.length - 12; length += 97) {
      assertTrue(reason("a.png", Arrays.copyOf(png, length)).contains("PNG"), "" + length);
    }
  }

  /** Cut, and closed again with an end-of-image marker: the marker is there, the pixels are not. */
  @Test
  void jpegWhoseScanEndsEarly() throws IOException {
    byte[] jpeg = image("jpg");
    byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
    cut[cut.length - 2] = (byte) 0xff;
    cut[cut.length - 1] = (byte) 0xd9;
    assertTrue(reason("a.jpg", cut).startsWith("truncated JPEG"));
  }

  /** Hadoop's checksum of another file, as where an image was edited beside it. */
  @Test
  void aChecksumOfHadoopsThatIsWrongSaysWhatToDelete() throws IOException {
    ByteBuffer crc = ByteBuffer.allocate(12).put("crc\0".getBytes(StandardCharsets.US_ASCII));
    Sources.file(directory, ".1.png.crc", crc.putInt(512).putInt(1).array());
    String reason = Sources.reason(Sources.one(directory, "1.png", Sources.png(1), Sources.ANY));
    assertTrue(reason.endsWith("delete the .crc file beside it"), reason);
  }

  @Test
  void flippedBytesOfAPngAreFound() throws IOException {
    byte[] png = image("png");
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = png.clone();
      int at = 8 + random.nextInt(png.length - 24); // not the CRC of the pixels, nor what follows
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      assertTrue(reason("a.png", bytes).contains("PNG"));
    }
  }

  /** As Pillow: the checksum of the pixels' stream counts, and the CRCs of the chunks before it. */
  @Test
  void checksumsOfAPng() throws IOException {
    byte[] png = image("png");
    byte[] pixels = ((DecodedImage) Sources.one(directory, "good", png, Sources.ANY)).pixels();
    Files.delete(directory.resolve("good"));
    for (int fromEnd : new int[] {1, 4, 13, 16}) { // CRCs of IEND and IDAT
      byte[] flipped = flipped(png, png.length - fromEnd);
      Outcome outcome = Sources.one(directory, "a" + fromEnd, flipped, Sources.ANY);
      assertArrayEquals(pixels, ((DecodedImage) outcome).pixels(), "" + fromEnd);
      Files.delete(directory.resolve("a" + fromEnd));
    }
    assertEquals("corrupt PNG: CRC of chunk IHDR is wrong", reason("b", flipped(png, 29)));
    String checksum = reason("c", flipped(png, png.length - 17)); // of the stream
    assertTrue(checksum.startsWith("corrupt PNG"), checksum);
  }

  /**
   * As libjpeg: a length below 2 is that of an empty segment, where no reader needs the segment.
   */
  @Test
  void emptyApplicationSegmentsOfAJpeg() throws IOException {
    byte[] jpeg = image("jpg");
    byte[] pixels = ((DecodedImage) Sources.one(directory, "good", jpeg, Sources.ANY)).pixels();
    Files.delete(directory.resolve("good"));
    for (int marker : new int[] {0xe0, 0xe1, 0xed, 0xee, 0xfe}) {
      for (int length : new int[] {0, 1, 2}) {
        Outcome outcome = Sources.one(directory, "a", inserted(jpeg, marker, length), Sources.ANY);
        assertArrayEquals(pixels, ((DecodedImage) outcome).pixels(), marker + " " + length);
      }
    }
    Files.delete(directory.resolve("a"));
    assertEquals("corrupt JPEG: segment length", reason("b", inserted(jpeg, 0xdb, 0)));
  }

  private static byte[] flipped(byte[] file, int at) {
    byte[] bytes = file.clone();
    bytes[at] ^= 1;
    return bytes;
  }

  /** A JPEG with a segment of nothing but a length behind SOI. */
  private static byte[] inserted(byte[] jpeg, int marker, int length) {
    return ByteBuffer.allocate(jpeg.length + 4)
        .put(jpeg, 0, 2)
        .put((byte) 0xff)
        .put((byte) marker)
        .putShort((short) length)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** Nothing but an outcome may come of random damage. */
  @Test
  void damagedJpegsGiveOneOutcomeEach() throws IOException {
    byte[] jpeg = image("jpg");
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      byte[] bytes = jpeg.clone();
      for (int k = 0; k < 1 + i % 5; k++) {
        bytes[2 + random.nextInt(i % 2 == 0 ? 600 : jpeg.length - 2)] = (byte) random.nextInt(256);
      }
      Outcome outcome = Sources.one(directory, "a.jpg", bytes, small());
      if (outcome instanceof ImageError error) {
        assertFalse(error.reason().isBlank());
        assertFalse(error.reason().contains("\n"), error.reason());
      }
    }
  }

  @Test
  void bombsAreRefusedFromTheHeaderWithoutMemory() throws IOException {
    byte[] header = pngHeader(30_000, 30_000);
    byte[] jpeg = image("jpg");
    int frame = find(jpeg, 0xc0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 30_000).putShort(frame + 7, (short) 30_000);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] bomb : List.of(header, jpeg)) {
      Sources.file(directory, "bomb", bomb);
      List<ImageRef> refs = Sources.list(directory).refs();
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      String reason = Sources.reason(Sources.load(refs, Sources.ANY).get(0));
      long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      assertEquals("30000 x 30000 pixels are more than max pixels, 178956970", reason);
      assertTrue(taken < 8 << 20, taken + " bytes were allocated");
    }
    // within the limit, but far more pixels than so few bytes can hold
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertThrows(
        BadImageException.class,
        () -> ImageDecoder.decode(pngHeader(13_000, 13_000), ImageOptions.DEFAULT_MAX_PIXELS));
    long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(taken < 8 << 20, taken + " bytes were allocated");
  }

  @Test
  void limitCountsPixelsExactly() throws IOException {
    byte[] png = image("png");
    assertInstanceOf(
        DecodedImage.class,
        Sources.one(directory, "a", png, new ImageOptions(Transform.NONE, 0, 60 * 44)));
    assertTrue(
        Sources.reason(
                Sources.one(directory, "a", png, new ImageOptions(Transform.NONE, 0, 60 * 44 - 1)))
            .contains("60 x 44"));
  }

  /** Such a PNG of one colour has less than a megabyte. */
  @Test
  void imagesOfMoreThanAnArrayAreErrors() {
    ImageRef ref = new ImageRef(0, "a.png", null, null, "file:/a.png", 0, 1, null);
    Rgb grey = new Rgb(30_000, 30_000, new byte[1], 0, 0, new int[3]); // all pixels are one
    BadImageException e =
        assertThrows(
            BadImageException.class, () -> Transforms.apply(ref, grey, "PNG", Sources.ANY));
    assertEquals("30000 x 30000 pixels of 3 bytes are above 2 GiB", e.getMessage());
  }

  @Test
  void sizeUnderNoneMustBeTheNetworks() throws IOException {
    ImageOptions options = new ImageOptions(Transform.NONE, 32, 1_000_000);
    String reason = Sources.reason(Sources.one(directory, "a.png", image("png"), options));
    assertTrue(reason.contains("60 x 44") && reason.contains("32 x 32"), reason);
  }

  @Test
  void sixteenBitGreyIsShifted() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0x01ff, 0x8000, 0xffff});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    Outcome outcome = Sources.one(directory, "a.png", out.toByteArray(), Sources.ANY);
    byte[] row = {1, (byte) 0x80, (byte) 0xff};
    byte[] expected = new byte[9];
    for (int c = 0; c < 3; c++) {
      System.arraycopy(row, 0, expected, 3 * c, 3);
    }
    assertArrayEquals(expected, ((DecodedImage) outcome).pixels());
  }

  @Test
  void readersKeepNothingOnDisk() throws IOException {
    Sources.one(directory, "a.jpg", image("jpg"), Sources.ANY);
    assertFalse(ImageIO.getUseCache());
  }

  private String reason(String name, byte[] bytes) throws IOException {
    try {
      String reason = Sources.reason(Sources.one(directory, name, bytes, Sources.ANY));
      assertFalse(reason.contains("\n"), reason);
      return reason;
    } finally {
      Files.delete(directory.resolve(name));
    }
  }

  private static ImageOptions small() {
    return new ImageOptions(Transform.NONE, 0, 10_000_000);
  }

  private static byte[] image(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(OddJpegs.picture(60, 44), format, out);
    return out.toByteArray();
  }

  private static byte[] pngHeader(int width, int height) {
    ByteBuffer png = ByteBuffer.allocate(8 + 25 + 12 + 20);
    png.putLong(0x89504e470d0a1a0aL);
    png.putInt(13).putInt(0x49484452).putInt(width).putInt(height);
    png.put(new byte[] {8, 2, 0, 0, 0}).putInt(crc(png.array(), 12, 17));
    int start = png.position();
    png.putInt(20).putInt(0x49444154).put(new byte[20]);
    png.putInt(crc(png.array(), start + 4, 24));
    return png.array();
  }

  private static int crc(byte[] png, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(png, from, length);
    return (int) crc.getValue();
  }

  private static int find(byte[] jpeg, int marker) {
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
        return i;
      }
    }
    throw new AssertionError("no marker");
  }
}

package curtain.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Pillow;
import curtain.fixtures.Sources;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Formats other than JPEG and PNG, of known pixels; what they are named does not matter. */
@Tag("fast")
final class FormatsTest {
  /** Pillow's lossless WebP of 20 x 20 pixels (12 x, 12 y, x y mod 256). */
  static final byte[] WEBP =
      bytes(
          "UklGRlQAAABXRUJQVlA4TEcAAAAvE8AEAAmAIAb8H3uI6H96IRZM5g/dFUT9o/8Rh5m2bQyg/Ckv"
              + "585hUNQ2khtbv7chuBITQKgcKF+ALFhOwUeBG8sPSA4AAAA=");

  /** Pillow's lossy WebP of 7 x 5 pixels, of quality 20. */
  static final byte[] LOSSY =
      bytes("UklGRjQAAABXRUJQVlA4ICgAAABwAQCdASoHAAUABwB8JagCdAF1AAD+7sycA38ayat2l9NXzxjUAAAA");

  /** What Pillow reads of it: red, green and blue. */
  private static final byte[] LOSSY_PIXELS =
      bytes(
          "homTnaq0wIaJk52qtMCGiZOdqrTAhomTnaq0wIaJk52qtMD8+/39/////Pv9/f////z7/f3////8+/39"
              + "/////fz+/f///9LOycK8tLLSzsnCvLSy0s7Jwry0stLOycK8tLLQzMfCurSw");

  /** libwebp's of 40 x 35 pixels, with the simple filter, two partitions and segments. */
  static final byte[] LOSSY_SIMPLE =
      bytes(
          "UklGRv4AAABXRUJQVlA4IPIAAADyBgCdASooACMAP4mYu04/q6airjv+Z/QxCewAnTNxkLpHn/7j/A0D"
              + "1rgMYGhbnABBj0y4sVmQNMExJytOhJgwAP7D/bVvqy56yDpLrA+8ilJ8PuwLizBhXNQ1OK7dqEr1"
              + "ROxdcQeNKUa1Lsbs2SNIUprGe22cLUNoyzpeMJa83PUEcHykUZo3aAeQY/4Z9p11AmHH61i0A51y"
              + "tbTg3Bw7cOqj2OJOpW7Hqh2dIwbR8BWuS1z4Oh+I/XkQXDeHc8OG3i6FsdMeCxvW66+TEPvpmBYg"
              + "zQyCGMGxdB3wUMoBqIdw2ZFy4rWkQl0d3u/g3+MgAA==");

  @TempDir Path directory;

  @Test
  void losslessFormatsGiveThePixelsThatWereWritten() throws IOException {
    for (String format : List.of("gif", "bmp", "tif")) {
      for (int type :
          new int[] {
            BufferedImage.TYPE_3BYTE_BGR,
            BufferedImage.TYPE_BYTE_GRAY,
            BufferedImage.TYPE_BYTE_BINARY
          }) {
        BufferedImage image = new BufferedImage(13, 7, type);
        image.getGraphics().drawImage(few(), 0, 0, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (ImageIO.write(image, format, out)) {
          byte[] expected = new byte[3 * 13 * 7];
          for (int i = 0; i < 13 * 7; i++) {
            int rgb = image.getRGB(i % 13, i / 13);
            int[] grey = image.getRaster().getPixel(i % 13, i / 13, (int[]) null);
            for (int c = 0; c < 3; c++) {
              boolean raw = type == BufferedImage.TYPE_BYTE_GRAY; // getRGB would manage its colour
              expected[c * 13 * 7 + i] = (byte) (raw ? grey[0] : rgb >> (16 - 8 * c));
            }
          }
          Outcome outcome = one("a.jpg", out.toByteArray());
          assertArrayEquals(expected, ((DecodedImage) outcome).pixels(), format + " " + type);
        }
      }
    }
  }

  @Test
  void webp() throws IOException {
    byte[] pixels = new byte[3 * 400];
    for (int i = 0; i < 400; i++) {
      pixels[i] = (byte) (i % 20 * 12);
      pixels[400 + i] = (byte) (i / 20 * 12);
      pixels[800 + i] = (byte) (i % 20 * (i / 20));
    }
    assertArrayEquals(pixels, ((DecodedImage) one("a.png", WEBP)).pixels());
    byte[] cut = Arrays.copyOf(WEBP, WEBP.length - 6);
    assertEquals("truncated WebP", Sources.reason(one("cut.webp", cut)));
  }

  @Test
  void lossyWebp() throws IOException {
    assertArrayEquals(LOSSY_PIXELS, ((DecodedImage) one("a.webp", LOSSY)).pixels());
    assertEquals(
        "2d941da82f57c5afe8b44ab0c9f0f6035d8568c1e91dd20c7466e4d995df6a93",
        Pillow.sha256(((DecodedImage) one("b.webp", LOSSY_SIMPLE)).pixels()));
  }

  @Test
  void cutLossyWebpIsAnErrorOrAnImage() throws IOException {
    for (int length = 20; length < LOSSY_SIMPLE.length; length++) {
      byte[] cut = Arrays.copyOf(LOSSY_SIMPLE, length);
      assertEquals("truncated WebP", Sources.reason(one("cut.webp", cut)));
      ByteBuffer lengths = ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN);
      lengths.putInt(4, length - 8).putInt(16, length - 20);
      if (one("sized.webp", cut) instanceof ImageError error) {
        assertEquals("truncated WebP", error.reason());
      }
    }
  }

  @Test
  void netpbm() throws IOException {
    assertArrayEquals(
        new byte[] {0, 85, 0, 85, 0, -1}, pixels("P3 2#c\n 1 3\n0 0 0 1 1 3"), "plain, scaled");
    assertArrayEquals(new byte[] {65, 66, 65, 66, 65, 66}, pixels("P5\n2 1\n255\nAB"), "grey");
    assertArrayEquals(new byte[] {0, -1, 0, -1, 0, -1}, pixels("P1\n2 1\n10"), "bits");
    assertArrayEquals(new byte[] {0, -1, 0, -1, 0, -1}, pixels("P4 2 1 \u0080"), "packed bits");
    assertArrayEquals(
        new byte[] {1, -1, 1, -1, 1, -1}, pixels("P5 2 1 65535 \0\1\1\0"), "16 bits saturate");
    for (String bad :
        List.of("P6 2 1 255 ABC", "P3 2 1 3 0 0 4 0 0 0", "P2 1 1 0 0", "P5 x 1 9 a")) {
      String reason = Sources.reason(one("bad.ppm", bad.getBytes(StandardCharsets.ISO_8859_1)));
      assertTrue(reason.contains("PNM"), reason);
    }
  }

  /**
   * Runs, stored pixels, a jump over pixels, which have the first colour, and no mark at the end.
   */
  @Test
  void runLengthBmp() throws IOException {
    int[] ofBytes = {2, 1, 0, 3, 1, 2, 3, 0, 0, 0, 1, 2, 0, 2, 1, 1, 3, 3, 0, 0};
    assertArrayEquals(
        coloured(0, 0, 3, 3, 3, 2, 0, 0, 0, 0, 1, 1, 1, 2, 3), pixels(bmp(8, 1, ofBytes)));
    int[] ofHalves = {5, 0x12, 0, 0, 0, 5, 0x12, 0x31, 0x20, 0, 0, 0, 2, 0x33, 0, 0};
    assertArrayEquals(
        coloured(3, 3, 0, 0, 0, 1, 2, 3, 1, 2, 1, 2, 1, 2, 1), pixels(bmp(4, 2, ofHalves)));
    for (int length : new int[] {2, 3, 6, 12, 17}) {
      byte[] cut = bmp(8, 1, Arrays.copyOf(ofBytes, length)).getBytes(StandardCharsets.ISO_8859_1);
      assertEquals(
          "truncated BMP: its runs stop before its pixels do", Sources.reason(one("a.bmp", cut)));
    }
  }

  /** A BMP of 5 x 3 pixels and four colours, of which the i-th is (30 i, 20 i, 10 i). */
  private static String bmp(int bits, int compression, int[] runs) {
    int start = 14 + 40 + 16;
    ByteBuffer file = ByteBuffer.allocate(start + runs.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(file.capacity()).putInt(0).putInt(start);
    file.putInt(40).putInt(5).putInt(3).putShort((short) 1).putShort((short) bits);
    file.putInt(compression).putInt(runs.length).putInt(0).putInt(0).putInt(4).putInt(0);
    for (int i = 0; i < 4; i++) {
      file.putInt(((30 * i) << 16) | ((20 * i) << 8) | (10 * i));
    }
    for (int run : runs) {
      file.put((byte) run);
    }
    return new String(file.array(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] coloured(int... indices) {
    byte[] pixels = new byte[3 * indices.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (indices[i % indices.length] * (30 - 10 * (i / indices.length)));
    }
    return pixels;
  }

  @Test
  void gifOnItsScreen() throws IOException {
    byte[] gif = gif(few());
    gif[6] = (byte) (gif[6] + 2); // the screen is wider than the frame
    DecodedImage image = (DecodedImage) one("a.gif", gif);
    assertEquals(15, image.width());
    for (int length = 6; length < gif.length - 2; length += 7) {
      String reason = Sources.reason(one("cut.gif", Arrays.copyOf(gif, length)));
      assertTrue(reason.startsWith("truncated GIF"), reason);
    }
  }

  @Test
  void whatIsNotDecodedSaysWhatToDo() throws IOException {
    for (String[] format :
        new String[][] {
          {"\0\0\0\30ftypheic\0\0\0\0", "HEIC"},
          {"\0\0\0\30ftypmif1\0\0\0\0", "HEIC"},
          {"\0\0\0\34ftypavif\0\0\0\0", "AVIF"},
          {"\0\0\0\fjP  \r\n", "JPEG 2000"},
          {"\0\0\0\fJXL \r\n", "JPEG XL"},
          {"\0\0\1\0\1\0", "ICO"}
        }) {
      assertEquals(
          "unsupported format: " + format[1] + "; convert it to JPEG or PNG",
          Sources.reason(one("a.jpg", format[0].getBytes(StandardCharsets.ISO_8859_1))));
    }
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
    assertTrue(Sources.reason(one("a.jpg", pointer)).contains("git lfs pull"));
  }

  @Test
  void limitsAreComparedBeforeDecoding() throws IOException {
    ImageOptions few = new ImageOptions(Transform.NONE, 0, 3);
    for (byte[] file :
        List.of(WEBP, LOSSY, gif(few()), "P5 9 9 9 ".getBytes(StandardCharsets.UTF_8))) {
      assertTrue(
          Sources.reason(Sources.one(directory, "a", file, few)).contains("more than max pixels"));
    }
  }

  private byte[] pixels(String file) throws IOException {
    return ((DecodedImage) one("a.pnm", file.getBytes(StandardCharsets.ISO_8859_1))).pixels();
  }

  private Outcome one(String name, byte[] file) throws IOException {
    Path folder = directory.resolve("one");
    Sources.file(folder, name, file);
    try {
      return Sources.load(Sources.list(folder).refs(), Sources.ANY).get(0);
    } finally {
      Files.delete(folder.resolve(name));
    }
  }

  /** A picture of few colours. */
  private static BufferedImage few() {
    BufferedImage image = new BufferedImage(13, 7, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 13 * 7; i++) {
      image.setRGB(i % 13, i / 13, new int[] {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0}[i % 5]);
    }
    return image;
  }

  private static byte[] gif(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, "gif", out));
    return out.toByteArray();
  }

  private static byte[] bytes(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}

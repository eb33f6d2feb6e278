package curtain.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("reference")
final class StyleTest {
  private static final int WIDTH = 5;
  private static final int HEIGHT = 4;
  private static final Picture IMAGE = Picture.ofImage(WIDTH, HEIGHT, noise(1));

  private static byte[] noise(int seed) {
    byte[] pixels = new byte[3 * WIDTH * HEIGHT];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static float[] constant(float value) {
    float[] values = new float[3 * WIDTH * HEIGHT];
    Arrays.fill(values, value);
    return values;
  }

  /** Channel sums of the first pixels; the rest is 0. */
  private static float[] sums(float... sums) {
    float[] values = constant(0);
    System.arraycopy(sums, 0, values, WIDTH * HEIGHT, sums.length);
    return values;
  }

  @Test
  void aPointOfTheInputSpaceIsShownAsItIs() {
    float[] x = constant(0);
    byte[] pixels = new byte[x.length];
    for (int i = 0; i < x.length; i++) {
      pixels[i] = (byte) (4 * i);
      x[i] = 2f * (pixels[i] & 0xff) / 255f - 1f;
    }
    Picture picture = Picture.ofInput(WIDTH, HEIGHT, x);
    assertArrayEquals(pixels, picture.pixels());
    assertEquals(Picture.ofImage(WIDTH, HEIGHT, pixels).minimum(), picture.minimum());
    assertEquals(Picture.ofImage(WIDTH, HEIGHT, pixels).maximum(), picture.maximum());
    x[3] = -1.5f;
    x[4] = 7;
    byte[] clipped = Picture.ofInput(WIDTH, HEIGHT, x).pixels();
    assertEquals(0, clipped[3]);
    assertEquals((byte) 255, clipped[4]);
    x[5] = Float.NaN;
    assertThrows(IllegalArgumentException.class, () -> Picture.ofInput(WIDTH, HEIGHT, x));
    assertThrows(
        IllegalArgumentException.class, () -> Picture.ofInput(WIDTH + 1, HEIGHT, constant(0)));
  }

  @Test
  void rgbIsTorchvisionsToTheLastBit(@TempDir Path dir) throws Exception {
    String python = Shared.python();
    int pictures = 400;
    Random random = new Random(314);
    float[][] values = new float[pictures][3 * WIDTH * HEIGHT];
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * pictures * values[0].length).order(ByteOrder.LITTLE_ENDIAN);
    for (int p = 0; p < pictures; p++) {
      // Ranges from far below torchvision's least of 1e-5 to large ones, off centre.
      double scale = Math.pow(10, random.nextInt(14) - 9);
      for (int i = 0; i < values[p].length; i++) {
        values[p][i] = (float) (scale * (random.nextGaussian() + p % 3));
        bytes.putFloat(values[p][i]);
      }
    }
    Path in = Files.write(dir.resolve("values"), bytes.array());
    Path out = dir.resolve("pixels");
    Path script = Shared.root().resolve("common/src/test/python/make_grid.py");
    Process process =
        new ProcessBuilder(
                python, script.toString(), in.toString(), HEIGHT + "", WIDTH + "", out.toString())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
    byte[] expected = Files.readAllBytes(out);
    for (int p = 0; p < pictures; p++) {
      int size = values[p].length;
      assertArrayEquals(
          Arrays.copyOfRange(expected, p * size, (p + 1) * size),
          Style.RGB.draw(values[p], IMAGE).pixels(),
          "picture " + p);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 3.5f, -1e30f, Float.MIN_VALUE})
  void constantPicturesAreBlackInRgb(float value) {
    Picture picture = Style.RGB.draw(constant(value), IMAGE);
    assertArrayEquals(new byte[3 * WIDTH * HEIGHT], picture.pixels());
    assertEquals(value, picture.minimum());
    assertEquals(value, picture.maximum());
  }

  @Test
  void rangesBelowTheLeastDoNotReachWhite() {
    float[] values = constant(0);
    values[7] = 5e-6f; // half of 1e-5
    assertEquals((byte) 128, Style.RGB.draw(values, IMAGE).pixels()[7]);
    values[7] = 1e-5f;
    assertEquals((byte) 255, Style.RGB.draw(values, IMAGE).pixels()[7]);
  }

  @ParameterizedTest
  @EnumSource(Style.class)
  void whatHasNoColourIsRefused(Style style) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = constant(1);
      values[11] = bad;
      String message =
          assertThrows(IllegalArgumentException.class, () -> style.draw(values, IMAGE))
              .getMessage();
      assertEquals("it holds " + bad + ", which has no colour", message);
    }
    assertThrows(IllegalArgumentException.class, () -> style.draw(new float[12], IMAGE));
  }

  @Test
  void zeroIsNeutral() {
    Picture diverging = Style.DIVERGING.draw(constant(0), IMAGE);
    Picture overlay = Style.OVERLAY.draw(constant(0), IMAGE);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(0xf7f7f7, diverging.rgb(x, y));
        int colour = IMAGE.rgb(x, y);
        double luma =
            0.299 * (colour >> 16) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff);
        int grey = overlay.rgb(x, y) & 0xff;
        assertEquals(grey * 0x010101, overlay.rgb(x, y));
        assertEquals(luma, grey, 0.51);
      }
    }
    // Channels that cancel are zero, too.
    float[] cancelling = constant(0);
    cancelling[0] = 2;
    cancelling[2 * WIDTH * HEIGHT] = -2;
    assertArrayEquals(diverging.pixels(), Style.DIVERGING.draw(cancelling, IMAGE).pixels());
  }

  @Test
  void theScaleIsSymmetricAboutZero() {
    Picture picture = Style.DIVERGING.draw(sums(-4, 1, 2, -2), IMAGE);
    assertEquals(0x053061, picture.rgb(0, 0)); // the largest magnitude reaches its end
    assertEquals(DivergingMap.rgb(0.25), picture.rgb(1, 0));
    assertEquals(DivergingMap.rgb(0.5), picture.rgb(2, 0)); // the other end is not used
    assertEquals(DivergingMap.rgb(-0.5), picture.rgb(3, 0));
    assertEquals(-4, picture.minimum());
    assertEquals(2, picture.maximum());
    Picture overlay = Style.OVERLAY.draw(sums(-4, 4, 1), IMAGE);
    assertEquals(0x053061, overlay.rgb(0, 0));
    assertEquals(0x67001f, overlay.rgb(1, 0));
    // Half opaque over black: half of the colour at 5/8, between d6604d and b2182b.
    assertEquals(0x692c25, Style.OVERLAY.colour(0.25, 0));
  }

  @Test
  void theMapIsColorBrewers() {
    int[] classes = {
      0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3,
      0x2166ac, 0x053061
    };
    for (int i = 0; i < classes.length; i++) {
      assertEquals(classes[i], DivergingMap.rgb(1 - i / 5.0), "class " + i);
    }
    assertEquals(DivergingMap.rgb(1), DivergingMap.rgb(7));
    assertEquals(0xfae9df, DivergingMap.rgb(0.1)); // half way from f7f7f7 to fddbc7
    for (int i = 0; i < 100; i++) { // lightness falls to both sides
      assertTrue(lightness(i / 100.0) >= lightness((i + 1) / 100.0));
      assertTrue(lightness(-i / 100.0) >= lightness(-(i + 1) / 100.0));
    }
  }

  private static double lightness(double t) {
    int colour = DivergingMap.rgb(t);
    return 0.299 * (colour >> 16) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff);
  }

  @Test
  void anEnlargedPictureHasSquaresForPixels() {
    Picture large = IMAGE.enlarged(3);
    assertEquals(3 * WIDTH, large.width());
    assertEquals(3 * HEIGHT, large.height());
    for (int y = 0; y < large.height(); y++) {
      for (int x = 0; x < large.width(); x++) {
        assertEquals(IMAGE.rgb(x / 3, y / 3), large.rgb(x, y));
      }
    }
  }

  @Test
  void theInputKeepsItsPixels() {
    Picture picture = Picture.ofImage(2, 1, new byte[] {0, 51, 102, 51, 51, (byte) 204});
    assertEquals(0x006633, picture.rgb(0, 0));
    assertEquals(-1f, picture.minimum());
    assertEquals(0.6f, picture.maximum(), 1e-6f);
  }
}

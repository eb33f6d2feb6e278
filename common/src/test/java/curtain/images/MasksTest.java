package curtain.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.fixtures.Shared;
import curtain.images.source.BadImageException;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Transform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks are cut as Pillow cuts them with {@code NEAREST}; what cannot be used is said. */
@Tag("reference")
final class MasksTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path dir;

  private static DecodedImage image(String id, int width, int height, int side) {
    return new DecodedImage(
        new ImageRef(0, id, null, null, "file:/" + id, 0, 0, null),
        width,
        height,
        new int[] {3, side, side},
        "PNG",
        new byte[0]);
  }

  @Test
  void equalPillows() throws Exception {
    Process process =
        new ProcessBuilder(
                Shared.python(),
                Shared.root().resolve("common/src/test/python/nearest_masks.py").toString(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    List<String> lines = out.lines().toList();
    assertEquals(18, lines.size());
    for (String line : lines) {
      String[] cells = line.split("\t", -1);
      ImageOptions options =
          new ImageOptions(Transform.of(cells[1]), 224, ImageOptions.DEFAULT_MAX_PIXELS);
      boolean[] mask =
          new Masks(dir.toString(), options, CONF)
              .of(image(cells[0], Integer.parseInt(cells[2]), Integer.parseInt(cells[3]), 224));
      byte[] bytes = new byte[mask.length];
      for (int i = 0; i < mask.length; i++) {
        bytes[i] = (byte) (mask[i] ? 1 : 0);
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      assertEquals(cells[4], HexFormat.of().formatHex(digest), line);
    }
  }

  /** A mask of one column: billions of positions before the first that is wanted. */
  @Test
  void thinMasksTakeNoLongerThanOthers() {
    int height = 178_956_970;
    long size = 256L * height;
    long start = (size - 224) / 2;
    int[] rows =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10), () -> Masks.nearest(height, size, start, 224));
    for (int i = 0; i < rows.length; i++) {
      assertEquals((2 * (start + i) + 1) * height / (2 * size), rows[i]);
    }
    // the largest that is added up has the same middle, but for a step at an edge
    long most = 1L << 24;
    int[] added = Masks.nearest(65537, most, most / 2, 224);
    int[] direct = Masks.nearest(65537, most + 256, most / 2 + 128, 224);
    for (int i = 0; i < added.length; i++) {
      assertEquals(direct[i], added[i], 1);
    }
  }

  private void write(String name, int type, int side, int inside) throws IOException {
    BufferedImage mask = new BufferedImage(side, side, type);
    mask.getRaster().setSample(inside, 0, 0, 1);
    Files.createDirectories(dir.resolve(name).getParent());
    ImageIO.write(mask, "png", dir.resolve(name).toFile());
  }

  @Test
  void liesAtTheImagesPath() throws Exception {
    ImageOptions options = new ImageOptions(Transform.NONE, 2, Long.MAX_VALUE);
    Masks masks = new Masks(dir.toString(), options, CONF);
    write("a/one.png", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    write("a.b/two 2.JPEG", BufferedImage.TYPE_BYTE_GRAY, 2, 1);
    write("a.b/three", BufferedImage.TYPE_INT_RGB, 2, 1);
    assertArrayEquals(
        new boolean[] {true, false, false, false}, masks.of(image("a/one.JPEG", 2, 2, 2)));
    assertArrayEquals(
        new boolean[] {true, false, false, false}, masks.of(image("a/one.png", 2, 2, 2)));
    assertArrayEquals(
        new boolean[] {false, true, false, false}, masks.of(image("a.b/two 2.JPEG", 2, 2, 2)));
    assertArrayEquals(
        new boolean[] {false, true, false, false}, masks.of(image("a.b/three", 2, 2, 2)));
  }

  @Test
  void theMaskIsNotThatOfAnotherImage() throws Exception {
    ImageOptions options = new ImageOptions(Transform.NONE, 2, Long.MAX_VALUE);
    Masks masks = new Masks(dir.toString(), options, CONF);
    boolean[] first = {true, false, false, false};
    boolean[] second = {false, true, false, false};
    write("x.jpg", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    write("x.png", BufferedImage.TYPE_BYTE_GRAY, 2, 1);
    assertArrayEquals(first, masks.of(image("x.jpg", 2, 2, 2)));
    assertArrayEquals(second, masks.of(image("x.png", 2, 2, 2)));
    Files.writeString(dir.resolve("x.jpg"), "an image, among which masks lie");
    assertArrayEquals(second, masks.of(image("x.jpg", 2, 2, 2)));
    write("data/train.png", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    refused(masks, "data/train.parquet#3", "no mask " + dir + "/data/train.parquet#3.png");
    write("data/train.parquet#3.png", BufferedImage.TYPE_BYTE_GRAY, 2, 1);
    assertArrayEquals(second, masks.of(image("data/train.parquet#3", 2, 2, 2)));
  }

  @Test
  void whatIsNoFileOrMayNotBeReadIsAnErrorOfTheImage() throws Exception {
    ImageOptions options = new ImageOptions(Transform.NONE, 2, Long.MAX_VALUE);
    Masks masks = new Masks(dir.toString(), options, CONF);
    assumeTrue(new ProcessBuilder("mkfifo", dir + "/fifo.png").start().waitFor() == 0);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> refused(masks, "fifo.jpg", "fifo.png: it is a FIFO (named pipe), no file"));
    Configuration conf = ClassFoldersTest.ForbiddingFileSystem.configuration();
    write("forbidden.png", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    refused(
        new Masks("forbidding:" + dir, options, conf),
        "forbidden.png",
        "forbidden.png: no permission to read it");
  }

  @Test
  void whatCannotBeUsedIsSaid() throws Exception {
    ImageOptions options = new ImageOptions(Transform.NONE, 2, Long.MAX_VALUE);
    Masks masks = new Masks(dir.toString(), options, CONF);
    write("large.png", BufferedImage.TYPE_BYTE_GRAY, 3, 0);
    write("deep.png", BufferedImage.TYPE_USHORT_GRAY, 2, 0);
    Files.writeString(dir.resolve("text.png"), "text");
    byte[] whole = Files.readAllBytes(dir.resolve("large.png"));
    Files.write(dir.resolve("cut.png"), java.util.Arrays.copyOf(whole, 40));
    refused(masks, "a/none.jpg", "no mask " + dir + "/a/none.png");
    refused(masks, "large.jpg", "large.png: it is 3 x 3 pixels, the image 2 x 2");
    refused(masks, "deep.jpg", "deep.png: it has 16 bits a sample");
    refused(masks, "text.jpg", "text.png: it is no PNG");
    refused(masks, "cut.jpg", "cut.png: truncated PNG");
    write("a: 1%E9.png", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    assertEquals(4, masks.of(image("a: 1%25E9.jpg", 2, 2, 2)).length);
    refused(masks, "../x.jpg", "its path leads out of the directory of masks");
    write("elsewhere/x.png", BufferedImage.TYPE_BYTE_GRAY, 2, 0);
    refused(masks, dir + "/elsewhere/x.jpg", "its path leads out of the directory of masks");
    Masks.check(dir.toString(), CONF);
    String message =
        assertThrows(IOException.class, () -> Masks.check(dir + "/none", CONF)).getMessage();
    assertEquals("masks " + dir + "/none is no directory", message);
  }

  private static void refused(Masks masks, String id, String message) {
    String actual =
        assertThrows(BadImageException.class, () -> masks.of(image(id, 2, 2, 2))).getMessage();
    assertTrue(actual.contains(message), actual);
  }
}

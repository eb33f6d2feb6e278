package curtain.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.ClassList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The built-in images: the same everywhere, and their masks are where the objects are. */
@Tag("fast")
final class DemoImagesTest {
  @TempDir Path scratch;

  @Test
  void pixelsAreTheSameInEveryJava() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Outline outline : Outline.values()) {
      for (int i = 0; i < 3; i++) {
        DemoImage image = DemoImage.of(314, DemoImages.TRAIN, outline, i);
        ByteBuffer bytes = ByteBuffer.allocate(5 * image.pixels().length);
        for (int pixel : image.pixels()) {
          bytes.putInt(pixel);
        }
        for (boolean inside : image.mask()) {
          bytes.put((byte) (inside ? 1 : 0));
        }
        digest.update(bytes.flip());
      }
    }
    assertEquals(
        "43b2b77a89bd1efd11b50b72c7f8548050caa07d6ee9638967aa18aeb5ac3263",
        HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void seedSetClassAndIndexAllMatter() {
    int[] one = DemoImage.of(1, "train", Outline.STAR, 0).pixels();
    List<int[]> others =
        List.of(
            DemoImage.of(2, "train", Outline.STAR, 0).pixels(),
            DemoImage.of(1, "held-out", Outline.STAR, 0).pixels(),
            DemoImage.of(1, "train", Outline.DISC, 0).pixels(),
            DemoImage.of(1, "train", Outline.STAR, 1).pixels());
    for (int[] other : others) {
      long same = 0;
      for (int i = 0; i < one.length; i++) {
        same += one[i] == other[i] ? 1 : 0;
      }
      assertTrue(same < one.length / 20, same + " pixels are the same");
    }
  }

  /** Objects are brighter than what is behind them, and each covers the area of its outline. */
  @ParameterizedTest
  @EnumSource(Outline.class)
  void masksAreWhereObjectsAre(Outline outline) {
    for (int i = 0; i < 20; i++) {
      DemoImage image = DemoImage.of(7, "train", outline, i);
      double inside = 0;
      double outside = 0;
      int covered = 0;
      for (int p = 0; p < image.mask().length; p++) {
        int rgb = image.pixels()[p];
        int sum = (rgb >> 16) + (rgb >> 8 & 255) + (rgb & 255);
        inside += image.mask()[p] ? sum : 0;
        outside += image.mask()[p] ? 0 : sum;
        covered += image.mask()[p] ? 1 : 0;
      }
      double area = covered / (double) image.mask().length;
      assertTrue(area > 0.03 && area < 0.3, outline + " " + i + " covers " + area);
      double brighter = inside / covered - outside / (image.mask().length - covered);
      assertTrue(brighter > 30, outline + " " + i + " is brighter by " + brighter);
    }
  }

  /** The middle of a texture says nothing of the class: means over many images are alike. */
  @Test
  void coloursDoNotTellTheClass() {
    double[] means =
        Arrays.stream(Outline.values())
            .mapToDouble(
                outline -> {
                  double sum = 0;
                  long count = 0;
                  for (int i = 0; i < 60; i++) {
                    DemoImage image = DemoImage.of(3, "train", outline, i);
                    for (int p = 0; p < image.mask().length; p++) {
                      sum += image.mask()[p] ? image.pixels()[p] >> 8 & 255 : 0;
                      count += image.mask()[p] ? 1 : 0;
                    }
                  }
                  return sum / count;
                })
            .toArray();
    double least = Arrays.stream(means).min().orElseThrow();
    double most = Arrays.stream(means).max().orElseThrow();
    // One image's colour has a standard deviation of about 29, the mean of 60 one of 4.
    assertTrue(most - least < 25, "means of green from " + least + " to " + most);
  }

  @Test
  void theTreeHasImagesMasksAndClasses() throws IOException {
    new DemoImages(5, 3, 2, 1).write(scratch, done -> {});
    assertEquals(60, new DemoImages(5, 3, 2, 1).count());
    ClassList classes =
        ClassList.read(scratch.resolve(DemoImages.CLASSES).toString(), new Configuration());
    assertEquals(
        DemoImages.classes(), Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map(classes::name).toList());
    LabelledPixels train =
        LabelledPixels.read(scratch.resolve("train").toString(), classes, new Configuration());
    assertEquals(30, train.size());
    assertEquals(3, train.labels().stream().filter(label -> label == 6).count());
    DemoImage image = DemoImage.of(5, "held-out", Outline.RING, 1);
    BufferedImage picture = ImageIO.read(scratch.resolve("held-out/ring/0001.png").toFile());
    BufferedImage mask = ImageIO.read(scratch.resolve("masks/held-out/ring/0001.png").toFile());
    for (int p = 0; p < image.pixels().length; p++) {
      assertEquals(image.pixels()[p], picture.getRGB(p % 64, p / 64) & 0xffffff);
      assertEquals(image.mask()[p] ? 255 : 0, mask.getRaster().getSample(p % 64, p / 64, 0));
    }
    try (Stream<Path> files = Files.walk(scratch)) {
      assertEquals(121, files.filter(Files::isRegularFile).count());
    }
  }
}

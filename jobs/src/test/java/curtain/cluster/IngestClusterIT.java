package curtain.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ingest} on executors that are processes: the same rows as in one process. */
@Tag("cluster")
final class IngestClusterIT {
  @TempDir static Path folder;

  private static final int IMAGES = 12;
  private static List<String> rows;
  private static List<String> errors;

  @BeforeAll
  static void inOneProcess() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(280 + i, 260, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          image.setRGB(x, y, new Color(x * i % 256, y * 3 % 256, random.nextInt(256)).getRGB());
        }
      }
      String kind = i % 3 == 0 ? "png" : "jpeg";
      Path file =
          Files.createDirectories(folder.resolve("images").resolve("class" + i % 2))
              .resolve(i + "." + kind);
      ImageIO.write(image, kind, file.toFile());
    }
    Files.writeString(folder.resolve("images/class0/broken.jpeg"), "not an image");
    Installation.curtain(folder, ingest("one")).expect(0);
    rows = images("one");
    errors = errors("one");
    assertEquals(IMAGES, rows.size());
    assertEquals(1, errors.size());
  }

  private static String[] ingest(String output) {
    return new String[] {
      "ingest",
      "--images",
      "images",
      "--output",
      output,
      "--transform",
      "imagenet",
      "--partitions",
      "5"
    };
  }

  private static List<String> images(String output) throws Exception {
    return Rows.read(
        "SELECT * REPLACE (md5(pixels) AS pixels) FROM read_parquet('%s/images/*.parquet')"
                .formatted(folder.resolve(output))
            + " ORDER BY ordinal");
  }

  private static List<String> errors(String output) throws Exception {
    return Rows.read(
        "SELECT * FROM read_parquet('%s/errors/*.parquet') ORDER BY ordinal"
            .formatted(folder.resolve(output)));
  }

  @Test
  void localCluster() throws Exception {
    Installation.curtainOnLocalCluster(folder, ingest("local-cluster")).expect(0);
    assertEquals(rows, images("local-cluster"));
    assertEquals(errors, errors("local-cluster"));
  }

  @Test
  void standaloneClusterThroughSparkSubmit() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder)) {
      cluster.submit(ingest("standalone")).expect(0);
      assertEquals(rows, images("standalone"));
      assertEquals(errors, errors("standalone"));
      // Exit codes pass through spark-submit too.
      Finished refused = cluster.submit(ingest("standalone")).expect(1);
      assertFalse(refused.err().isBlank(), "says why");
    }
  }
}

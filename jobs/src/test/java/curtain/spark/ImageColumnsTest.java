package curtain.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.Run;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Photographs as files and as images of Spark's source, against the rows of the job: four, or with
 * {@code -Dcurtain.full=true} ten.
 */
@Tag("engine")
final class ImageColumnsTest {
  private static final int BATCH = 2;
  private static final int PHOTOS = Shared.full() ? 10 : 4;

  @TempDir static Path dir;
  private static SparkSession spark;
  private static Map<String, List<Row>> job;
  private static String[] photos;

  @BeforeAll
  static void computeWithTheJob() throws IOException {
    Path output = dir.resolve("job");
    Run run =
        Run.curtain(
            "pullbacks",
            "--images",
            Shared.path(Shared.PHOTOS).toString(),
            "--limit",
            String.valueOf(PHOTOS),
            "--model",
            "squeezenet1_1",
            "--weights",
            Shared.path(Shared.SQUEEZENET_WEIGHTS).toString(),
            "--targets",
            "top:2",
            "--temperature",
            "15,0.3",
            "--cosine",
            "--batch-size",
            String.valueOf(BATCH),
            "--device",
            "cpu",
            "--quiet",
            "--output",
            output.toString());
    assertEquals(0, run.status(), run.err());
    spark = Frames.session();
    photos =
        Frames.files(Shared.path(Shared.PHOTOS), PHOTOS).stream()
            .map(Path::toString)
            .toArray(String[]::new);
    job = new HashMap<>();
    for (Row row :
        spark
            .read()
            .parquet(output + "/pullbacks")
            .orderBy("ordinal", "target", "temperature")
            .select(
                "image_id",
                "target",
                "gate",
                "temperature",
                "pool",
                "logit",
                "probability",
                "norm",
                "cosine_to_gradient",
                "shape",
                "pullback")
            .collectAsList()) {
      job.computeIfAbsent(row.getString(0), id -> new ArrayList<>()).add(row);
    }
    assertEquals(PHOTOS, job.size());
    job.values().forEach(rows -> assertEquals(4, rows.size()));
  }

  @AfterAll
  static void close() {
    if (spark != null) {
      spark.close();
    }
  }

  private static ExcitationPullbacks stage() {
    return new ExcitationPullbacks()
        .setModelUrl(Shared.path(Shared.SQUEEZENET_WEIGHTS).toString())
        .setModel("squeezenet1_1")
        .setTargets("top:2")
        .setTemperature(List.of(15, 0.3))
        .setCosine(true)
        .setBatchSize(BATCH)
        .setDevice("cpu");
  }

  /** The same rows, in the job's order, exploded. */
  private static Map<String, List<Row>> byImage(Dataset<Row> frame, String uri) {
    Map<String, List<Row>> found = new HashMap<>();
    for (Row row :
        frame
            .select(functions.col(uri).as("uri"), functions.explode(functions.col("pullbacks")))
            .select("uri", "col.*")
            .orderBy("uri", "target", "temperature")
            .collectAsList()) {
      String id = row.getString(0).replaceFirst(".*/val/", "");
      found.computeIfAbsent(id, key -> new ArrayList<>()).add(row);
    }
    return found;
  }

  /** Equal in every value, floats to the last bit. */
  private static void assertTheJobsRows(String id, List<Row> found) {
    List<Row> expected = job.get(id);
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < found.size(); i++) {
      for (int column = 1; column < expected.get(i).size(); column++) {
        assertEquals(
            expected.get(i).get(column),
            found.get(i).get(column),
            id + ": " + expected.get(i).schema().fieldNames()[column]);
      }
    }
  }

  @Test
  void filesGiveTheJobsRowsToTheLastBit() {
    Dataset<Row> files = spark.read().format("binaryFile").load(photos).repartition(3);
    Map<String, List<Row>> found = byImage(stage().setInputCol("content").transform(files), "path");
    assertEquals(job.keySet(), found.keySet());
    found.forEach(ImageColumnsTest::assertTheJobsRows);
  }

  @Test
  void imagesOfSparksSourceGiveTheJobsRows() {
    Dataset<Row> images = spark.read().format("image").load(photos);
    Map<String, List<Row>> found =
        byImage(stage().setInputCol("image").transform(images), "image.origin");
    assertEquals(job.keySet(), found.keySet());
    found.forEach(ImageColumnsTest::assertTheJobsRows);
  }

  /** Grey, RGB and RGBA in PNG, which Java and Pillow read alike; and files that are no images. */
  @Test
  void channelsAndBadFiles() throws Exception {
    Path folder = Files.createDirectory(dir.resolve("odd"));
    Map<String, Integer> types =
        Map.of(
            "grey", BufferedImage.TYPE_BYTE_GRAY,
            "bgr", BufferedImage.TYPE_3BYTE_BGR,
            "alpha", BufferedImage.TYPE_4BYTE_ABGR);
    Random random = new Random(5);
    for (Map.Entry<String, Integer> type : types.entrySet()) {
      BufferedImage image = new BufferedImage(270, 301, type.getValue());
      int bands = image.getRaster().getNumBands();
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          for (int band = 0; band < bands; band++) {
            image
                .getRaster()
                .setSample(x, y, band, (x * (band + 1) + y + random.nextInt(40)) & 255);
          }
        }
      }
      ImageIO.write(image, "png", folder.resolve(type.getKey() + ".png").toFile());
    }
    Files.writeString(folder.resolve("text.png"), "no image");
    byte[] grey = Files.readAllBytes(folder.resolve("grey.png"));
    Files.write(folder.resolve("cut.png"), Arrays.copyOf(grey, grey.length / 2));

    Dataset<Row> images = spark.read().format("image").load(folder.toString());
    Dataset<Row> files = spark.read().format("binaryFile").load(folder.toString());
    Dataset<Row> both =
        stage()
            .setInputCol("image")
            .transform(images)
            .select(
                functions.expr("element_at(split(image.origin, '/'), -1) as name"),
                functions.expr("image.nChannels as channels"),
                functions.col("pullbacks"),
                functions.col("error"))
            .join(
                stage()
                    .setInputCol("content")
                    .setOutputCol("expected")
                    .setErrorCol("expected_error")
                    .transform(files)
                    .selectExpr(
                        "element_at(split(path, '/'), -1) as name", "expected", "expected_error"),
                "name");
    Map<String, Row> byName = new HashMap<>();
    both.collectAsList().forEach(row -> byName.put(row.getString(0), row));
    assertEquals(5, byName.size());
    Map.of("grey", 1, "bgr", 3, "alpha", 4)
        .forEach(
            (name, channels) -> {
              Row row = byName.get(name + ".png");
              assertEquals(channels, row.getInt(1), name);
              assertNull(row.get(3));
              assertEquals(row.getList(4), row.getList(2), name);
              assertEquals(4, row.getList(2).size());
            });
    assertNotEquals(byName.get("grey.png").getList(2), byName.get("bgr.png").getList(2));
    for (String name : List.of("text.png", "cut.png")) {
      Row row = byName.get(name);
      assertEquals("undecodable: Spark's image source could not read it", row.getString(3));
      assertNull(row.get(2));
      assertNull(row.get(4));
      assertFalse(row.getString(5).isBlank());
    }
  }

  @Test
  void imagesThatAreNotWhatTheySayAreErrors() {
    Dataset<Row> images =
        spark.read().format("image").load(Shared.path(Shared.PHOTOS) + "/n01440764");
    Map<String, String> wrong =
        Map.of(
            "image.mode + 1", "OpenCV mode 17 with 3 channels",
            "cast(null as int)", "the image's mode is null",
            "0", "OpenCV mode 0 with 3 channels");
    wrong.forEach(
        (mode, reason) -> {
          Row row = spoilt(images, "image.height", mode, "image.data");
          assertTrue(
              row.<String>getAs("error").startsWith(reason), row.getAs("error") + " " + mode);
          assertNull(row.getAs("pullbacks"));
        });
    String short1 = spoilt(images, "image.height + 1", "image.mode", "image.data").getAs("error");
    assertTrue(short1.matches("\\d+ bytes are no \\d+ x \\d+ pixels of 3 channels"), short1);
    String none = spoilt(images, "0", "image.mode", "image.data").getAs("error");
    assertTrue(none.startsWith("its header gives a size of "), none);
    String missing = spoilt(images, "image.height", "image.mode", "null").getAs("error");
    assertEquals("the image's data is null", missing);
    Row large =
        stage().setInputCol("image").setMaxPixels(1000).transform(images).collectAsList().get(0);
    assertTrue(large.<String>getAs("error").endsWith("are more than max pixels, 1000"));
  }

  private static Row spoilt(Dataset<Row> images, String height, String mode, String data) {
    Dataset<Row> spoilt =
        images.selectExpr(
            "named_struct('origin', image.origin, 'height', "
                + height
                + ", 'width', image.width, 'nChannels', image.nChannels, 'mode', "
                + mode
                + ", 'data', cast("
                + data
                + " as binary)) as image");
    return stage().setInputCol("image").transform(spoilt).collectAsList().get(0);
  }
}

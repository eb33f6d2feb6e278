package curtain.jobs.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.images.ClassList;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.KilledRun;
import curtain.jobs.fixtures.OddImages;
import curtain.jobs.fixtures.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command from files to tables, with files among them that are no images. */
@Tag("engine")
class IngestTest {
  private static final int LISTED = OddImages.GOOD + OddImages.BAD;

  @TempDir static Path photos;
  private static DuckDb duckDb;

  @TempDir Path dir;

  @BeforeAll
  static void write() throws Exception {
    OddImages.write(photos);
    duckDb = new DuckDb();
  }

  @AfterAll
  static void close() throws Exception {
    duckDb.close();
  }

  private static Run ingest(Path images, Path output, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("ingest", "--images", images.toString(), "--output"));
    arguments.add(output.toString());
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static List<String> images(Path output) throws Exception {
    return duckDb.rows(
        "select image_id, ordinal, label, width, height, transform, shape, md5(pixels),"
            + " octet_length(pixels) from '"
            + output
            + "/images/*.parquet' order by ordinal");
  }

  private static List<String> errors(Path output) throws Exception {
    return duckDb.rows(
        "select image_id, ordinal, reason from '" + output + "/errors/*.parquet' order by ordinal");
  }

  @Test
  void fourFilesAreErrorRowsAndEverythingElseIsIngested() throws Exception {
    Path output = dir.resolve("out");
    Run run = ingest(photos, output);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("24 of 28 images are in " + output + " ("), run.err());
    assertTrue(
        run.err().endsWith("; 4 could not be used: " + output + "/errors says why\n"), run.err());

    List<String> images = images(output);
    assertEquals(OddImages.GOOD, images.size());
    assertTrue(
        images.stream()
            .anyMatch(
                row ->
                    row.matches(
                        "n01440764/really_a_png.JPEG\\|\\d+\\|0\\|240\\|260\\|imagenet\\|.*")),
        images.toString());
    assertTrue(images.stream().allMatch(row -> row.endsWith("|150528")), images.toString());
    assertTrue(images.stream().allMatch(row -> row.contains("|[3, 224, 224]|")), images.toString());
    for (String row : images) {
      String label = row.startsWith("holiday") ? "null" : row.startsWith("n01440764") ? "0" : "1";
      assertEquals(label, row.split("\\|", -1)[2], row);
    }
    List<String> errors = errors(output);
    assertEquals(
        List.of(
            "holiday/bomb.png",
            "n01440764/empty.JPEG",
            "n01443537/text.JPEG",
            "n01443537/truncated.JPEG"),
        errors.stream().map(row -> row.split("\\|", -1)[0]).toList());
    assertTrue(errors.stream().noneMatch(row -> row.endsWith("|null")), errors.toString());
    assertTrue(Files.exists(output.resolve("_SUCCESS")));

    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      assertEquals(
          "struct<image_id:string,ordinal:bigint,label:int,source_label:string,width:int,height:int,"
              + "transform:string,shape:array<int>,pixels:binary>",
          spark.read().parquet(output + "/images").schema().catalogString());
      List<Row> rows = spark.read().parquet(output + "/errors").collectAsList();
      assertEquals(OddImages.BAD, rows.size());
    }

    // What was ingested is an image set itself, and gives the same pixels.
    Path again = dir.resolve("again");
    assertEquals(0, ingest(output, again, "--quiet").status());
    assertEquals(
        images.stream().map(row -> row.split("\\|", -1)[7]).toList(),
        images(again).stream().map(row -> row.split("\\|", -1)[7]).toList());
  }

  @Test
  void theSameRowsFromAnyNumberOfPartitionsAndTasks() throws Exception {
    Path one = dir.resolve("one");
    Run quiet =
        ingest(photos, one, "--partitions", "1", "--threads", "1", "--quiet", "--limit", "26");
    assertEquals(0, quiet.status(), quiet.err());
    assertEquals(1, quiet.err().lines().count(), quiet.err());
    for (String partitions : List.of("3", "7")) {
      Path other = dir.resolve("p" + partitions);
      Run run =
          ingest(
              photos, other, "--partitions", partitions, "--master", "local[3]", "--limit", "26");
      assertEquals(0, run.status(), run.err());
      assertEquals(images(one), images(other));
      assertEquals(errors(one), errors(other));
      assertEquals(Integer.parseInt(partitions), parts(other.resolve("images")).size());
    }
    assertEquals(26, images(one).size() + errors(one).size());
  }

  @Test
  void tooManyErrorsFailAndAHigherLimitResumes() throws Exception {
    Path output = dir.resolve("out");
    Run failed = ingest(photos, output, "--max-errors", "3", "--quiet");
    assertEquals(1, failed.status());
    assertTrue(
        failed
            .err()
            .startsWith("curtain: 4 images could not be used, more than --max-errors 3 allows; "),
        failed.err());
    assertEquals(1, failed.err().lines().count());
    assertFalse(Files.exists(output.resolve("images")));
    Map<String, FileTime> before = parts(KilledRun.begun(output, "images"));
    assertFalse(before.isEmpty(), "nothing was done before the run stopped");

    Run refused = ingest(photos, output, "--quiet");
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("give --resume"), refused.err());
    Run changed = ingest(photos, output, "--resume", "--transform", "none", "--limit", "9");
    assertEquals(1, changed.status());
    assertTrue(
        changed
            .err()
            .contains(
                "--transform was imagenet, is none; image_size was 224, is any; --limit was none,"
                    + " is 9"),
        changed.err());

    Run resumed = ingest(photos, output, "--resume", "--max-errors", "4");
    assertEquals(0, resumed.status(), resumed.err());
    assertEquals(LISTED, images(output).size() + errors(output).size());
    Map<String, FileTime> after = parts(output.resolve("images"));
    before.forEach((name, time) -> assertEquals(time, after.get(name), name + " was kept"));

    Run nothing = ingest(photos, output, "--resume");
    assertEquals(0, nothing.status());
    assertTrue(nothing.err().contains("is whole; there is nothing to do"), nothing.err());
    assertEquals(after, parts(output.resolve("images")));
  }

  @Test
  void aModelDecidesTransformSizeAndClasses() throws Exception {
    Path images = Files.createDirectories(dir.resolve("cifar/frog"));
    java.awt.image.BufferedImage small =
        new java.awt.image.BufferedImage(32, 32, java.awt.image.BufferedImage.TYPE_INT_RGB);
    javax.imageio.ImageIO.write(small, "png", images.resolve("a.png").toFile());
    javax.imageio.ImageIO.write(
        small.getSubimage(0, 0, 16, 32), "png", images.resolve("b.png").toFile());
    Path output = dir.resolve("out");
    Run run = ingest(dir.resolve("cifar"), output, "--model", "cifar_resnet20");
    assertEquals(0, run.status(), run.err());
    List<String> rows = images(output);
    assertEquals(1, rows.size());
    assertTrue(rows.get(0).startsWith("frog/a.png|0|6|32|32|none|[3, 32, 32]|"), rows.get(0));
    assertTrue(errors(output).get(0).startsWith("frog/b.png|1|"), errors(output).get(0));
  }

  @Test
  void laterCommandsReadLabelsAsFromTheSource() throws Exception {
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>();
    for (String name : List.of("tench/0", "tench/1", "tench/2", "house/3")) {
      entries.add(Map.entry(name + ".png", Sources.png(1)));
    }
    entries.add(Map.entry("tench/1.cls", "a house".getBytes(StandardCharsets.UTF_8)));
    entries.add(Map.entry("tench/2.cls", "-1".getBytes(StandardCharsets.UTF_8)));
    entries.add(Map.entry("house/3.cls", "3".getBytes(StandardCharsets.UTF_8)));
    Path tar = dir.resolve("a.tar");
    Sources.tar(tar, entries, false);
    Path output = dir.resolve("kept");
    Run run = ingest(tar, output, "--transform", "none", "--quiet");
    assertEquals(0, run.status(), run.err());
    assertEquals(
        List.of(
            "house/3.png|3|3",
            "tench/0.png|0|null",
            "tench/1.png|null|a house",
            "tench/2.png|null|",
            "z/hard|null|null"),
        labels(output));
    ClassList classes = ClassList.folders(List.of("a house", "tench"));
    assertEquals(
        Arrays.asList(null, 3, 1, 0, null, null), // the first is a symbolic link
        Sources.list(output).refs().stream().map(classes::label).toList());

    Path list = Files.writeString(dir.resolve("list.tsv"), "0\tx\tx\n1\ttench\ttench\n");
    Path chosen = dir.resolve("chosen");
    run = ingest(tar, chosen, "--transform", "none", "--quiet", "--labels", list.toString());
    assertEquals(0, run.status(), run.err());
    assertEquals("tench/0.png|1|1", labels(chosen).get(1));
  }

  private static List<String> labels(Path output) throws Exception {
    return duckDb.rows(
        "select image_id, label, source_label from '"
            + output
            + "/images/*.parquet' order by ordinal");
  }

  private static Map<String, FileTime> parts(Path directory) throws Exception {
    Map<String, FileTime> parts = new HashMap<>();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
          parts.put(KilledRun.named(file), Files.getLastModifiedTime(file));
        }
      }
    }
    return parts;
  }
}

package curtain.jobs.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.DevkitMeta;
import curtain.fixtures.Sources;
import curtain.images.ClassList;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ImageNet's own files, small: a tar of the classes' tars, and a tar with labels beside it. */
@Tag("engine")
final class ImageNetFilesTest {
  @TempDir Path dir;

  private Run ingest(Path images, Path output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("ingest", "--images", images.toString()));
    arguments.addAll(List.of("--output", output.toString(), "--transform", "none", "--quiet"));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  private static List<String> rows(Path output) throws Exception {
    try (DuckDb duckDb = new DuckDb()) {
      return duckDb.rows(
          "select ordinal, image_id, label from '"
              + output
              + "/images/*.parquet' order by ordinal");
    }
  }

  private byte[] tar(List<Map.Entry<String, byte[]>> entries) throws Exception {
    Path file = dir.resolve("entry.tar");
    Sources.tar(file, entries, false);
    return Files.readAllBytes(file);
  }

  @Test
  void theTrainingSetIsATarOfItsClasses() throws Exception {
    Path train = dir.resolve("ILSVRC2012_img_train.tar");
    List<Map.Entry<String, byte[]>> fish = List.of(Map.entry("n01440764_1.JPEG", Sources.png(1)));
    List<Map.Entry<String, byte[]>> gold =
        List.of(
            Map.entry("n01443537_2.JPEG", Sources.png(2)),
            Map.entry("n01443537_1.JPEG", Sources.png(3)));
    Sources.tar(
        train,
        List.of(Map.entry("n01443537.tar", tar(gold)), Map.entry("n01440764.tar", tar(fish))),
        false);
    Path output = dir.resolve("train");
    Run run = ingest(train, output);
    assertEquals(0, run.status(), run.err());
    List<String> found = rows(output).stream().filter(row -> row.contains(".JPEG")).toList();
    assertEquals(
        List.of("0", "1", "1"), found.stream().map(row -> row.split("\\|", -1)[2]).toList());
    assertEquals(
        List.of(
            "n01440764/n01440764_1.JPEG",
            "n01443537/n01443537_1.JPEG",
            "n01443537/n01443537_2.JPEG"),
        found.stream().map(row -> row.split("\\|", -1)[1]).toList());
  }

  /** The tar that is written here has two links at its end, which are images as well. */
  @Test
  void theValidationSetTakesTheKitsLabels() throws Exception {
    Path val = dir.resolve("ILSVRC2012_img_val.tar");
    Sources.tar(
        val,
        List.of(Map.entry("a_2.JPEG", Sources.png(2)), Map.entry("a_1.JPEG", Sources.png(1))),
        false);
    Path named = Files.writeString(dir.resolve("named.csv"), "a_2.JPEG,4\na_1.JPEG,7\n");
    Path output = dir.resolve("named");
    Run run = ingest(val, output, "--labels", named.toString());
    assertEquals(0, run.status(), run.err());
    List<String> labels = rows(output).stream().map(row -> row.split("\\|", -1)[2]).toList();
    assertEquals(List.of("7", "4"), labels.subList(0, 2));

    List<String> kit = new ArrayList<>();
    for (int i = 999; i >= 0; i--) { // in an order of its own
      kit.add(ClassList.imagenet().directory(i));
    }
    Path flat = Files.createDirectory(dir.resolve("flat"));
    Sources.file(flat, "a_1.JPEG", Sources.png(1));
    Sources.file(flat, "a_2.JPEG", Sources.png(2));
    Files.write(dir.resolve("meta.mat"), DevkitMeta.bytes(kit));
    Path truth = Files.write(dir.resolve("truth.txt"), List.of("1000", "1"));
    output = dir.resolve("kit");
    run = ingest(flat, output, "--labels", truth.toString());
    assertEquals(0, run.status(), run.err());
    labels = rows(output).stream().map(row -> row.split("\\|", -1)[2]).toList();
    assertEquals(List.of("0", "999"), labels);

    Files.write(truth, Collections.nCopies(3, "1000"));
    output = dir.resolve("wrong");
    run = ingest(flat, output, "--labels", truth.toString());
    assertTrue(run.status() != 0, run.err());
    assertTrue(run.err().contains("--labels " + truth + " has 3 labels"), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("_SUCCESS")));
  }
}

package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.WeightsFile;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes from folders, runs without a usable image, and folders with colons in their names. */
@Tag("engine")
final class FoldersAndFailuresTest {
  @TempDir static Path dir;
  private static Path weights;

  @BeforeAll
  static void write() throws Exception {
    Path colon = Files.createDirectories(dir.resolve("at 10:30"));
    weights = WeightsFile.demoCnn(colon.resolve("net:1.safetensors"), 3);
    for (int i = 0; i < 10; i++) {
      image(dir.resolve("ten:1/n0" + (9 - i) + "/_MG:" + i + ".png"), 64);
    }
    Files.createDirectories(dir.resolve("ten:1/.cache"));
    image(dir.resolve("small/a/1.png"), 8);
    image(dir.resolve("small/b/2.png"), 8);
    Files.writeString(dir.resolve("small/b/3.png"), "text");
  }

  private static void image(Path file, int size) throws Exception {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_3BYTE_BGR);
    image.setRGB(3, 4, 0xff8040);
    ImageIO.write(image, "png", file.toFile());
  }

  private static Run run(String command, String images, Path output, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, "--images"));
    arguments.add(dir.resolve(images).toString());
    arguments.addAll(List.of("--model", "demo_cnn", "--weights", weights.toString()));
    arguments.addAll(List.of("--device", "cpu", "--output", output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  @Test
  void foldersAreTheClassesWhereNoListHasThem() throws Exception {
    Path output = dir.resolve("out 12:00/a:b");
    Run run = run("pullbacks", "ten:1", output, "--targets", "label", "--limit", "4");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.err().contains("the 10 folders of --images"), run.err());
    assertTrue(run.err().contains("left out 1 whose names begin with a dot"), run.err());
    try (DuckDb duckDb = new DuckDb()) {
      assertEquals(
          List.of("n00/_MG:9.png|0|0", "n03/_MG:6.png|3|3"),
          duckDb.rows(
              "select image_id, label, target from '"
                  + output
                  + "/pullbacks/*.parquet' where ordinal in (0, 3) order by ordinal"));
    }
    Run figures =
        Run.curtain("figures", "--input", output.toString(), "--output", dir + "/figures:1");
    assertEquals(0, figures.status(), figures.err());
    Run gram = run("gram", "ten:1", dir.resolve("gram:1"));
    assertEquals(0, gram.status(), gram.err());
  }

  @Test
  void aRunWithoutAUsableImageFailsAndItsOutputStays() throws Exception {
    for (String command : List.of("pullbacks", "gram", "calibrate")) {
      Path output = dir.resolve("none-" + command);
      for (String again : List.of("--overwrite", "--resume")) {
        Run run = run(command, "small", output, again, "--quiet");
        assertEquals(1, run.status(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(
            run.err().startsWith("curtain: none of the 3 images could be used, most often: "),
            command + ": " + run.err());
        assertFalse(run.err().contains("PNG"), run.err());
        assertTrue(Files.exists(output.resolve("_SUCCESS")));
      }
      try (DuckDb duckDb = new DuckDb()) {
        assertEquals(
            List.of("3"), duckDb.rows("select count(*) from '" + output + "/errors/*.parquet'"));
      }
    }
  }
}

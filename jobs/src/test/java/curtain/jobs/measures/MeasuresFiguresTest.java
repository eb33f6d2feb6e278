package curtain.jobs.measures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Shared;
import curtain.jobs.fixtures.DuckDb;
import curtain.jobs.fixtures.Run;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figure of measures. */
@Tag("engine")
class MeasuresFiguresTest {
  @TempDir Path dir;

  private Path measures(Path images, String... more) {
    Run run = run(images, more);
    assertEquals(0, run.status(), run.err());
    return dir.resolve("measures");
  }

  private Run run(Path images, String... more) {
    Path output = dir.resolve("measures");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "measures",
                "--images",
                images.toString(),
                "--model",
                "cifar_resnet20",
                "--weights",
                Shared.path(Shared.CIFAR_WEIGHTS).toString(),
                "--device",
                "cpu",
                "--quiet",
                "--output",
                output.toString()));
    arguments.addAll(List.of(more));
    return Run.curtain(arguments.toArray(String[]::new));
  }

  @Test
  void aPanelForEachMeasureAndAllNumbers() throws Exception {
    Path input =
        measures(
            Shared.path(Shared.CIFAR_IMAGES),
            "--limit",
            "3",
            "--temperature",
            "0.3,3",
            "--measures",
            "sparsity,noise_stability,target_specificity");
    Path output = dir.resolve("figures");
    Run run = Run.figures(input, output);
    assertEquals(0, run.status(), run.err());
    assertTrue(
        run.err().startsWith("curtain figures: 3 measures of 3 directions on 1 pages are in "),
        run.err());
    BufferedImage page = ImageIO.read(output.resolve("measures.png").toFile());
    assertTrue(page.getWidth() > 800 && page.getHeight() > 300, page.toString());
    try (DuckDb duckDb = new DuckDb()) {
      String select = "select * from '%s' order by direction desc, temperature, measure";
      List<String> rows = duckDb.rows(select.formatted(input + "/measures_summary/*.parquet"));
      assertEquals(9, rows.size());
      assertEquals(rows, duckDb.rows(select.formatted(output + "/measures.csv")));
    }
    Run refused = Run.figures(input, dir.resolve("other"), "--targets", "0");
    assertEquals(2, refused.status());
    assertTrue(
        refused.err().contains("--targets has no effect on figures of curtain measures"),
        refused.err());
  }

  /** Without an interval, and without an image. */
  @Test
  void fewImages() throws Exception {
    Path images = Files.createDirectories(dir.resolve("images/cat"));
    try (Stream<Path> some = Files.list(Shared.path(Shared.CIFAR_IMAGES).resolve("cat"))) {
      Path one = some.sorted().findFirst().orElseThrow();
      // not copied, which a data set's read-only files stay
      Files.write(images.resolve(one.getFileName()), Files.readAllBytes(one));
    }
    Path input = measures(images.getParent(), "--measures", "sparsity");
    assertEquals(0, Run.figures(input, dir.resolve("figures")).status());
    try (Stream<Path> all = Files.list(images)) {
      for (Path image : all.toList()) {
        Files.writeString(image, "no image");
      }
    }
    Run unusable = run(images.getParent(), "--measures", "sparsity", "--overwrite");
    assertEquals(1, unusable.status(), unusable.err());
    Run run = Run.figures(input, dir.resolve("none"));
    assertEquals(1, run.status());
    assertTrue(run.err().contains("has no image that could be used; errors/ says why"), run.err());
  }
}

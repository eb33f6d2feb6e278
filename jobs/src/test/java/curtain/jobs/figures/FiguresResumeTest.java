package curtain.jobs.figures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.fixtures.Run;
import curtain.jobs.fixtures.SmallDemo;
import curtain.jobs.kernel.KernelOutputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code figures} where there are some already. */
@Tag("engine")
class FiguresResumeTest {
  private static final String PICTURE = "gram_pixel.png";

  @TempDir Path dir;
  private Path gram;
  private Path figures;

  @BeforeEach
  void draw() throws IOException {
    gram = dir.resolve("gram");
    figures = dir.resolve("figures");
    gram("x");
    Run drawn = Run.figures(gram, figures);
    assertEquals(0, drawn.status(), drawn.err());
  }

  /** A Gram of five images; another set of images is another run's. */
  private void gram(String images) throws IOException {
    KernelOutputs.gram(
        gram,
        KernelOutputs.of(List.of(0, 1, 2, 0, 1), 4),
        null,
        128,
        List.of("pixel"),
        KernelOutputs.settings(images, "none", "tiles"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(figures)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  /** A mark that another drawing would replace. */
  private void mark() throws IOException {
    Files.writeString(figures.resolve(PICTURE), "as it was");
  }

  private String marked() throws IOException {
    Path picture = figures.resolve(PICTURE);
    return Files.size(picture) < 100 ? Files.readString(picture) : "drawn again";
  }

  @Test
  void wholeFiguresAreLeftAlone() throws Exception {
    mark();
    Run kept = Run.figures(gram, figures, "--resume");
    assertEquals(
        new Run(0, "", "curtain figures: %s is whole; there is nothing to do%n".formatted(figures)),
        kept);
    assertEquals(new Run(0, "", ""), Run.figures(gram, figures, "--resume", "--quiet"));
    assertEquals("as it was", marked());
    // What an --overwrite that was killed left beside them goes.
    Files.createDirectories(figures.resolve("_incomplete"));
    assertEquals(0, Run.figures(gram, figures, "--resume").status());
    assertFalse(Files.exists(figures.resolve("_incomplete")));
    assertEquals("as it was", marked());
  }

  @Test
  void figuresThatAreNotWholeAreDrawnAgain() throws Exception {
    byte[] drawn = Files.readAllBytes(figures.resolve(PICTURE));
    List<String> names = names();
    for (List<String> gone :
        List.of(List.of("_SUCCESS"), List.of("_SUCCESS", "_provenance.json", PICTURE))) {
      for (String name : gone) {
        Files.delete(figures.resolve(name));
      }
      Files.createDirectories(figures.resolve("_incomplete"));
      assertEquals(
          "curtain: --output %s exists; give --resume to go on with it or --overwrite to replace it%n"
              .formatted(figures),
          Run.figures(gram, figures).err());
      Run again = Run.figures(gram, figures, "--resume");
      assertEquals(0, again.status(), again.err());
      assertTrue(again.err().contains("1 kernel on 1 pages are in "), again.err());
      assertEquals(names, names());
      assertArrayEquals(drawn, Files.readAllBytes(figures.resolve(PICTURE)));
    }
    Path fresh = dir.resolve("new");
    assertEquals(0, Run.figures(gram, fresh, "--resume").status());
    assertTrue(Files.exists(fresh.resolve("_SUCCESS")));
  }

  @Test
  void changesAreNamed() throws Exception {
    mark();
    Path labels = dir.resolve("classes.tsv");
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      list.append(i + "\td" + i + "\tname " + i + "\n");
    }
    Files.writeString(labels, list);
    String refused = Run.figures(gram, figures, "--resume", "--labels", labels.toString()).err();
    assertTrue(
        refused.startsWith(
            "curtain: --resume: %s was made with other settings: --labels was the run's, is %s; labels_sha256 was not set, is "
                .formatted(figures, labels)),
        refused);
    assertTrue(refused.endsWith("; give the same, or --overwrite to begin again\n"), refused);

    // The same input, made anew.
    SmallDemo.delete(gram);
    gram("y");
    String stale = Run.figures(gram, figures, "--resume").err();
    assertTrue(
        stale.matches(
            "curtain: --resume: \\S+ was made with other settings: "
                + gram
                + "/_provenance.json was \\S+, SHA-256 [0-9a-f]{16}, is \\S+, SHA-256 [0-9a-f]{16}; give the same.*\n"),
        stale);
    assertEquals("as it was", marked());
    assertEquals(
        "curtain: --overwrite, --resume are mutually exclusive (specify only one) (see curtain figures --help)\n",
        Run.figures(gram, figures, "--resume", "--overwrite").err());
    assertEquals(0, Run.figures(gram, figures, "--overwrite").status());
    assertEquals("drawn again", marked());
    assertEquals(0, Run.figures(gram, figures, "--resume").status());

    Path other = dir.resolve("other");
    Files.move(gram, other);
    String moved = Run.figures(other, figures, "--resume").err();
    assertTrue(moved.contains("--input was file:" + gram + ", is file:" + other), moved);
  }

  @Test
  void whatCannotBeDrawnLeavesWhatWasThere() throws Exception {
    mark();
    List<String> names = names();
    Path tiles;
    try (Stream<Path> parts = Files.list(gram.resolve("tiles"))) {
      tiles = parts.filter(part -> part.toString().endsWith(".parquet")).findAny().orElseThrow();
    }
    byte[] damaged = Files.readAllBytes(tiles);
    // Its footer stays, its pages do not.
    java.util.Arrays.fill(damaged, 4, damaged.length / 3, (byte) 0x5a);
    Files.write(tiles, damaged);
    Files.deleteIfExists(tiles.resolveSibling("." + tiles.getFileName() + ".crc"));
    Run failed = Run.figures(gram, figures, "--overwrite");
    assertEquals(1, failed.status(), failed.err());
    assertEquals(names, names());
    assertEquals("as it was", marked());
    // Nor where there was nothing.
    Path nothing = dir.resolve("nothing");
    assertEquals(1, Run.figures(gram, nothing).status());
    assertEquals(1, Run.figures(gram, nothing).status());
    SmallDemo.delete(gram);
    KernelOutputs.finish(gram, "gram", Map.of("keep", "tiles"), 1);
    assertEquals(1, Run.figures(gram, figures, "--overwrite").status());
    assertEquals("as it was", marked());
  }
}

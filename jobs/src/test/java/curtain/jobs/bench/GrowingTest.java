package curtain.jobs.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sizes, and the files that commands read. */
@Tag("fast")
final class GrowingTest {
  @TempDir Path folder;

  private List<Long> numbers(Growing what, int most) throws IOException {
    return what.sizes(most, folder).stream().map(Growing.Size::number).toList();
  }

  @Test
  void growsInStepsOfAboutThree() throws IOException {
    assertEquals(
        List.of(100L, 300L, 1_000L, 3_000L, 10_000L, 30_000L, 100_000L),
        numbers(Growing.IMAGES, 100_000));
    assertEquals(
        List.of(100L, 300L, 1_000L, 3_000L, 10_000L), numbers(Growing.GRAM_IMAGES, 100_000));
    assertEquals(List.of(1L, 3L, 10L, 30L, 100L, 300L), numbers(Growing.TARGETS, 1_000));
    assertEquals(List.of(2L, 4L, 8L, 16L, 32L), numbers(Growing.CHECKPOINTS, 1_000));
  }

  @Test
  void countsGates() throws IOException {
    List<Long> gates = numbers(Growing.GATES, 1_000);
    for (int i = 0; i < gates.size(); i++) {
      // (depth - 2) / 6 blocks of two ReLUs on 16 x 32 x 32, 32 x 16 x 16 and 64 x 8 x 8
      int blocks = List.of(3, 5, 7, 9, 18).get(i);
      assertEquals(16_384L * (1 + 2 * blocks) + (8_192L + 4_096) * 2 * blocks, gates.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void makesWhatTheCommandReads(Growing what) throws IOException {
    List<String> words = what.sizes(1_000, folder).get(0).command().make();
    List<Path> files = words.stream().filter(w -> w.startsWith("/")).map(Path::of).toList();
    assertEquals(2, files.size(), words.toString());
    for (Path file : files) {
      assertTrue(Files.exists(file), file.toString());
    }
    try (ZipFile images = new ZipFile(files.get(0).toFile())) {
      assertTrue(images.size() >= 10, "images: " + images.size());
    }
  }

  @Test
  void checkpointsDiffer() throws IOException {
    Growing.CHECKPOINTS.sizes(1_000, folder).get(0).command().make();
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints-2"))) {
      List<Path> both = files.toList();
      assertEquals(2, both.size());
      assertTrue(Files.mismatch(both.get(0), both.get(1)) >= 0);
    }
  }
}

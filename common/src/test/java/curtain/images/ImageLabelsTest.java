package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.DevkitMeta;
import curtain.fixtures.Sources;
import curtain.images.source.ImageRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
final class ImageLabelsTest {
  @TempDir Path directory;

  private Path file(String... lines) throws IOException {
    return Files.write(directory.resolve("labels.txt"), List.of(lines));
  }

  private static Optional<ImageLabels> read(Path file) throws IOException {
    return ImageLabels.read(file.toString(), Sources.CONF);
  }

  private static List<ImageRef> images(String... ids) {
    List<ImageRef> images = new ArrayList<>();
    for (String id : ids) {
      images.add(new ImageRef(images.size(), id, null, null, "file:/a.tar", 512, 9, null));
    }
    return images;
  }

  private static List<String> labelled(Path file, boolean limited, String... ids)
      throws IOException {
    List<ImageRef> images = images(ids);
    ImageLabels.Labelling labels = read(file).orElseThrow().of(images, limited);
    List<String> labelled = new ArrayList<>();
    for (int i = 0; i < ids.length; i++) {
      ImageRef image = ImageLabels.labelled(images.get(i), labels.label(images.get(i), i));
      labelled.add(image.label() == null ? image.directory() : String.valueOf(image.label()));
    }
    return labelled;
  }

  /** A message of one line that holds a text. */
  private static void refused(String why, Executable run) {
    IOException e = assertThrows(IOException.class, run);
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  private void writeMeta(int classes) throws IOException {
    List<String> ids =
        IntStream.rangeClosed(1, classes)
            .mapToObj(id -> String.format(Locale.ROOT, "n%08d", 10_000 - id))
            .toList();
    Files.write(directory.resolve("meta.mat"), DevkitMeta.bytes(ids));
  }

  @Test
  void numbersOfTheDevelopmentKitAreItsClasses() throws IOException {
    Path file = file("490", "1000", "1");
    writeMeta(1000);
    assertEquals(
        List.of("n00009510", "n00009000", "n00009999"), labelled(file, false, "a", "b", "c"));
    assertTrue(read(file).orElseThrow().note().orElseThrow().contains("meta.mat"));
  }

  @Test
  void theKitsNumbersWithoutItsOrderAreRefused() throws IOException {
    Path file = file("490", "1000", "1");
    refused("is not beside it", () -> read(file));
    writeMeta(999);
    refused("does not name the classes 1 to 1000", () -> read(file));
    Files.write(directory.resolve("meta.mat"), new byte[500]);
    refused("cannot be read: it is no MATLAB file", () -> read(file));
  }

  @Test
  void aLineForEachImageInOrder() throws IOException {
    Path file = file("0", "7", "", "n01440764");
    assertEquals(List.of("0", "7", "n01440764"), labelled(file, false, "v/a", "v/b", "v/c"));
    assertEquals(List.of("0", "7"), labelled(file, true, "a", "b"), "of the first images");
    refused(
        "has 3 labels, one a line, and the set 2 images", () -> labelled(file, false, "a", "b"));
    refused("in several folders", () -> labelled(file, false, "a/a", "b/b", "b/c"));
    refused("may be indices from 0 on, or others", () -> read(file("1", "2", "3")));
  }

  @Test
  void linesOfNamesAndLabels() throws IOException {
    for (String between : List.of("\t", ",", " ")) {
      Path file = file("image" + between + "label", "b.png" + between + "2", "a" + between + "1");
      assertEquals(
          List.of("1", "2", "null"),
          labelled(file, false, "v/a.png", "v/b.png", "c.png").stream()
              .map(String::valueOf)
              .toList());
    }
    refused("names none of the images, whose first is x", () -> labelled(file("a 1"), false, "x"));
    refused("may be that of u/a and of v/a", () -> labelled(file("a 1"), false, "u/a", "v/a"));
    refused("has two labels for a", () -> labelled(file("a 1", "a 2"), false, "a"));
    assertEquals(List.of("1"), labelled(file("u/a 1"), false, "u/a"), "by its path");
  }

  @Test
  void aClassListIsNone() throws IOException {
    assertTrue(read(file("0\tn01440764\ttench", "1\tn01443537\tgoldfish")).isEmpty());
    assertTrue(read(file("0\tc0\tclass 0", "1\tc1\tclass 1")).isEmpty(), "one blank a line");
    assertTrue(read(file()).isEmpty());
  }
}

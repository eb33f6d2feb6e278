package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.ClassList;
import curtain.images.ThreadScan;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes.Origin;
import curtain.jobs.task.ModelDefaults;
import curtain.network.Architecture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which classes the folders of images have for a network. */
@Tag("fast")
final class ImageClassesTest {
  private static final List<String> STL10 =
      List.of("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck");

  @TempDir Path dir;

  private final Configuration conf = new Configuration();
  private final StringWriter notes = new StringWriter();

  @CommandLine.Command
  private static final class Arguments {
    @CommandLine.Mixin private ImageArguments images;
  }

  private void folders(List<String> names) throws IOException {
    for (String name : names) {
      Files.createDirectories(dir.resolve(name));
      Files.write(dir.resolve(name).resolve("1.png"), new byte[] {1});
    }
  }

  /** The labels of the images for a network of CIFAR-10 with so many outputs. */
  private List<Integer> labels(Origin origin, int outputs, String... more) throws IOException {
    List<String> line = new ArrayList<>(List.of("--images", dir.toString()));
    line.addAll(List.of(more));
    Arguments arguments = new Arguments();
    new CommandLine(arguments).parseArgs(line.toArray(String[]::new));
    ModelDefaults model = new ModelDefaults(Architecture.of("cifar_resnet20"));
    List<ImageRef> listed =
        arguments.images.list(arguments.images.options(model), null, ThreadScan.HERE, conf);
    PrintWriter err = new PrintWriter(notes);
    Classes classes = arguments.images.classes(model, outputs, listed, err, conf);
    assertEquals(origin, classes.origin(), notes.toString());
    ClassList list = classes.list();
    assertEquals(outputs, list.size());
    return listed.stream().map(list::label).toList();
  }

  @Test
  void aListThatLacksFoldersIsNotTakenInTheirPlace() throws IOException {
    folders(STL10);
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), labels(Origin.FOLDERS, 10));
    assertTrue(notes.toString().contains("the 10 folders of --images"), notes.toString());
    assertEquals(List.of(0, 1), labels(Origin.FOLDERS, 10, "--limit", "2"));
  }

  @Test
  void aListThatKnowsAllFoldersIs() throws IOException {
    folders(List.of("bird", "horse"));
    assertEquals(List.of(2, 7), labels(Origin.MODEL, 10));
    assertEquals("", notes.toString());
  }

  @Test
  void unknownFoldersAreNamed() throws IOException {
    folders(List.of("bird", "car", "horse", "lion", "monkey", "zebra"));
    assertEquals(Arrays.asList(2, null, 7, null, null, null), labels(Origin.MODEL, 10));
    assertTrue(notes.toString().contains("4 folders or labels of --images"), notes.toString());
    assertTrue(notes.toString().contains(": car, lion, monkey, ...; --labels"), notes.toString());
  }

  @Test
  void outermostFoldersGoBeforeInnermostOnes() throws IOException {
    folders(List.of("cat/back", "cat/front", "dog/back", "dog/front"));
    assertEquals(List.of(0, 0, 1, 1), labels(Origin.FOLDERS, 2));
    assertTrue(notes.toString().contains("the 2 first folders of --images"), notes.toString());
    folders(List.of("cat/side"));
    assertEquals(List.of(0, 1, 2, 0, 1), labels(Origin.FOLDERS, 3));
    assertTrue(notes.toString().contains("the 3 innermost folders"), notes.toString());
  }

  /** The label is that of the folder which is a number, whatever others a path has. */
  @Test
  void numbersInTheRootAreIndices() throws IOException {
    folders(IntStream.range(0, 10).mapToObj(i -> i + "/left").toList());
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), labels(Origin.MODEL, 10));
    assertTrue(notes.toString().contains("the 10 first folders of --images"), notes.toString());
    folders(IntStream.range(0, 10).mapToObj(i -> i + "/" + (i + 1) % 10).toList());
    assertEquals(
        List.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9),
        labels(Origin.MODEL, 10));
  }

  @Test
  void innermostNumbersAreIndicesWhereThoseInTheRootAreNot() throws IOException {
    folders(IntStream.range(0, 10).mapToObj(i -> "test/" + i).toList());
    assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), labels(Origin.MODEL, 10));
    assertTrue(notes.toString().contains("the 10 innermost folders"), notes.toString());
  }

  @Test
  void foldersWithoutImagesCount() throws IOException {
    folders(List.of("a", "c"));
    Files.createDirectories(dir.resolve("b"));
    assertEquals(List.of(0, 2), labels(Origin.FOLDERS, 3));
  }
}

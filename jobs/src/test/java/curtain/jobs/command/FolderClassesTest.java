package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.ImageSet;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes.Origin;
import curtain.jobs.task.ModelDefaults;
import curtain.network.Architecture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which classes a network has, by the folders of its images. */
@Tag("fast")
final class FolderClassesTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path images;
  private final StringWriter notes = new StringWriter();

  @Test
  void anEmptyFolderIsAClass() throws IOException {
    for (int i = 0; i < 12; i++) {
      Path folder = Files.createDirectories(images.resolve("k" + (char) ('a' + i)));
      if (i != 4) {
        Files.createFile(folder.resolve("1.png"));
      }
    }
    Classes classes = classes("cifar_resnet20", 12);
    assertEquals(Origin.FOLDERS, classes.origin());
    assertEquals("ke", classes.list().name(4));
    assertEquals(5, classes.list().labelOf("kf").getAsInt());
    assertTrue(notes.toString().contains("the 12 first folders of --images"), notes.toString());
    assertFalse(notes.toString().contains("10 before 2"), notes.toString());
    assertEquals(Origin.MODEL, classes("cifar_resnet20", 13).origin());
  }

  /** As ImageNetV2 and other sets have them. */
  @Test
  void foldersThatAreNumbersAreIndicesOfTheModelsClasses() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.createFile(Files.createDirectories(images.resolve("" + i)).resolve("1.png"));
    }
    Classes classes = classes("resnet18", 1000);
    assertEquals(Origin.MODEL, classes.origin());
    assertEquals(100, classes.list().labelOf("100").getAsInt());
    assertEquals("n01440764", classes.list().directory(0));
    assertTrue(notes.toString().contains("are read as the indices"), notes.toString());
    Files.delete(images.resolve("999/1.png"));
    Files.move(images.resolve("999"), images.resolve("cat"));
    assertTrue(classes("resnet18", 1000).list().labelOf("999").isEmpty());
  }

  /** A network that learnt from ImageFolder has them in the order of their names. */
  @Test
  void otherNumbersAreInTheOrderOfNames() throws IOException {
    for (int i = 0; i < 12; i++) {
      Files.createFile(Files.createDirectories(images.resolve("" + i)).resolve("1.png"));
    }
    Classes classes = classes("cifar_resnet20", 12);
    assertEquals(Origin.FOLDERS, classes.origin());
    assertEquals(2, classes.list().labelOf("10").getAsInt());
    assertTrue(notes.toString().contains("(10 before 2, as ImageFolder"), notes.toString());
  }

  private Classes classes(String model, int outputs) throws IOException {
    ImageArguments arguments =
        CommandLine.populateCommand(new ImageArguments(), "--images", images.toString());
    List<ImageRef> listed = ImageSet.list(images.toString(), Long.MAX_VALUE, CONF).refs();
    return arguments.classes(
        new ModelDefaults(Architecture.of(model)), outputs, listed, new PrintWriter(notes), CONF);
  }
}

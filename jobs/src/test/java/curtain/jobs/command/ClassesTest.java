package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.images.ClassList;
import curtain.jobs.command.Classes.Origin;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Folders as a setting holds them. */
@Tag("fast")
final class ClassesTest {
  @Test
  void anyNamesAreReadBack() {
    List<String> names = List.of(" ", "\"a\\", "[", "a/b", "a/c", "new\nline", "\ud83d\ude00");
    Classes classes = new Classes(ClassList.folders(names), Origin.FOLDERS);
    assertEquals(names, names(Classes.ofJoined(classes.joined())));
  }

  @Test
  void foldersOfOlderOutputsAreRead() {
    assertEquals(List.of("cat", "dog"), names(Classes.ofJoined("cat/dog")));
    assertEquals(List.of("[1", "x"), names(Classes.ofJoined("[1/x")));
  }

  private static List<String> names(ClassList classes) {
    return IntStream.range(0, classes.size()).mapToObj(classes::name).toList();
  }
}

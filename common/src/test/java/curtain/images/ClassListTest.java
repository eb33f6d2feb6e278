package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Pillow;
import curtain.fixtures.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("reference")
final class ClassListTest {
  /** As Excel saves text on Windows. */
  @Test
  void aListThatIsNotUtf8IsRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("labels.tsv");
    Files.write(file, "0\tB\u00e4r\tB\u00e4r\n".getBytes(StandardCharsets.ISO_8859_1));
    IOException e =
        assertThrows(IOException.class, () -> ClassList.read(file.toString(), Sources.CONF));
    assertEquals(file + " is not UTF-8", e.getMessage().split(",", -1)[0]);
  }

  @Test
  void numberedClassesHaveIndicesForDirectories() {
    ClassList classes = ClassList.imagenet().numbered(false);
    assertEquals(OptionalInt.of(100), classes.labelOf("100"));
    assertEquals(OptionalInt.of(2), classes.labelOf("2"));
    assertEquals(OptionalInt.empty(), classes.labelOf("1000"));
    assertEquals(ClassList.imagenet().indexOf("n01440764"), classes.indexOf("n01440764"));
    assertEquals(ClassList.imagenet().name(100), classes.name(100));
    assertEquals(OptionalInt.empty(), ClassList.imagenet().labelOf("100"));
    ClassList ten = ClassList.folders(IntStream.range(0, 12).mapToObj(String::valueOf).toList());
    assertThrows(IllegalArgumentException.class, () -> ten.numbered(true));
  }

  @Test
  void imagenetHasItsThousandClasses() throws IOException {
    ClassList list = ClassList.imagenet();
    assertEquals(1000, list.size());
    assertEquals("n01440764", list.directory(0));
    assertEquals("tench", list.name(0));
    assertEquals(OptionalInt.of(217), list.labelOf("n02102040"));
    assertEquals(OptionalInt.of(0), list.labelOf("tench"));
    assertEquals(OptionalInt.empty(), list.labelOf("crane"), "two classes have this name");
    assertEquals(OptionalInt.empty(), list.labelOf("photos"));
    assertEquals(OptionalInt.empty(), list.labelOf(null));
  }

  @Test
  void imagenetEqualsTheSharedList() throws IOException {
    Path shared = Pillow.shared("imagenet-sample").resolveSibling("imagenet-classes.tsv");
    ClassList list = ClassList.imagenet();
    List<String> lines = Files.readAllLines(shared);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      assertEquals(cells[1], list.directory(Integer.parseInt(cells[0])));
      assertEquals(cells[2], list.name(Integer.parseInt(cells[0])));
    }
  }

  @Test
  void targetsAreIndicesWnidsOrNames() {
    ClassList list = ClassList.imagenet();
    assertEquals(999, list.indexOf("999"));
    assertEquals(134, list.indexOf("n02012849"));
    assertEquals(2, list.indexOf("great white shark"));
  }

  @Test
  void badTargetsSayWhatToUse() {
    ClassList list = ClassList.imagenet();
    assertTrue(message(list, "crane").contains("n02012849, n03126707"));
    assertTrue(message(list, "maillot").contains("n03710637, n03710721"));
    assertTrue(message(list, "great wite shark").endsWith("nearest: great white shark"));
    assertTrue(message(list, "1000").contains("0..999"));
    assertTrue(message(list, "-1").contains("0..999"));
  }

  @Test
  void cifarIsAlphabetical() {
    ClassList list = ClassList.cifar10();
    assertEquals(10, list.size());
    assertEquals(OptionalInt.of(9), list.labelOf("truck"));
    assertEquals("airplane", list.name(0));
  }

  @Test
  void usersFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("classes.tsv");
    Files.writeString(file, "index\tdirectory\tname\n1\td1\tdog\n0\td0\tcat\n\n");
    ClassList list = ClassList.read(file.toString(), Sources.CONF);
    assertEquals(2, list.size());
    assertEquals(OptionalInt.of(1), list.labelOf("d1"));
    assertEquals(0, list.indexOf("cat"));
    Files.writeString(file, "0\td0\tcat\n1\td1\tdog\n");
    assertEquals(2, ClassList.read(file.toString(), Sources.CONF).size());
    for (String bad :
        List.of(
            "",
            "0\td0\tcat\n2\td2\tdog\n",
            "0\td0\tcat\n0\td1\tdog\n",
            "0\td0\tcat\n1\td0\tdog\n",
            "0\td0\tcat\nx\td1\tdog\n",
            "0 d0 cat\n1\td1\n",
            "\"0\"\t\"d0\"\t\"cat\"\n",
            "0\td0\tcat\n".replaceAll("(?s).", "$0\0"))) { // UTF-16 without a mark
      Files.writeString(file, bad);
      IOException e =
          assertThrows(IOException.class, () -> ClassList.read(file.toString(), Sources.CONF));
      assertTrue(e.getMessage().contains("classes.tsv"), e.getMessage());
    }
    IOException missing =
        assertThrows(
            IOException.class,
            () -> ClassList.read(directory.resolve("none").toString(), Sources.CONF));
    assertTrue(missing.getMessage().contains("none"));
  }

  private static String message(ClassList list, String target) {
    return assertThrows(IllegalArgumentException.class, () -> list.indexOf(target)).getMessage();
  }
}

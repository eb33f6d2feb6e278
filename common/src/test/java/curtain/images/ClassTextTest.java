package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import curtain.fixtures.Sources;
import curtain.images.source.ImageRef;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class lists as editors save them, and classes and labels that are no list's. */
@Tag("fast")
final class ClassTextTest {
  private static final String MARK = "\ufeff";

  @TempDir Path dir;

  @Test
  void byteOrderMarksLineEndsAndBlankLinesArePassedOver() throws Exception {
    String list = "0\tn01\tcat\n1\tn02\tdog\n";
    for (String text :
        List.of(
            list,
            "index\tdirectory\tname\n" + list,
            list + "\n \n\n",
            list.replace("\n", "\r\n") + "\r\n")) {
      read(text, StandardCharsets.UTF_8);
      for (Charset charset :
          List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
        read(MARK + text, charset);
      }
    }
  }

  private void read(String text, Charset charset) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(text.getBytes(charset));
    Path file = Files.write(dir.resolve("labels:1.tsv"), bytes.toByteArray());
    ClassList classes = ClassList.read(file.toString(), Sources.CONF);
    assertEquals(2, classes.size());
    assertEquals("n01", classes.directory(0));
    assertEquals("dog", classes.name(1));
  }

  @Test
  void foldersAreClassesInTheOrderOfTheirNames() {
    ClassList classes = ClassList.folders(List.of("b", "a b", "B", "b", "\u00e4"));
    assertEquals(4, classes.size());
    assertEquals(List.of("B", "a b", "b", "\u00e4"), names(classes));
    assertEquals(2, classes.labelOf("b").getAsInt());
  }

  private static List<String> names(ClassList classes) {
    return java.util.stream.IntStream.range(0, classes.size()).mapToObj(classes::name).toList();
  }

  @Test
  void negativeLabelIsNone() {
    ClassList classes = ClassList.cifar10();
    for (int label : new int[] {-1, -100, Integer.MIN_VALUE}) {
      ImageRef ref = new ImageRef(0, "x", null, label, "file:/x", 0, 1, null);
      assertNull(ref.label());
      assertNull(classes.label(ref));
    }
    assertEquals(0, new ImageRef(0, "x", null, 0, "file:/x", 0, 1, null).label());
  }
}

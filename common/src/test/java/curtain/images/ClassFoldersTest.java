package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.fixtures.Sources;
import curtain.images.source.CloseableIterator;
import curtain.images.source.ImageError;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories are classes, and what the source says in their place. */
@Tag("fast")
final class ClassFoldersTest {
  @TempDir Path dir;

  private ImageSet set(String... ids) throws IOException {
    for (String id : ids) {
      Sources.file(dir, id, Sources.png(1));
    }
    return Sources.list(dir);
  }

  private ImageFolders folders(ImageSet set) throws IOException {
    return ImageFolders.of(dir.toString(), set.refs(), Sources.CONF);
  }

  private static List<Integer> labels(ClassList classes, ImageSet set) {
    List<Integer> labels = new ArrayList<>();
    set.refs().forEach(ref -> labels.add(classes.label(ref)));
    return labels;
  }

  @Test
  void foldersInTheRootAreTheClassesAsImageFolderHasThem() throws IOException {
    ImageSet set = set("cat/back/1.png", "cat/front/1.png", "dog/back/1.png", "dog/front/1.png");
    ClassList classes = folders(set).classes(2).orElseThrow();
    assertEquals(List.of("cat", "dog"), List.of(classes.directory(0), classes.directory(1)));
    assertEquals(List.of(0, 0, 1, 1), labels(classes, set));
    assertTrue(folders(set).classes(3).isEmpty());
  }

  @Test
  void innermostFoldersAreTheClassesWhereOnlyTheyAreAsMany() throws IOException {
    ImageSet set = set("train/n01/1.png", "train/n02/1.png", "train/n03/1.png", "0.png");
    ClassList classes = folders(set).classes(3).orElseThrow();
    assertEquals(Arrays.asList(null, 0, 1, 2), labels(classes, set));
    ClassList one = folders(set).classes(1).orElseThrow();
    assertEquals(Arrays.asList(null, 0, 0, 0), labels(one, set));
  }

  @Test
  void foldersWithoutImagesCount() throws IOException {
    Files.createDirectories(dir.resolve("b"));
    Files.createDirectories(dir.resolve(".cache"));
    Files.createDirectories(dir.resolve("_old"));
    Sources.file(dir, "c/broken.png", new byte[3]);
    ImageSet set = set("a/1.png", "d/1.png");
    ImageFolders folders = folders(set);
    assertEquals(Set.of("a", "b", "c", "d"), folders.first());
    assertEquals(List.of(0, 2, 3), labels(folders.classes(4).orElseThrow(), set));
    assertTrue(folders.classes(3).isPresent(), "the innermost, of which three have files");
  }

  @Test
  void foldersThatAListDoesNotKnowAreTold() throws IOException {
    ImageFolders folders = folders(set("bird/1.png", "car/1.png", "monkey/1.png"));
    assertEquals(List.of("car", "monkey"), folders.unknownTo(ClassList.cifar10()));
    assertFalse(folders.none());
    assertFalse(folders.told());
  }

  @Test
  void whatTheSourceSaysGoesBeforeFolders() {
    ImageRef none = new ImageRef(0, "dog/1.png", "dog", -1, "file:/x", 0, 1, null);
    assertTrue(none.told());
    assertNull(none.firstDirectory());
    assertNull(ClassList.cifar10().label(none));
    ImageRef moved = none.at(7);
    assertEquals(7, moved.ordinal());
    assertTrue(moved.told());
    ClassList first = ClassList.firstFolders(List.of("dog", "x"));
    assertEquals(0, first.label(new ImageRef(0, "dog/x/1.png", "x", null, "file:/x", 0, 1, null)));
    assertEquals(
        1, first.label(new ImageRef(0, "dog/1.png", "x", null, true, "file:/x", 0, 1, null)));
  }

  @Test
  void textsThatAreNoLabels() {
    for (String text : Arrays.asList(null, "", " ", "-1", "-1.0", "nan", "NaN", "None", "-7")) {
      assertEquals(Label.NONE, Label.of(text), text);
    }
    assertEquals(Label.of(3), Label.of(" 3.0 "));
    assertEquals("3.5", Label.of("3.5").name());
    assertEquals("9999999999", Label.of("9999999999").name());
    assertEquals("none", Label.of("none").name());
  }

  @Test
  void linksAmongSiblingsEnd() throws IOException {
    int siblings = 12;
    for (int i = 0; i < siblings; i++) {
      Sources.file(dir, "t/f" + i + "/" + i + ".png", Sources.png(i));
      for (int j = 0; j < siblings; j++) {
        if (j != i) {
          Files.createSymbolicLink(dir.resolve("t/f" + i + "/to" + j), Path.of("../f" + j));
        }
      }
    }
    ImageSet set = Sources.list(dir.resolve("t"));
    assertTrue(set.refs().size() < 20_000, set.refs().size() + " listed");
    for (int i = 0; i < siblings; i++) {
      String id = "f" + i + "/" + i + ".png";
      ImageRef ref =
          set.refs().stream().filter(each -> each.imageId().equals(id)).findFirst().orElseThrow();
      assertNull(ref.error());
    }
    assertTrue(
        set.refs().stream()
            .anyMatch(
                ref ->
                    ref.error() != null
                        && ref.error().contains("that links have led to 32 times")));
  }

  @Test
  void aFileThatBecomesAFifoIsAnErrorAndDoesNotHang() throws Exception {
    ImageSet set = set("a/1.png");
    Files.delete(dir.resolve("a/1.png"));
    assumeTrue(
        new ProcessBuilder("mkfifo", dir.resolve("a/1.png").toString()).start().waitFor() == 0);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () ->
            assertTrue(
                Sources.reason(Sources.load(set.refs(), Sources.ANY).get(0))
                    .contains("it is a FIFO")));
  }

  /** File systems say so by two exceptions. */
  @Test
  void whatMayNotBeReadIsAnErrorOnEveryFileSystem() throws IOException {
    Configuration conf = ForbiddingFileSystem.configuration();
    String uri = "forbidding:" + dir;
    set("a/1.png", "a/forbidden.png", "forbidden.nio", "forbidden/1.png");
    List<ImageRef> refs = ImageSet.list(uri, Long.MAX_VALUE, conf).refs();
    List<String> outcomes = new ArrayList<>();
    try (CloseableIterator<Outcome> images = ImageSet.load(refs, Sources.ANY, conf)) {
      images.forEachRemaining(
          each ->
              outcomes.add(
                  each.ref().imageId()
                      + ": "
                      + (each instanceof ImageError error ? error.reason() : "read")));
    }
    assertEquals(
        List.of(
            "forbidden.nio: no permission to read it",
            "a/1.png: read",
            "a/forbidden.png: no permission to read it",
            "forbidden: a folder without the permission to list it"),
        outcomes);
    assertEquals(
        "image set " + uri + "/forbidden cannot be listed: no permission",
        assertThrows(
                IOException.class, () -> ImageSet.list(uri + "/forbidden", Long.MAX_VALUE, conf))
            .getMessage());
  }

  /** The local file system under another name, whose files {@code forbidden} may not be read. */
  static final class ForbiddingFileSystem extends RawLocalFileSystem {
    static Configuration configuration() {
      Configuration conf = new Configuration();
      conf.setClass("fs.forbidding.impl", ForbiddingFileSystem.class, RawLocalFileSystem.class);
      return conf;
    }

    private static void refuse(org.apache.hadoop.fs.Path path) throws IOException {
      if (path.getName().equals("forbidden.nio")) {
        throw new AccessDeniedException(path.toString());
      }
      if (path.getName().startsWith("forbidden")) {
        throw new AccessControlException(path.toString());
      }
    }

    @Override
    public URI getUri() {
      return URI.create("forbidding:///");
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      refuse(path);
      return super.listStatus(path);
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      refuse(path);
      return super.open(path, buffer);
    }
  }

  @Test
  void aFolderOfImagesThatMayNotBeListedIsAnError() throws Exception {
    set("images/1.png", "other/1.png");
    Path hidden = dir.resolve("images");
    Files.setPosixFilePermissions(hidden, Set.of());
    try {
      assumeFalse(Files.isReadable(hidden)); // root may read all
      ImageSet set = Sources.list(dir);
      assertEquals(List.of("images", "other/1.png"), Sources.ids(set));
      assertTrue(set.refs().get(0).error().contains("permission"));
    } finally {
      Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwx------"));
    }
  }
}

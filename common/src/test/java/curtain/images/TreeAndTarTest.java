package curtain.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listing and reading of trees, tars and tar.gz: keys, order, ordinals, errors. */
@Tag("fast")
final class TreeAndTarTest {
  private static final String SMILE = new String(Character.toChars(0x1f600));
  private static final String WIDE_A = Character.toString(0xff21);

  /** In the order of ordinals: files first; code points, not UTF-16, which puts SMILE first. */
  private static final List<String> ORDERED =
      List.of(
          "B.png",
          "a file with 100%25 #odd? chars+.png",
          "z.png",
          WIDE_A + ".png",
          SMILE + ".png",
          "a/2.png",
          "a/b/1.png",
          "a-b/1.png",
          "c/x.y/1.png");

  @TempDir Path directory;

  @Test
  void treeIsListedInOrderWithoutHiddenNames() throws IOException {
    Path tree = tree();
    Sources.file(tree, ".hidden.png", Sources.png(200));
    Sources.file(tree, "_SUCCESS", new byte[0]);
    Sources.file(tree, "a/.git/1.png", Sources.png(200));
    Sources.file(tree, "_temporary/a/1.png", Sources.png(200));
    ImageSet set = Sources.list(tree);
    assertEquals(ORDERED, Sources.ids(set));
    check(set.refs());
    assertEquals("b", set.refs().get(6).directory());
    assertEquals(null, set.refs().get(0).directory());
  }

  @Test
  void fileUriAndPlainPathAreTheSame() throws IOException {
    Path tree = tree();
    ImageSet set = ImageSet.list("file://" + tree, Long.MAX_VALUE, Sources.CONF);
    assertEquals(Sources.list(tree).refs(), set.refs());
  }

  @Test
  void limitKeepsTheFirstOrdinals() throws IOException {
    Path tree = tree();
    assertEquals(
        ORDERED.subList(0, 6), Sources.ids(ImageSet.list(tree.toString(), 6, Sources.CONF)));
    assertThrows(
        IllegalArgumentException.class, () -> ImageSet.list(tree.toString(), 0, Sources.CONF));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tarIsListedLikeItsTree(boolean gzip) throws IOException {
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>();
    for (int i = ORDERED.size() - 1; i >= 0; i--) { // backwards: order is not the archive's
      entries.add(Map.entry((i % 2 == 0 ? "./" : "") + name(i), Sources.png(10 + i)));
    }
    entries.add(Map.entry("._B.png", new byte[3]));
    entries.add(Map.entry("a/", new byte[0]));
    String deep = "c/" + "long".repeat(60) + "/" + "name".repeat(40) + ".png"; // a PAX name
    entries.add(Map.entry(deep, Sources.png(77)));
    Path tar = directory.resolve("set." + (gzip ? "tgz" : "tar"));
    Sources.tar(tar, entries, gzip);
    ImageSet set = Sources.list(tar);
    List<String> expected = new ArrayList<>(ORDERED);
    expected.add(8, deep);
    expected.add("z/hard");
    expected.add(2, "symlink");
    assertEquals(expected, Sources.ids(set));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertTrue(Sources.reason(outcomes.get(2)).contains("symbolic link"));
    assertEquals(77, Sources.red(outcomes.get(9)));
    assertEquals(10 + 8, Sources.red(outcomes.get(11)), "a hard link is its target's image");
    assertEquals(Map.of(LeftOut.DOT, 1L), set.leftOut());
    List<ImageRef> rest = new ArrayList<>(set.refs());
    rest.remove(9);
    rest.remove(2);
    check(rest.subList(0, 9));
    // a part of the set, as one of many readers wants it
    List<Outcome> part = Sources.load(set.refs().subList(4, 6), Sources.ANY);
    assertEquals(13, Sources.red(part.get(0)));
    assertEquals(14, Sources.red(part.get(1)));
  }

  /** A tar begins with the name of its first entry, and that may begin as other kinds do. */
  @ParameterizedTest
  @ValueSource(strings = {"PKLot", "PK\3\4", "PAR1x", "\u001f\u008b"})
  void aTarIsOneWhateverItsFirstEntryIsCalled(String folder) throws IOException {
    Path tar = directory.resolve("set.data");
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(tar), "ISO-8859-1")) {
      var entry = new TarArchiveEntry(folder + "/1.png");
      entry.setSize(Sources.png(5).length);
      out.putArchiveEntry(entry);
      out.write(Sources.png(5));
      out.closeArchiveEntry();
    }
    assertEquals(5, Sources.red(Sources.load(Sources.list(tar).refs(), Sources.ANY).get(0)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void repeatedEntryIsAnErrorWithItsOwnOrdinal(boolean gzip) throws IOException {
    Path tar = directory.resolve("set.tar");
    Sources.tar(
        tar,
        List.of(
            Map.entry("a/1.png", Sources.png(1)),
            Map.entry("a/2.png", Sources.png(2)),
            Map.entry("./a/1.png", Sources.png(3)),
            Map.entry("../x.png", Sources.png(4))),
        gzip);
    List<Outcome> outcomes = Sources.load(Sources.list(tar).refs(), Sources.ANY);
    assertEquals(
        List.of("symlink", "../x.png", "a/1.png", "a/1.png", "a/2.png", "z/hard"),
        outcomes.stream().map(o -> o.ref().imageId()).toList());
    assertEquals(4, Sources.red(outcomes.get(1)), "a path that climbs is a key like any other");
    assertEquals(1, Sources.red(outcomes.get(2)));
    assertTrue(Sources.reason(outcomes.get(3)).startsWith("repeated id"));
    assertEquals(2, Sources.red(outcomes.get(4)));
    assertEquals(3, outcomes.get(3).ref().ordinal());
  }

  /** As {@code cat a.tar b.tar} makes, of which tar itself reads the first without a word. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tarsBehindOneAnotherAreAllListed(boolean gzip) throws IOException {
    Path tar = directory.resolve("set.tar");
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    int last = 0;
    for (int i = 0; i < 3; i++) {
      last = all.size();
      Sources.tar(
          tar,
          List.of(
              Map.entry(i + "/1.png", Sources.png(10 * i + 1)),
              Map.entry(i + "/2.png", Sources.png(10 * i + 2))),
          gzip);
      byte[] bytes = Files.readAllBytes(tar);
      int padding = gzip ? 0 : 512 * i; // blocks of 20 records, as tar writes them, or others
      all.write(bytes);
      all.write(new byte[padding]);
    }
    Files.write(tar, all.toByteArray());
    List<Outcome> outcomes = Sources.load(Sources.list(tar).refs(), Sources.ANY);
    assertEquals(12, outcomes.size());
    List<Integer> reds = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome instanceof DecodedImage image && !image.ref().imageId().startsWith("z/")) {
        reds.add(Sources.red(image));
      }
    }
    assertEquals(List.of(1, 2, 11, 12, 21, 22), reds);
    byte[] cut = java.util.Arrays.copyOf(all.toByteArray(), last + (gzip ? 300 : 700));
    Files.write(tar, cut);
    assertThrows(IOException.class, () -> Sources.list(tar));
    if (!gzip) {
      Sources.tar(tar, List.of(Map.entry("1.png", Sources.png(1))), false);
      all.reset();
      all.write(Files.readAllBytes(tar));
      all.write("no archive".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      Files.write(tar, all.toByteArray());
      assertEquals(3, Sources.list(tar).refs().size());
    }
  }

  /** Two names in GBK look alike as text of UTF-8, and in an archive are two folders. */
  @Test
  void namesOfArchivesThatAreNotUtf8StayApart() throws IOException {
    List<String> names = List.of("\u732a/1.png", "\u72d7/1.png", "\u72d7/100%.png");
    List<String> ids = List.of("%B9%B7/1.png", "%B9%B7/100%25.png", "%D6%ED/1.png");
    Path zip = directory.resolve("set.zip");
    Path tar = directory.resolve("set.tar");
    java.nio.charset.Charset gbk = java.nio.charset.Charset.forName("GBK");
    try (var zipped = new java.util.zip.ZipOutputStream(Files.newOutputStream(zip), gbk);
        var tarred = new TarArchiveOutputStream(Files.newOutputStream(tar), "GBK")) {
      for (int i = 0; i < names.size(); i++) {
        byte[] png = Sources.png(i);
        zipped.putNextEntry(new java.util.zip.ZipEntry(names.get(i)));
        zipped.write(png);
        var entry = new TarArchiveEntry("./" + names.get(i));
        entry.setSize(png.length);
        tarred.putArchiveEntry(entry);
        tarred.write(png);
        tarred.closeArchiveEntry();
      }
    }
    for (Path archive : List.of(zip, tar)) {
      ImageSet set = Sources.list(archive);
      assertEquals(ids, Sources.ids(set));
      assertEquals("%B9%B7", set.refs().get(0).directory());
      List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
      assertEquals(List.of(1, 2, 0), outcomes.stream().map(Sources::red).toList());
    }
  }

  /** As ImageNet's training set is: the inner tars are the classes, in the order of their names. */
  @Test
  void aTarOfTarsIsListedAsTheFoldersOfTheInnerOnes() throws IOException {
    Path inner = directory.resolve("inner.tar");
    Path deeper = directory.resolve("deeper.tar");
    Sources.tar(inner, List.of(Map.entry("b.png", Sources.png(1))), false);
    Sources.tar(
        deeper,
        List.of(Map.entry("a.png", Sources.png(2)), Map.entry("c.tar", Files.readAllBytes(inner))),
        false);
    Path tar = directory.resolve("outer.tar");
    Sources.tar(
        tar,
        List.of(
            Map.entry("n03.tar", Files.readAllBytes(deeper)),
            Map.entry("n01.tar", Files.readAllBytes(inner))),
        false);
    ImageSet set = Sources.list(tar);
    List<String> ids =
        List.of(
            "symlink",
            "z/hard",
            "n01/b.png",
            "n01/symlink",
            "n01/z/hard",
            "n03/a.png",
            "n03/c.tar",
            "n03/symlink",
            "n03/z/hard");
    assertEquals(ids, Sources.ids(set));
    assertEquals("n03", set.refs().get(5).firstDirectory());
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(1, Sources.red(outcomes.get(2)));
    assertEquals(2, Sources.red(outcomes.get(5)));
    assertTrue(Sources.reason(outcomes.get(6)).startsWith("an archive"), "one level");
    // an inner tar that is longer than it says reads nothing behind itself
    byte[] bytes = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(bytes, bytes.length / 2));
    assertThrows(IOException.class, () -> Sources.list(tar));
  }

  /** Of a folder of tars each is a folder; numbered parts of a set are no classes. */
  @Test
  void aFolderOfTarsIsListedAsTheirFolders() throws IOException {
    Path classes = Files.createDirectory(directory.resolve("classes"));
    Path parts = Files.createDirectory(directory.resolve("parts"));
    List<Map.Entry<String, byte[]>> one = List.of(Map.entry("a.png", Sources.png(1)));
    Sources.tar(classes.resolve("n01440764.tar"), one, false);
    Sources.tar(classes.resolve("n01443537.tar"), one, true);
    Sources.tar(parts.resolve("set-000000.tar"), one, false);
    Sources.tar(parts.resolve("set-000001.tar"), one, false);
    ImageSet set = Sources.list(classes);
    assertEquals("n01443537/a.png", set.refs().get(3).imageId());
    assertEquals("n01443537", set.refs().get(3).directory());
    assertEquals(1, Sources.red(Sources.load(set.refs().subList(3, 4), Sources.ANY).get(0)));
    set = Sources.list(parts);
    assertEquals("set-000001/a.png", set.refs().get(3).imageId());
    assertEquals(null, set.refs().get(3).directory());
    assertEquals(Sources.ids(set).subList(3, 6), Sources.ids(Sources.list(parts)).subList(3, 6));
    assertEquals(3, Sources.ids(ImageSet.list(parts + "/*0.tar", 9, Sources.CONF)).size());
  }

  /** To a name with and without {@code ./}, to a link, to what is left out, and to what follows. */
  @Test
  void hardLinksOfATar() throws IOException {
    Path tar = directory.resolve("links.tar");
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      link(out, "early", "z.png");
      for (Map.Entry<String, Integer> file : List.of(Map.entry("a.png", 1), Map.entry(".b", 2))) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        byte[] png = Sources.png(file.getValue());
        entry.setSize(png.length);
        out.putArchiveEntry(entry);
        out.write(png);
        out.closeArchiveEntry();
      }
      link(out, "l1", "./a.png");
      link(out, "./l2", "l1");
      link(out, "l3", ".b");
      link(out, "z.png", "a.png");
    }
    ImageSet set = Sources.list(tar);
    assertEquals(List.of("a.png", "early", "l1", "l2", "l3", "z.png"), Sources.ids(set));
    List<Outcome> outcomes = new ArrayList<>(Sources.load(set.refs(), Sources.ANY));
    assertEquals("hard link to z.png, which is not there", Sources.reason(outcomes.remove(1)));
    assertEquals(List.of(1, 1, 1, 2, 1), outcomes.stream().map(Sources::red).toList());
  }

  private static void link(TarArchiveOutputStream out, String name, String target)
      throws IOException {
    TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_LINK);
    link.setLinkName(target);
    out.putArchiveEntry(link);
    out.closeArchiveEntry();
  }

  @Test
  void tarThatIsCutOffIsRefused() throws IOException {
    Path tar = directory.resolve("set.tar");
    Sources.tar(tar, List.of(Map.entry("a.png", Sources.png(1))), false);
    byte[] whole = Files.readAllBytes(tar);
    for (int length : new int[] {300, 512 + 40, 1024, 512 * 3, 512 * 4}) {
      Files.write(tar, java.util.Arrays.copyOf(whole, length));
      IOException e = assertThrows(IOException.class, () -> Sources.list(tar), "length " + length);
      assertTrue(e.getMessage().contains("set.tar"), e.getMessage());
      assertFalse(e.getMessage().contains("\n"));
    }
    Path zipped = directory.resolve("set.tar.gz");
    Sources.tar(zipped, List.of(Map.entry("a.png", Sources.png(1))), true);
    byte[] bytes = Files.readAllBytes(zipped);
    Files.write(zipped, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThrows(IOException.class, () -> Sources.list(zipped));
  }

  @Test
  void entryThatATarLostSinceListingIsAnError() throws IOException {
    Path tar = directory.resolve("set.tar");
    Sources.tar(
        tar,
        List.of(Map.entry("a.png", Sources.png(1)), Map.entry("b.png", new byte[100_000])),
        false);
    ImageSet set = Sources.list(tar);
    Files.write(tar, java.util.Arrays.copyOf(Files.readAllBytes(tar), 5000));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(1, Sources.red(outcomes.get(0)));
    assertTrue(Sources.reason(outcomes.get(1)).contains("ends before"));
  }

  @Test
  void vanishedFileIsAnErrorAndVanishedTarAFailure() throws IOException {
    Path tree = tree();
    ImageSet set = Sources.list(tree);
    Files.delete(tree.resolve("z.png"));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(ORDERED.size(), outcomes.size());
    assertTrue(Sources.reason(outcomes.get(2)).startsWith("vanished"));
    assertEquals(8, outcomes.stream().filter(o -> o instanceof DecodedImage).count());
    Path tar = directory.resolve("set.tar");
    Sources.tar(tar, List.of(Map.entry("a.png", Sources.png(1))), false);
    List<ImageRef> refs = Sources.list(tar).refs();
    Files.delete(tar);
    assertThrows(java.io.UncheckedIOException.class, () -> Sources.load(refs, Sources.ANY));
  }

  @Test
  void sourcesThatAreNoneSayWhat() throws IOException {
    Path empty = Files.createDirectories(directory.resolve("empty"));
    Sources.file(directory, "picture.png", Sources.png(1));
    for (Path path : List.of(empty, directory.resolve("none"), directory.resolve("picture.png"))) {
      IOException e = assertThrows(IOException.class, () -> Sources.list(path));
      assertTrue(e.getMessage().startsWith("image set " + path), e.getMessage());
    }
  }

  @Test
  void nothingStaysOpenOrBehind() throws IOException {
    Path tar = directory.resolve("set.tgz");
    Sources.tar(tar, List.of(Map.entry("a.png", Sources.png(1))), true);
    long before = spools();
    Sources.load(Sources.list(tar).refs(), Sources.ANY);
    assertEquals(before, spools());
  }

  @Test
  void refsSurviveSerialisation() throws Exception {
    ImageRef ref = Sources.list(tree()).refs().get(1);
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (java.io.ObjectOutputStream out = new java.io.ObjectOutputStream(bytes)) {
      out.writeObject(ref);
    }
    try (java.io.ObjectInputStream in =
        new java.io.ObjectInputStream(new java.io.ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(ref, in.readObject());
    }
  }

  @Test
  void otherFileSystemsAreReadThroughHadoop() throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.defaultFS", "file:///");
    conf.set("fs.viewfs.mounttable.set.link./mnt", tree().toUri().toString());
    ImageSet set = ImageSet.list("viewfs://set/mnt", Long.MAX_VALUE, conf);
    assertEquals(ORDERED, Sources.ids(set));
    try (CloseableIterator<Outcome> images = ImageSet.load(set.refs(), Sources.ANY, conf)) {
      assertInstanceOf(DecodedImage.class, images.next());
    }
  }

  private Path tree() throws IOException {
    Path tree = directory.resolve("tree");
    for (int i = 0; i < ORDERED.size(); i++) {
      Sources.file(tree, name(i), Sources.png(10 + i));
    }
    return tree;
  }

  private static String name(int i) {
    return ORDERED.get(i).replace("%25", "%");
  }

  /** Every ref loads as the image that its id belongs to. */
  private static void check(List<ImageRef> refs) throws IOException {
    List<Outcome> outcomes = Sources.load(refs, Sources.ANY);
    for (int i = 0; i < outcomes.size(); i++) {
      DecodedImage image = assertInstanceOf(DecodedImage.class, outcomes.get(i));
      assertEquals(10 + ORDERED.indexOf(image.ref().imageId()), Sources.red(image));
      assertArrayEquals(new int[] {3, 3, 4}, image.shape());
      assertEquals(4, image.width());
    }
  }

  private static long spools() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.getFileName().toString().startsWith("curtain-")).count();
    }
  }
}

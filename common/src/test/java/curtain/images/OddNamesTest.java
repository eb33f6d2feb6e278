package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import curtain.fixtures.Sources;
import curtain.fixtures.Surroundings;
import curtain.images.source.DecodedImage;
import curtain.images.source.FileNames;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.LocalDisk;
import curtain.images.source.Outcome;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names as cameras, other systems and accidents make them, and entries that are no files. */
@Tag("fast")
final class OddNamesTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> ODD =
      List.of(
          "2024-05-01T10:30:00.png",
          "a:b",
          "file:x.png",
          "%41.png",
          "100%.png",
          "#?*[x]{a,b}.png",
          "quote\"'`.png",
          "back\\slash.png",
          "new\nline\ttab.png",
          " blank ",
          "dots...",
          "-rf",
          "e\u0301.png",
          "\u00e9.png",
          "\ud83d\ude00.png",
          "\u200f\u0627.png",
          "_MG_1234.png",
          "_.png",
          "~$x.png",
          "x".repeat(251) + ".png");

  @TempDir Path dir;

  /** A path below the directory, of names of bytes, one of them for each character. */
  private Path raw(Path root, String latin1) {
    StringBuilder uri = new StringBuilder(LocalDisk.uri(root));
    uri.append('/');
    for (byte b : latin1.getBytes(StandardCharsets.ISO_8859_1)) {
      uri.append(b == '/' ? "/" : "%" + HexFormat.of().toHexDigits(b));
    }
    return LocalDisk.path(uri.toString());
  }

  @Test
  void everyNameOfALocalDiskIsRead() throws IOException {
    Path tree = dir.resolve("a:b %20").resolve("c\nd");
    Map<String, Integer> reds = new TreeMap<>();
    for (String name : ODD) {
      for (String id :
          List.of(name, "in " + name.substring(0, Math.min(9, name.length())) + "/" + name)) {
        reds.put(FileNames.id(id), reds.size());
        Sources.file(tree, id, Sources.png(reds.get(FileNames.id(id))));
      }
    }
    List<Outcome> outcomes = Sources.load(Sources.list(tree).refs(), Sources.ANY);
    Map<String, Integer> read = new TreeMap<>();
    outcomes.forEach(each -> read.put(each.ref().imageId(), Sources.red(each)));
    assertEquals(reds, read);
  }

  @Test
  void bytesThatAreNotUtf8AreWrittenInHex() throws IOException {
    Files.createDirectories(dir.resolve("t"));
    Files.createDirectory(raw(dir, "t/caf\u00e9"));
    Files.write(raw(dir, "t/caf\u00e9/\u00ff\u00c3\u00a9%.png"), Sources.png(7));
    Files.write(raw(dir, "t/%E9.png"), Sources.png(8));
    Files.write(raw(dir, "t/\u00e9.png"), Sources.png(9));
    ImageSet set = Sources.list(dir.resolve("t"));
    assertEquals(List.of("%25E9.png", "%E9.png", "caf%E9/%FF\u00e9%25.png"), Sources.ids(set));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(List.of(8, 9, 7), outcomes.stream().map(Sources::red).toList());
  }

  @Test
  void idsNameBytesAndBack() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      byte[] name = new byte[random.nextInt(12)];
      random.nextBytes(name);
      assertEquals(
          List.of(box(name)),
          List.of(box(FileNames.bytes(FileNames.id(name)))),
          FileNames.id(name));
    }
    assertEquals("50%", FileNames.text("50%25"));
    assertEquals("%E9", FileNames.text("%E9"));
    assertEquals("100% x", FileNames.text("100% x"), "as older outputs have it");
  }

  private static String box(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void leftOutIsCounted() throws IOException {
    Sources.file(dir, "t/_MG_1.png", Sources.png(1));
    Sources.file(dir, "t/a/__x.png", Sources.png(1));
    for (String name : List.of("_SUCCESS", "_metadata", "_common_metadata", "a/_committed_12")) {
      Sources.file(dir, "t/" + name, new byte[0]);
    }
    for (String name : List.of("_temporary/0/1.png", "a/_x/1.png", "a/_x/2.png")) {
      Sources.file(dir, "t/" + name, Sources.png(1));
    }
    for (String name : List.of(".DS_Store", "a/.git/1.png", "._MG_1.png")) {
      Sources.file(dir, "t/" + name, Sources.png(1));
    }
    ImageSet set = Sources.list(dir.resolve("t"));
    assertEquals(List.of("_MG_1.png", "a/__x.png"), Sources.ids(set));
    assertEquals(
        Map.of(LeftOut.DOT, 3L, LeftOut.MARKER, 4L, LeftOut.UNDERSCORE, 2L), set.leftOut());
    Sources.file(dir, "only/.x", new byte[1]);
    IOException e = assertThrows(IOException.class, () -> Sources.list(dir.resolve("only")));
    assertTrue(e.getMessage().endsWith("left out: 1 whose names begin with a dot"), e.getMessage());
  }

  @Test
  void whatIsNoFileIsAnErrorAndNeverOpened() throws Exception {
    Path tree = Files.createDirectories(dir.resolve("t"));
    Sources.file(tree, "a/1.png", Sources.png(1));
    assumeTrue(new ProcessBuilder("mkfifo", tree + "/fifo.png").start().waitFor() == 0);
    Files.createSymbolicLink(tree.resolve("to fifo.png"), Path.of("fifo.png"));
    Files.createSymbolicLink(tree.resolve("device.png"), Path.of("/dev/zero"));
    Files.createSymbolicLink(tree.resolve("broken.png"), Path.of("nowhere"));
    Files.createSymbolicLink(tree.resolve("self.png"), Path.of("self.png"));
    Files.createSymbolicLink(tree.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(tree.resolve("a/loop"), Path.of("."));
    Files.createSymbolicLink(tree.resolve("good.png"), Path.of("a/1.png"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("a"));
    Map<String, String> found = new TreeMap<>();
    assertTimeoutPreemptively(
        SOON,
        () -> {
          for (Outcome each : Sources.load(Sources.list(tree).refs(), Sources.ANY)) {
            String reason = each instanceof DecodedImage ? "read" : Sources.reason(each);
            found.put(each.ref().imageId(), reason);
          }
        });
    assertEquals("read", found.get("a/1.png"));
    assertEquals("read", found.get("good.png"));
    assertEquals("read", found.get("link/1.png"));
    assertTrue(found.get("fifo.png").startsWith("a FIFO"), found.toString());
    assertTrue(found.get("to fifo.png").startsWith("a FIFO"), found.toString());
    assertTrue(found.get("device.png").startsWith("a device"), found.toString());
    assertEquals("a link to what is not there", found.get("broken.png"));
    assertTrue(found.get("self.png").startsWith("a link that"), found.toString());
    assertEquals("a link to a folder that it lies in", found.get("a/loop"));
    assertTrue(found.keySet().stream().noneMatch(id -> id.startsWith("up/t/up/t")), "" + found);
    IOException e =
        assertTimeoutPreemptively(
            SOON,
            () -> assertThrows(IOException.class, () -> Sources.list(tree.resolve("fifo.png"))));
    assertTrue(e.getMessage().contains(" is a FIFO"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.parquet", "data/x.PARQUET", "x.tar", "b/x.tar.gz", "x.tgz", "x.ZIP"})
  void twoKindsOfSourcesAreRefused(String other) throws IOException {
    Sources.file(dir, "t/a/1.png", Sources.png(1));
    Sources.file(dir, "t/" + other, new byte[1]);
    IOException e = assertThrows(IOException.class, () -> Sources.list(dir.resolve("t")));
    assertTrue(e.getMessage().contains("more than one kind of source"), e.getMessage());
    assertTrue(
        e.getMessage().contains(other) && e.getMessage().contains("a/1.png"), e.getMessage());
  }

  @Test
  void pathsWithColonsAreNoUris() throws IOException {
    for (String text : List.of("a:b", "2024-05-01T10:30/x", "./a:b", "x/a:b", "C:", "a b:c")) {
      org.apache.hadoop.fs.Path path = SourceFiles.qualified(text, Sources.CONF);
      String expected = Path.of(text).toAbsolutePath().normalize().toString();
      assertEquals(expected, path.toUri().getPath());
      assertEquals(path, SourceFiles.pathOfUri(SourceFiles.uri(path)));
    }
    assertEquals("s3a", SourceFiles.path("s3a://bucket/a:b").toUri().getScheme());
    assertEquals("file", SourceFiles.path("file:/a:b").toUri().getScheme());
    Sources.file(dir, "x:y/set:1.tar", new byte[0]);
    Path tar = dir.resolve("x:y/set:1.tar");
    Sources.tar(tar, List.of(Map.entry("50%.png", Sources.png(3))), false);
    List<Outcome> outcomes = Sources.load(Sources.list(tar).refs(), Sources.ANY);
    assertEquals("50%25.png", outcomes.get(0).ref().imageId());
    assertEquals(3, Sources.red(outcomes.get(0)));
  }

  /** What a child lists, against what find finds. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "C.UTF-8", "ar_EG"})
  void everyEntryIsAccountedForInEveryLocale(String locale) throws Exception {
    int images = 0;
    int errors = 0;
    for (int seed = 1; seed <= 2; seed++) {
      Path tree = Files.createDirectories(dir.resolve("tree" + seed));
      Random random = new Random(seed);
      fill(tree, "", random, 3);
      Set<String> expected = expected(tree);
      List<String> lines = child(locale, tree);
      List<String> ids = new ArrayList<>();
      for (String line : lines) {
        String[] cells = line.split("\t", -1);
        ids.add(new String(HexFormat.of().parseHex(cells[0]), StandardCharsets.UTF_8));
        if (cells[1].isEmpty()) {
          images++;
        } else {
          errors++;
        }
      }
      assertEquals(expected, new TreeSet<>(ids), locale + ", seed " + seed);
      assertEquals(expected.size(), ids.size());
    }
    System.out.printf("odd names, locale %s: %d images, %d errors%n", locale, images, errors);
  }

  /** Makes entries of all kinds under random names. */
  private void fill(Path root, String within, Random random, int depth) throws Exception {
    for (int i = 0; i < 12; i++) {
      String name = within + name(random) + i;
      Path path = raw(root, name);
      switch (random.nextInt(depth > 0 ? 9 : 7)) {
        case 0 -> Files.createSymbolicLink(path, Path.of("gone"));
        case 1 -> Files.createSymbolicLink(path, path);
        case 2 -> {
          Process mkfifo =
              new ProcessBuilder("mkfifo", "-m", "600", "fifo").directory(dir.toFile()).start();
          if (mkfifo.waitFor() == 0) {
            Files.move(dir.resolve("fifo"), path);
          }
        }
        case 3, 4, 5, 6 -> Files.write(path, Sources.png(i));
        default -> {
          Files.createDirectory(path);
          fill(root, name + "/", random, depth - 1);
        }
      }
    }
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder();
    if (random.nextInt(4) == 0) {
      name.append(random.nextBoolean() ? '_' : '.');
    }
    int length = 1 + random.nextInt(12);
    for (int i = 0; i < length; i++) {
      char c = (char) (1 + random.nextInt(255));
      name.append(c == '/' ? ':' : c);
    }
    return name.toString();
  }

  /** Ids of all that find finds and that is not left out, directories apart. */
  private static Set<String> expected(Path tree) throws Exception {
    List<String> directories = find(tree, "-type", "d");
    Set<String> ids = new TreeSet<>();
    for (String path : find(tree)) {
      if (path.isEmpty() || directories.contains(path)) {
        continue;
      }
      String[] parts = path.split("/", -1);
      boolean hidden = false;
      for (int i = 0; i < parts.length; i++) {
        hidden |= parts[i].startsWith(".") || (parts[i].startsWith("_") && i < parts.length - 1);
      }
      if (!hidden) {
        ids.add(FileNames.id(path.getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
    return ids;
  }

  /** Paths as find prints them, relative, a character for each byte. */
  private static List<String> find(Path tree, String... tests) throws Exception {
    List<String> command = new ArrayList<>(List.of("find", "."));
    command.addAll(List.of(tests));
    command.add("-print0");
    Process find =
        new ProcessBuilder(command).directory(tree.toFile()).redirectErrorStream(false).start();
    byte[] out = find.getInputStream().readAllBytes();
    assertEquals(0, find.waitFor());
    List<String> paths = new ArrayList<>();
    for (String path : new String(out, StandardCharsets.ISO_8859_1).split("\0", -1)) {
      paths.add(path.length() < 2 ? "" : path.substring(2));
    }
    return paths;
  }

  private static List<String> child(String locale, Path tree) throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path arguments = Files.writeString(tree.resolveSibling("cp"), "-cp\n\"" + classPath + "\"\n");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "@" + arguments,
            Lister.class.getName(),
            tree.toString());
    child.environment().put("LC_ALL", locale);
    child.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = child.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), locale);
    return out.lines().toList();
  }

  /** Prints a line for each listed image: its id and why it could not be read. */
  static final class Lister {
    private Lister() {}

    public static void main(String[] arguments) throws IOException {
      Surroundings.prepare();
      List<ImageRef> refs = Sources.list(Path.of(arguments[0])).refs();
      List<Outcome> outcomes = Sources.load(refs, Sources.ANY);
      if (outcomes.size() != refs.size()) {
        throw new IllegalStateException(outcomes.size() + " outcomes of " + refs.size());
      }
      for (Outcome each : outcomes) {
        String reason = each instanceof DecodedImage ? "" : Sources.reason(each);
        byte[] id = each.ref().imageId().getBytes(StandardCharsets.UTF_8);
        System.out.println(HexFormat.of().formatHex(id) + "\t" + reason);
      }
    }
  }
}

package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.images.source.LeftOut;
import curtain.images.source.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Zips are listed as tars are; tars of WebDataset have labels beside their images. */
@Tag("fast")
final class ZipAndSamplesTest {
  @TempDir Path directory;

  @Test
  void zipIsListedAsATreeIs() throws IOException {
    for (boolean stored : new boolean[] {false, true}) {
      Path zip = directory.resolve("archive" + stored + ".zip");
      zip(zip, stored);
      ImageSet set = Sources.list(zip);
      assertEquals(
          List.of("a.png", "z.png", "train/cat/1.png", "train/cat/2.png", "train/dog/\u00e9 3.png"),
          Sources.ids(set));
      assertEquals("dog", set.refs().get(4).directory());
      List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
      assertEquals(List.of(0, 4, 1, 2, 3), outcomes.stream().map(Sources::red).toList());
      assertEquals(2, ImageSet.list(zip.toString(), 2, Sources.CONF).refs().size());
      assertEquals(Map.of(LeftOut.DOT, 1L, LeftOut.UNDERSCORE, 1L), set.leftOut());
    }
  }

  /** Windows has no names with a backslash; elsewhere it is a letter. */
  @Test
  void backslashesSeparateFoldersInZipsOfWindows() throws IOException {
    Path file = directory.resolve("windows.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "cat\\1.png", Sources.png(1));
    }
    ImageSet set = Sources.list(file);
    assertEquals(List.of("cat/1.png"), Sources.ids(set));
    assertEquals("cat", set.refs().get(0).directory());
    assertEquals(1, Sources.red(Sources.load(set.refs(), Sources.ANY).get(0)));
    byte[] unix = Files.readAllBytes(file);
    unix[find(unix, unix.length - 4, 1) + 5] = 3; // the system that made the entry
    Files.write(file, unix);
    assertEquals(List.of("cat\\1.png"), Sources.ids(Sources.list(file)));
  }

  @Test
  void damagedZips() throws IOException {
    Path zip = directory.resolve("a.zip");
    zip(zip, true);
    byte[] whole = Files.readAllBytes(zip);
    for (int length : new int[] {4, 100, whole.length / 2, whole.length - 1}) {
      Files.write(zip, Arrays.copyOf(whole, length));
      IOException e = assertThrows(IOException.class, () -> Sources.list(zip));
      assertTrue(e.getMessage().contains("a.zip cannot be listed: "), e.getMessage());
    }
    byte[] flipped = whole.clone();
    flipped[100] ^= 1; // within the first image
    Files.write(zip, flipped);
    List<Outcome> outcomes = Sources.load(Sources.list(zip).refs(), Sources.ANY);
    assertEquals(5, outcomes.size());
    long errors =
        outcomes.stream()
            .filter(outcome -> outcome instanceof curtain.images.source.ImageError)
            .count();
    assertEquals(1, errors);
  }

  @Test
  void labelsOfWebDataset() throws IOException {
    for (boolean gzip : new boolean[] {false, true}) {
      Path tar = directory.resolve("train-0000.tar" + (gzip ? ".gz" : ""));
      List<Map.Entry<String, byte[]>> entries = new ArrayList<>();
      entries.add(Map.entry("0.cls", text("3\n")));
      entries.add(Map.entry("0.png", Sources.png(0)));
      entries.add(Map.entry("1.png", Sources.png(1)));
      entries.add(Map.entry("1.cls", text("horse")));
      entries.add(Map.entry("2.png", Sources.png(2)));
      entries.add(Map.entry("2.json", text("{\"label\": 5, \"caption\": \"cat\"}")));
      entries.add(Map.entry("3.json", text("{\"cls\": \"ship\"}")));
      entries.add(Map.entry("3.png", Sources.png(3)));
      entries.add(Map.entry("3.txt", text("a ship")));
      entries.add(Map.entry("d/4.png", Sources.png(4)));
      entries.add(Map.entry("d/4.json", text("[[[[")));
      entries.add(Map.entry("notes.txt", text("alone")));
      Sources.tar(tar, entries, gzip);
      ImageSet set = Sources.list(tar);
      assertEquals(
          List.of("0.png", "1.png", "2.png", "3.png", "notes.txt", "symlink", "d/4.png", "z/hard"),
          Sources.ids(set));
      ClassList classes = ClassList.cifar10();
      assertEquals(
          Arrays.asList(3, 7, 5, 8, null, null, null, null),
          set.refs().stream().map(classes::label).toList());
      List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
      for (int i = 0; i < 4; i++) {
        assertEquals(i, Sources.red(outcomes.get(i)));
      }
      assertTrue(Sources.reason(outcomes.get(4)).contains("text"));
      assertEquals(4, Sources.red(outcomes.get(6)));
      assertEquals(Map.of(LeftOut.SAMPLE, 6L), set.leftOut());
    }
  }

  @Test
  void zipHasLabelsBesideImagesAsATarHas() throws IOException {
    Path file = directory.resolve("labelled.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "0.cls", text("3"));
      put(zip, "0.png", Sources.png(0));
      put(zip, "1.png", Sources.png(1));
      put(zip, "1.json", text("{\"label\": \"horse\"}"));
      put(zip, "2.png", Sources.png(2));
      put(zip, "2.dat", Sources.png(7));
      put(zip, "3.png", Sources.png(3));
      put(zip, "3.txt", text("BM is no bitmap"));
      put(zip, "dog/4.png", Sources.png(4));
      put(zip, "dog/4.cls", text("-1"));
    }
    ImageSet set = Sources.list(file);
    assertEquals(
        List.of("0.png", "1.png", "2.dat", "2.png", "3.png", "dog/4.png"), Sources.ids(set));
    assertEquals(
        Arrays.asList(3, 7, null, null, null, null),
        set.refs().stream().map(ClassList.cifar10()::label).toList());
    assertEquals(Map.of(LeftOut.SAMPLE, 4L), set.leftOut());
    assertEquals(7, Sources.red(Sources.load(set.refs(), Sources.ANY).get(2)));
  }

  /** The JSON of one image of a sample holds a caption, and the sample's label is beside both. */
  @Test
  void jsonWithoutALabelHidesNone() throws IOException {
    Path tar = directory.resolve("captions.tar");
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>();
    entries.add(Map.entry("1.left.png", Sources.png(1)));
    entries.add(Map.entry("1.left.json", text("{\"caption\": \"a cat\"}")));
    entries.add(Map.entry("1.right.png", Sources.png(2)));
    entries.add(Map.entry("1.right.json", text("{\"label\": 6}")));
    entries.add(Map.entry("1.cls", text("3")));
    Sources.tar(tar, entries, false);
    assertEquals(
        Arrays.asList(3, 6, null, null),
        Sources.list(tar).refs().stream().map(ClassList.cifar10()::label).toList());
  }

  @Test
  void dotsOfNamesMakeNoSamples() throws IOException {
    Path tar = directory.resolve("versions.tar");
    List<Map.Entry<String, byte[]>> entries = new ArrayList<>();
    entries.add(Map.entry("v1.0_a.png", Sources.png(1)));
    entries.add(Map.entry("v1.0_b.png", Sources.png(2)));
    entries.add(Map.entry("v1.0_a.cls", text("5")));
    entries.add(Map.entry("v1.0_b.x", Sources.png(3)));
    Sources.tar(tar, entries, false);
    ImageSet set = Sources.list(tar);
    assertEquals(
        List.of("symlink", "v1.0_a.png", "v1.0_b.png", "v1.0_b.x", "z/hard"), Sources.ids(set));
    assertEquals(
        Arrays.asList(null, 5, null, null, null),
        set.refs().stream().map(ClassList.cifar10()::label).toList());
    assertEquals(Map.of(LeftOut.SAMPLE, 1L), set.leftOut());
    assertEquals(3, Sources.red(Sources.load(set.refs(), Sources.ANY).get(3)));
  }

  @Test
  void anEntryThatUnpacksToTooMuchIsAnError() throws IOException {
    Path file = directory.resolve("bomb.zip");
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "a.png", Sources.png(1));
      zip.putNextEntry(new ZipEntry("b.png"));
      for (int i = 0; i < 257; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    List<Outcome> outcomes = Sources.load(Sources.list(file).refs(), Sources.ANY);
    assertEquals(1, Sources.red(outcomes.get(0)));
    assertEquals(
        "it unpacks to more than 256 MiB; unpack the zip", Sources.reason(outcomes.get(1)));
    byte[] lying = Files.readAllBytes(file);
    int at = find(lying, lying.length - 4, 1); // the last entry of the directory
    lying[at + 24] = 9; // its unpacked size
    lying[at + 25] = 0;
    lying[at + 26] = 0;
    lying[at + 27] = 0;
    Files.write(file, lying);
    outcomes = Sources.load(Sources.list(file).refs(), Sources.ANY);
    assertEquals(
        "it unpacks to more than 256 MiB; unpack the zip", Sources.reason(outcomes.get(1)));
    int descriptor = find(lying, at, 7); // behind the entry's data
    lying[descriptor + 12] = 9;
    lying[descriptor + 13] = 0;
    lying[descriptor + 14] = 0;
    lying[descriptor + 15] = 0;
    Files.write(file, lying);
    outcomes = Sources.load(Sources.list(file).refs(), Sources.ANY);
    assertEquals(
        "it unpacks to more bytes than its header in the zip says",
        Sources.reason(outcomes.get(1)));
  }

  /** Where the last record of a kind begins, before a place. */
  private static int find(byte[] zip, int before, int kind) {
    for (int i = before; i >= 0; i--) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == kind && zip[i + 3] == kind + 1) {
        return i;
      }
    }
    throw new IllegalArgumentException("no such record");
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void zip(Path file, boolean stored) throws IOException {
    List<String> names =
        List.of(
            "a.png",
            "train/cat/1.png",
            "./train/cat/2.png",
            "train/dog/\u00e9 3.png",
            "z.png",
            "__MACOSX/a.png",
            ".hidden/b.png");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("train/"));
      zip.closeEntry();
      for (int i = 0; i < names.size(); i++) {
        byte[] png = Sources.png(i);
        ZipEntry entry = new ZipEntry(names.get(i));
        if (stored) {
          CRC32 crc = new CRC32();
          crc.update(png);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(png.length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(png);
        zip.closeEntry();
      }
    }
  }
}

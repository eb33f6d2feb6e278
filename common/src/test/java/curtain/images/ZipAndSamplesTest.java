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

package curtain.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet in the hub's layout, and Curtain's own ingest output. */
@Tag("fast")
final class ParquetSourcesTest {
  private static final String HUB =
      "message m { optional binary other; optional group image { optional binary bytes;"
          + " optional binary path (UTF8); } optional ";
  private static final MessageType IMAGES =
      MessageTypeParser.parseMessageType(
          "message spark_schema { optional binary image_id (UTF8); required int64 ordinal;"
              + " optional int32 label; required int32 width; required int32 height;"
              + " optional binary transform (UTF8); optional group shape (LIST) { repeated group"
              + " list { required int32 element; } } optional binary pixels; }");
  private static final MessageType ERRORS =
      MessageTypeParser.parseMessageType(
          "message spark_schema { optional binary image_id (UTF8); required int64 ordinal;"
              + " optional binary reason (UTF8); }");

  @TempDir Path directory;

  @Test
  void rowsOfAFileWithIntAndLongLabels() throws IOException {
    for (String type : new String[] {"int32", "int64"}) {
      Path file = directory.resolve(type + ".parquet");
      List<Group> rows = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        rows.add(hub(type, i % 3 == 0 ? null : "n0/" + i + ".png", Sources.png(i), i));
      }
      Sources.parquet(file, hubSchema(type), rows);
      ImageSet set = Sources.list(file);
      assertEquals(40, set.refs().size());
      assertEquals(type + ".parquet#3", set.refs().get(3).imageId());
      assertEquals("n0/4.png", set.refs().get(4).imageId());
      assertEquals("n0", set.refs().get(4).directory());
      List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
      for (int i = 0; i < 40; i++) {
        assertEquals(i, Sources.red(outcomes.get(i)));
        assertEquals(i, outcomes.get(i).ref().label());
        assertEquals(i, outcomes.get(i).ref().ordinal());
      }
      List<ImageRef> some = List.of(set.refs().get(7), set.refs().get(31));
      assertEquals(31, Sources.red(Sources.load(some, Sources.ANY).get(1)));
    }
  }

  @Test
  void directoryOfFilesInOrderWithRepeatsAndMissingBytes() throws IOException {
    MessageType schema = hubSchema("int64");
    Path second = directory.resolve("set/b.parquet");
    Sources.parquet(
        second,
        schema,
        List.of(hub("int64", "1.png", Sources.png(9), 9), hub("int64", null, Sources.png(3), 3)));
    Group absent = new SimpleGroup(schema);
    absent.addGroup("image").add("path", "gone.png");
    Group nothing = new SimpleGroup(schema);
    Sources.parquet(
        directory.resolve("set/a.parquet"),
        schema,
        List.of(hub("int64", "1.png", Sources.png(1), 1), absent, nothing));
    Sources.file(directory, "set/.a.parquet.crc", new byte[4]);
    ImageSet set = Sources.list(directory.resolve("set"));
    assertEquals(
        List.of("1.png", "gone.png", "a.parquet#2", "b.parquet#0", "b.parquet#1"),
        Sources.ids(set));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(1, Sources.red(outcomes.get(0)));
    assertTrue(Sources.reason(outcomes.get(1)).contains("no bytes in column image"));
    assertTrue(Sources.reason(outcomes.get(2)).contains("no bytes in column image"));
    assertEquals(9, Sources.red(outcomes.get(3)));
    assertEquals(3, Sources.red(outcomes.get(4)));
    assertEquals(null, outcomes.get(2).ref().label());
    assertEquals(
        3, ImageSet.list(directory.resolve("set").toString(), 3, Sources.CONF).refs().size());
  }

  @Test
  void otherColumnsAreNamed() throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType("message m { required int32 x; }");
    Group row = new SimpleGroup(schema);
    row.add("x", 1);
    Path file = directory.resolve("x.parquet");
    Sources.parquet(file, schema, List.of(row));
    IOException e = assertThrows(IOException.class, () -> Sources.list(file));
    assertTrue(e.getMessage().contains("columns are x"), e.getMessage());
  }

  /** Whatever byte flips, a row is its original, an error, or the file is refused. */
  @Test
  void flippedBytesAreNeverAnotherImage() throws IOException {
    Path file = directory.resolve("flip.parquet");
    List<Group> rows = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      byte[] png = Sources.png(i); // in a PNG itself, CRCs would find most flips; these hide them
      byte[] padded = Arrays.copyOf(png, png.length + 200);
      rows.add(hub("int64", "p/" + i + ".png", padded, i));
    }
    Sources.parquet(file, hubSchema("int64"), rows);
    byte[] whole = Files.readAllBytes(file);
    Files.delete(directory.resolve(".flip.parquet.crc")); // or Hadoop finds every flip
    int errors = 0;
    int refused = 0;
    for (int trial = 0; trial < 150; trial++) {
      byte[] bytes = whole.clone();
      int at = random.nextInt(whole.length);
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      List<ImageRef> refs;
      List<Outcome> outcomes;
      try {
        refs = Sources.list(file).refs();
        outcomes = Sources.load(refs, Sources.ANY);
      } catch (IOException | java.io.UncheckedIOException e) {
        refused++;
        continue;
      }
      assertEquals(refs.size(), outcomes.size());
      for (Outcome outcome : outcomes) {
        if (outcome instanceof DecodedImage image && at < whole.length - footer(whole)) {
          assertEquals(image.ref().position(), Sources.red(image), "flip at " + at);
          assertEquals("p/" + Sources.red(image) + ".png", image.ref().imageId());
        } else if (outcome instanceof ImageError) {
          errors++;
        }
      }
    }
    assertTrue(errors > 0 && refused > 0, errors + " errors, " + refused + " refused");
  }

  @Test
  void cutFooterIsRefused() throws IOException {
    Path file = directory.resolve("cut.parquet");
    Sources.parquet(file, hubSchema("int64"), List.of(hub("int64", "a.png", Sources.png(1), 1)));
    byte[] whole = Files.readAllBytes(file);
    Files.delete(directory.resolve(".cut.parquet.crc"));
    for (int cut : new int[] {1, 4, 8, 100, whole.length - 4}) {
      Files.write(file, Arrays.copyOf(whole, whole.length - cut));
      IOException e = assertThrows(IOException.class, () -> Sources.list(file));
      assertTrue(e.getMessage().contains("cut.parquet"), e.getMessage());
    }
  }

  /** A field that nobody knows, 501, is not the field 1 of the field 5, the number of values. */
  @Test
  void unknownFieldsOfAHeaderHideNoOthers() throws IOException {
    Path file = directory.resolve("field.parquet");
    Sources.parquet(file, hubSchema("int64"), List.of(hub("int64", "a.png", Sources.png(1), 1)));
    ParquetParts parts = new ParquetParts(Files.readAllBytes(file));
    Files.delete(directory.resolve(".field.parquet.crc"));
    parts.fields = new byte[] {5, (byte) 0xea, 7, 2}; // a number, 501, is 1; the last are zigzag
    for (List<ParquetParts.Page> pages : parts.columns) {
      pages.forEach(page -> page.header().data_page_header.num_values = Integer.MAX_VALUE);
    }
    parts.writePages();
    byte[] footer = parts.footerBytes();
    Files.write(file, parts.end(footer, footer.length));
    IOException e = assertThrows(IOException.class, () -> Sources.list(file));
    assertTrue(e.getMessage().endsWith("claims more than there is"), e.getMessage());
  }

  /** The file is whole: what is missing is memory, which this file system takes. */
  @Test
  void tooLittleMemoryForARowGroupIsNoDamage() throws IOException {
    Path file = directory.resolve("large.parquet");
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(hub("int64", i + ".png", Sources.png(i), i));
    }
    Sources.parquet(file, hubSchema("int64"), rows);
    Configuration conf = new Configuration();
    conf.setClass("fs.full.impl", FullFileSystem.class, RawLocalFileSystem.class);
    List<ImageRef> refs = ImageSet.list("full:" + file, Long.MAX_VALUE, conf).refs();
    List<String> reasons = new ArrayList<>();
    FullFileSystem.full = true;
    try (CloseableIterator<Outcome> images = ImageSet.load(refs, Sources.ANY, conf)) {
      images.forEachRemaining(each -> reasons.add(Sources.reason(each)));
    } finally {
      FullFileSystem.full = false;
    }
    assertEquals(3, reasons.size());
    for (String reason : reasons) {
      assertEquals(
          "no memory for a row group of 1 MiB in large.parquet; give more memory, or write smaller"
              + " row groups",
          reason);
    }
  }

  /** The local file system under another name; while it is full, no column fits. */
  static final class FullFileSystem extends RawLocalFileSystem {
    private static volatile boolean full;

    @Override
    public URI getUri() {
      return URI.create("full:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) throws IOException {
      FSDataInputStream in = super.open(path, buffer);
      return new FSDataInputStream(
          new FSInputStream() {
            @Override
            public int read() throws IOException {
              return in.read();
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
              if (full && in.getPos() < 100) { // the footer is behind
                throw new OutOfMemoryError("Java heap space");
              }
              return in.read(bytes, offset, length);
            }

            @Override
            public void seek(long position) throws IOException {
              in.seek(position);
            }

            @Override
            public long getPos() throws IOException {
              return in.getPos();
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }

            @Override
            public void close() throws IOException {
              in.close();
            }
          });
    }
  }

  @Test
  void ingestOutputIsUsedAsItIsWithItsErrors() throws IOException {
    Path output = ingest("imagenet", 224);
    for (Path given : List.of(output, output.resolve("images"))) {
      ImageSet set = Sources.list(given);
      assertEquals(
          List.of(0L, 1L, 2L, 3L, 5L), set.refs().stream().map(ImageRef::ordinal).toList());
      ImageOptions options =
          new ImageOptions(Transform.IMAGENET, 224, ImageOptions.DEFAULT_MAX_PIXELS);
      set.check(options);
      List<Outcome> outcomes = Sources.load(set.refs(), options);
      assertEquals("truncated JPEG", Sources.reason(outcomes.get(1)));
      assertEquals("n1/1.JPEG", outcomes.get(1).ref().imageId());
      for (int i : new int[] {0, 2, 3, 4}) {
        DecodedImage image = assertInstanceOf(DecodedImage.class, outcomes.get(i));
        assertEquals((int) image.ref().ordinal(), Sources.red(image));
        assertArrayEquals(new int[] {3, 224, 224}, image.shape());
        assertEquals(500, image.width());
        assertEquals(image.ref().ordinal() == 5 ? null : 7, image.ref().label());
        assertEquals("n1", image.ref().directory());
      }
      assertEquals(2, ImageSet.list(given.toString(), 2, Sources.CONF).refs().size());
    }
  }

  @Test
  void otherTransformOfAnIngestIsRefusedByName() throws IOException {
    ImageSet set = Sources.list(ingest("imagenet", 224));
    for (ImageOptions other :
        List.of(
            Sources.ANY,
            new ImageOptions(Transform.SQUARE, 224, 1000),
            new ImageOptions(Transform.IMAGENET, 299, 1000))) {
      IllegalArgumentException early =
          assertThrows(IllegalArgumentException.class, () -> set.check(other));
      assertTrue(early.getMessage().startsWith("transform"), early.getMessage());
      assertThrows(IllegalArgumentException.class, () -> Sources.load(set.refs(), other));
    }
  }

  @Test
  void wrongSizeOfAnIngestOfNoneIsAnErrorRow() throws IOException {
    ImageSet set = Sources.list(ingest("none", 32));
    ImageOptions wanted = new ImageOptions(Transform.NONE, 224, 1_000_000);
    set.check(wanted);
    assertTrue(Sources.reason(Sources.load(set.refs(), wanted).get(0)).contains("32 x 32"));
    assertInstanceOf(DecodedImage.class, Sources.load(set.refs(), Sources.ANY).get(0));
  }

  @Test
  void unfinishedIngestIsRefused() throws IOException {
    Path output = ingest("none", 32);
    Files.delete(output.resolve("_SUCCESS"));
    IOException e = assertThrows(IOException.class, () -> Sources.list(output));
    assertTrue(e.getMessage().contains("_SUCCESS"), e.getMessage());
  }

  /** Ordinals 0, 2 and 3, 5 in two parts that alternate, and 1 an error. */
  private Path ingest(String transform, int size) throws IOException {
    Path output = directory.resolve("out-" + transform + size);
    Sources.parquet(
        output.resolve("images/part-0.zstd.parquet"),
        IMAGES,
        List.of(stored(0, transform, size), stored(3, transform, size)));
    Sources.parquet(
        output.resolve("images/shard=1/part-1.zstd.parquet"),
        IMAGES,
        List.of(stored(2, transform, size), stored(5, transform, size)));
    Group error = new SimpleGroup(ERRORS);
    error.add("image_id", "n1/1.JPEG");
    error.add("ordinal", 1L);
    error.add("reason", "truncated JPEG");
    Sources.parquet(output.resolve("errors/part-0.zstd.parquet"), ERRORS, List.of(error));
    Files.write(output.resolve("_SUCCESS"), new byte[0]);
    Files.write(output.resolve("_provenance.json"), "{}".getBytes(StandardCharsets.UTF_8));
    return output;
  }

  private static Group stored(long ordinal, String transform, int size) {
    Group row = new SimpleGroup(IMAGES);
    row.add("image_id", "n1/" + ordinal + ".JPEG");
    row.add("ordinal", ordinal);
    if (ordinal != 5) {
      row.add("label", 7);
    }
    row.add("width", 500);
    row.add("height", 375);
    row.add("transform", transform);
    Group shape = row.addGroup("shape");
    IntStream.of(3, size, size).forEach(n -> shape.addGroup("list").add("element", n));
    byte[] pixels = new byte[3 * size * size];
    pixels[0] = (byte) ordinal;
    row.add("pixels", Binary.fromConstantByteArray(pixels));
    return row;
  }

  private static MessageType hubSchema(String label) {
    return MessageTypeParser.parseMessageType(HUB + label + " label; }");
  }

  private static Group hub(String type, String path, byte[] bytes, int label) {
    Group row = new SimpleGroup(hubSchema(type));
    Group image = row.addGroup("image");
    image.add("bytes", Binary.fromConstantByteArray(bytes));
    if (path != null) {
      image.add("path", path);
    }
    if (type.equals("int32")) {
      row.add("label", label);
    } else {
      row.add("label", (long) label);
    }
    return row;
  }

  /** Length of a Parquet file's footer: 4 bytes of magic, 4 of its length, and itself. */
  private static int footer(byte[] file) {
    return 8
        + java.nio.ByteBuffer.wrap(file)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .getInt(file.length - 8);
  }
}

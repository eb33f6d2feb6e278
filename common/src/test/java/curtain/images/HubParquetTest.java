package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.fixtures.Sources;
import curtain.images.parquet.Columns;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet as data sets of the Hugging Face hub have it: names and types of columns, and clones. */
@Tag("fast")
final class HubParquetTest {
  private static final String STRUCT =
      "optional group %s { optional binary bytes; optional binary path (UTF8); }";

  @TempDir Path directory;

  @Test
  void imageColumnIsFoundWhateverItsName() throws IOException {
    for (String name : List.of("image", "img", "Image", "jpg", "a#b+c%20")) {
      for (String type : List.of(STRUCT, "optional binary %s;")) {
        MessageType schema =
            schema("optional binary caption (UTF8);", type.formatted(name), "required int32 id;");
        List<Group> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          Group row = new SimpleGroup(schema);
          row.add("caption", "PNG");
          if (i > 0) {
            image(row, name, i, null);
          }
          row.add("id", i);
          rows.add(row);
        }
        Path file = file(name + type.length());
        Sources.parquet(file, schema, rows);
        List<Outcome> outcomes = Sources.load(Sources.list(file).refs(), Sources.ANY);
        assertEquals(5, outcomes.size());
        assertEquals("the row has no bytes in column " + name, Sources.reason(outcomes.get(0)));
        for (int i = 1; i < 5; i++) {
          assertEquals(i, Sources.red(outcomes.get(i)));
        }
      }
    }
  }

  @Test
  void columnOfBytesThatAreNoImagesIsNotTaken() throws IOException {
    MessageType schema =
        schema("required binary embedding;", "required binary webp;", "optional binary text;");
    Group row = new SimpleGroup(schema);
    row.add("embedding", Binary.fromConstantByteArray(new byte[] {0, 0, -128, 63}));
    row.add("webp", Binary.fromConstantByteArray(Sources.png(9)));
    Path file = file("bytes");
    Sources.parquet(file, schema, List.of(row));
    assertEquals(9, Sources.red(Sources.load(Sources.list(file).refs(), Sources.ANY).get(0)));
  }

  @Test
  void severalImageColumnsWantAChoice() throws IOException {
    MessageType schema = schema(STRUCT.formatted("image"), STRUCT.formatted("mask"));
    Group row = new SimpleGroup(schema);
    image(row, "image", 1, "a.png");
    image(row, "mask", 2, "a.png");
    Path file = file("several");
    Sources.parquet(file, schema, List.of(row));
    assertEquals(
        file.toUri().getPath()
            + " has several columns of images, image, mask; choose with image"
            + " column image",
        message(file).replace("file:", ""));
    for (String column : List.of("image", "mask")) {
      List<ImageRef> refs = list(file, new Columns(column, null)).refs();
      int red = column.equals("image") ? 1 : 2;
      assertEquals(red, Sources.red(Sources.load(refs, Sources.ANY).get(0)));
    }
    IOException e = assertThrows(IOException.class, () -> list(file, new Columns("photo", null)));
    assertTrue(
        e.getMessage()
            .endsWith(
                "has no column photo that is binary or a struct with bytes; its columns are image,"
                    + " mask"),
        e.getMessage());
  }

  @Test
  void labelsOfEveryTypeAndName() throws IOException {
    assertEquals(Arrays.asList(0, 1, null, 2), labels("int64", "label", 0L, 1L, null, 2L));
    assertEquals(Arrays.asList(0, 1, null, 2), labels("int32", "labels", 0, 1, null, 2));
    assertEquals(
        Arrays.asList(0, 1, null, null),
        labels("double", "fine_label", 0.0, 1.0, null, Double.NaN));
    assertEquals(Arrays.asList(0, 1, null, 9), labels("float", "cls", 0f, 1f, null, 9f));
    assertEquals(Arrays.asList(0, 1, null, 1), labels("boolean", "class", false, true, null, true));
    assertEquals(
        Arrays.asList(0, 1, null, null),
        labels("binary %s (UTF8)", "Label", "airplane", "1", null, ""));
    assertEquals(
        Arrays.asList(9, 5, null, null),
        labels("binary", "category", "truck", "dog", null, "house"));
    assertEquals(
        Arrays.asList(1, null, null, 2),
        labels("binary %s (UTF8)", "class_label", "1.0", "-1.0", "None", "2"));
  }

  @Test
  void valuesThatAreNoLabelsAreNoneWhereTheColumnWasFound() throws IOException {
    assertEquals(
        Arrays.asList(null, 1, null, null),
        labels("double", "target", 3.7, 1.0, Double.POSITIVE_INFINITY, -1.0));
    Path file = file("labels-target");
    assertEquals(
        List.of("2 values of column target, the first 3.7, are no labels: these images have none"),
        Sources.list(file).notes());
    IOException e = assertThrows(IOException.class, () -> list(file, new Columns(null, "target")));
    assertTrue(e.getMessage().contains("row 0: target 3.7 is no label"), e.getMessage());
    ImageSet none = list(file, new Columns(null, Columns.NO_LABEL));
    assertEquals(List.of(), none.notes());
    assertTrue(none.refs().stream().noneMatch(ImageRef::told));
    assertEquals(Arrays.asList(null, 5), labels("int64", "label", 1L << 31, 5L));
    assertEquals(1, Sources.list(file("labels-label")).notes().size());
  }

  @Test
  void rowsWithoutALabelDoNotGetThatOfTheirFolder() throws IOException {
    MessageType schema = schema(STRUCT.formatted("image"), "optional int64 label;");
    List<Group> rows = new ArrayList<>();
    for (Long label : Arrays.asList(-1L, null, 3L)) {
      Group row = new SimpleGroup(schema);
      image(row, "image", 1, "dog/" + rows.size() + ".png");
      if (label != null) {
        row.add("label", label);
      }
      rows.add(row);
    }
    Path file = file("none");
    Sources.parquet(file, schema, rows);
    ImageSet set = Sources.list(file);
    List<Integer> labels = new ArrayList<>();
    set.refs().forEach(ref -> labels.add(ClassList.cifar10().label(ref)));
    assertEquals(Arrays.asList(null, null, 3), labels);
    assertTrue(ImageFolders.of(file.toString(), set.refs(), Sources.CONF).none());
    List<ImageRef> refs = list(file, new Columns(null, Columns.NO_LABEL)).refs();
    assertEquals(5, ClassList.cifar10().label(refs.get(0)));
  }

  @Test
  void filesWithoutTheColumnOfLabelsAreTold() throws IOException {
    MessageType labelled = schema(STRUCT.formatted("image"), "optional int64 label;");
    Group row = new SimpleGroup(labelled);
    image(row, "image", 1, null);
    row.add("label", 4L);
    Path set = directory.resolve("uneven");
    Sources.parquet(set.resolve("a.parquet"), labelled, List.of(row));
    split(set.resolve("b.parquet"), 1);
    assertEquals(
        List.of(
            "1 files, the first b.parquet, have no labels in column label: their images have none"),
        Sources.list(set).notes());
    assertThrows(IOException.class, () -> list(set, new Columns(null, "label")));
    MessageType decimal =
        schema(STRUCT.formatted("image"), "optional int64 label (DECIMAL(18,2));");
    Group exact = new SimpleGroup(decimal);
    image(exact, "image", 1, null);
    Sources.parquet(file("decimal"), decimal, List.of(exact));
    assertEquals(
        List.of("column label, neither whole numbers nor text, is not read as labels"),
        Sources.list(file("decimal")).notes());
  }

  @Test
  void patternsOfSplitsNameNoOther() throws IOException {
    for (List<String> names :
        List.of(
            List.of("train-00000-of-00001.parquet", "train-hard-00000-of-00001.parquet"),
            List.of("train.parquet", "unsupervised.parquet"),
            List.of("train/a/0.parquet", "test/a/0.parquet"))) {
      Path clone = directory.resolve("exact" + names.hashCode());
      for (String name : names) {
        split(clone.resolve(name), names.indexOf(name));
      }
      String message = message(clone);
      assertTrue(message.contains("holds 2 splits"), message);
      for (String quoted : message.substring(message.indexOf('\'')).split(", ", -1)) {
        assertEquals(1, Sources.list(Path.of(quoted.replace("'", ""))).refs().size(), message);
      }
    }
  }

  @Test
  void otherFilesOfACloneAreNoImages() throws IOException {
    Path clone = directory.resolve("companions");
    split(clone.resolve("0.parquet"), 1);
    for (String name : List.of("CITATION", "VERSION", "masks.npz", "x.arrow", "CITATION.cff")) {
      Sources.file(clone, name, new byte[1]);
    }
    assertEquals(5, Sources.list(clone).leftOut().get(LeftOut.COMPANION));
  }

  @Test
  void labelColumnsThatCompete() throws IOException {
    MessageType schema =
        schema(STRUCT.formatted("img"), "required int64 cls;", "required int64 target;");
    Group row = new SimpleGroup(schema);
    image(row, "img", 1, null);
    row.add("cls", 3L);
    row.add("target", 4L);
    Path file = file("labels");
    Sources.parquet(file, schema, List.of(row));
    assertTrue(
        message(file).endsWith("columns of labels, cls, target; choose with label column cls"),
        message(file));
    assertEquals(4, list(file, new Columns(null, "target")).refs().get(0).label());
    assertThrows(IOException.class, () -> list(file, new Columns(null, "labels")));
  }

  @Test
  void repeatedAndMissingPathsLoseNoRow() throws IOException {
    MessageType schema = schema(STRUCT.formatted("image"));
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Group row = new SimpleGroup(schema);
      image(row, "image", i, i == 7 ? "" : i == 8 ? null : "image.png");
      rows.add(row);
    }
    for (String name : List.of("clone/a.parquet", "clone/b.parquet")) {
      Sources.parquet(directory.resolve(name), schema, rows);
    }
    ImageSet set = Sources.list(directory.resolve("clone"));
    assertEquals(20, Sources.ids(set).stream().distinct().count());
    assertEquals("image.png", set.refs().get(0).imageId());
    assertEquals("a.parquet#1", set.refs().get(1).imageId());
    assertEquals("b.parquet#9", set.refs().get(19).imageId());
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    for (int i = 0; i < 20; i++) {
      assertEquals(i % 10, Sources.red(outcomes.get(i)));
    }
  }

  @Test
  void splitsOfAClone() throws IOException {
    for (List<String> names :
        List.of(
            List.of("data/test-00000-of-00001.parquet", "data/train-00000-of-00002.parquet"),
            List.of(
                "data/test-00000-of-00001-0123abcd.parquet", "data/train-00000-of-00001.parquet"),
            List.of("test.parquet", "train.parquet"),
            List.of("my_test_0.parquet", "my_train_0.parquet"),
            List.of("default/test/0000.parquet", "default/train/0000.parquet"),
            List.of("fine/train-00000-of-00001.parquet", "raw/train-00000-of-00001.parquet"))) {
      Path clone = directory.resolve("clone" + names.hashCode());
      for (String name : names) {
        split(clone.resolve(name), names.indexOf(name));
      }
      Sources.file(clone, "README.md", "A card.".getBytes(StandardCharsets.UTF_8));
      Sources.file(clone, ".gitattributes", new byte[1]);
      String message = message(clone);
      assertTrue(message.startsWith("image set " + clone + " holds 2 splits"), message);
      List<String> patterns =
          Arrays.stream(message.substring(message.indexOf('\'')).split(", "))
              .map(pattern -> pattern.replace("'", ""))
              .toList();
      assertEquals(2, patterns.size(), message);
      for (int i = 0; i < 2; i++) {
        List<ImageRef> refs = Sources.list(Path.of(patterns.get(i))).refs();
        assertEquals(1, refs.size());
        assertEquals(i, Sources.red(Sources.load(refs, Sources.ANY).get(0)));
      }
    }
  }

  @Test
  void oneSplitOfACloneIsTakenBesideItsCard() throws IOException {
    Path clone = directory.resolve("one");
    for (int i = 0; i < 3; i++) {
      split(clone.resolve("data/train-0000" + i + "-of-00003.parquet"), i);
    }
    Sources.file(clone, "README.md", new byte[1]);
    Sources.file(clone, "dataset_infos.json", new byte[1]);
    Sources.file(clone, "one.py", new byte[1]);
    ImageSet set = Sources.list(clone);
    assertEquals(3, set.leftOut().get(LeftOut.COMPANION));
    List<Outcome> outcomes = Sources.load(set.refs(), Sources.ANY);
    assertEquals(List.of(0, 1, 2), outcomes.stream().map(Sources::red).toList());
    Path pattern = clone.resolve("data/train-*");
    assertEquals(3, Sources.list(pattern).refs().size());
    assertEquals("train-00001-of-00003.parquet#0", Sources.ids(Sources.list(pattern)).get(1));
  }

  @Test
  void pointersOfGitLfsAreNamed() throws IOException {
    Path clone = directory.resolve("lfs");
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 9\n";
    Sources.file(
        clone, "data/train-00000-of-00001.parquet", pointer.getBytes(StandardCharsets.UTF_8));
    assertTrue(message(clone).contains("git lfs pull"), message(clone));
    for (String name : List.of("alone.parquet", "alone.tar", "alone.zip")) {
      Path file = directory.resolve(name);
      Files.writeString(file, pointer);
      assertEquals(
          "image set "
              + file
              + " is a pointer of Git LFS, not the file; fetch the file with git lfs pull",
          message(file));
    }
  }

  /** {@code lost+found} of a disk, say, or a link to nothing. */
  @Test
  void whatCannotBeReadDecidesNoKind() throws IOException {
    Path nowhere = Path.of("nowhere");
    Path clone = directory.resolve("with-lost");
    split(clone.resolve("0.parquet"), 1);
    Files.createSymbolicLink(clone.resolve("lost"), nowhere);
    Files.createSymbolicLink(clone.resolve("old.zip"), nowhere);
    assertEquals(List.of("0.parquet#0"), Sources.ids(Sources.list(clone)));
    assertEquals(2, Sources.list(clone).leftOut().get(LeftOut.COMPANION));
    Files.createSymbolicLink(clone.resolve("1.parquet"), nowhere);
    assertTrue(message(clone).startsWith("1.parquet cannot be read: it is a link to"), "a part");

    Path images = directory.resolve("images-with-lost");
    Sources.file(images, "1.png", Sources.png(1));
    for (String name : List.of("a.parquet", "old.zip")) {
      Files.createSymbolicLink(images.resolve(name), nowhere);
    }
    ImageSet set = Sources.list(images);
    assertEquals(List.of("1.png", "a.parquet", "old.zip"), Sources.ids(set));
    assertEquals("a link to what is not there", set.refs().get(1).error());
    assertEquals("a link to what is not there", set.refs().get(2).error());
    assertTrue(set.leftOut().isEmpty());
  }

  /** As Spark's partitionBy and Arrow's write_to_dataset write them. */
  @Test
  void labelsInTheNamesOfPartitions() throws IOException {
    Path set = directory.resolve("partitioned");
    List<String> partitions =
        List.of("label=__HIVE_DEFAULT_PARTITION__", "label=ca%74", "part=0/LABEL=7", "shape=cat");
    for (int i = 0; i < partitions.size(); i++) {
      split(set.resolve(partitions.get(i)).resolve("part-0.parquet"), i);
    }
    ClassList classes = ClassList.cifar10();
    ImageSet listed = Sources.list(set);
    assertEquals(
        Arrays.asList(null, 3, 7, null), listed.refs().stream().map(classes::label).toList());
    List<Outcome> outcomes = Sources.load(listed.refs(), Sources.ANY);
    assertEquals(List.of(0, 1, 2, 3), outcomes.stream().map(Sources::red).toList());
  }

  @Test
  void typesThatAreNewerThanTheLibraryAreNamed() throws IOException {
    Path file = file("float16");
    MessageType schema = schema(STRUCT.formatted("image"), "optional binary note (BSON);");
    Group row = new SimpleGroup(schema);
    image(row, "image", 1, null);
    Sources.parquet(file, schema, List.of(row));
    assertEquals(1, Sources.list(file).refs().size());
    String whole = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    String bson = "\u00dc\0\0"; // field 13 of LogicalType, an empty structure; 15 is FLOAT16
    assertEquals(whole.indexOf(bson), whole.lastIndexOf(bson));
    String float16 = whole.replace(bson, "\u00fc\0\0");
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, float16.getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(
        message(file).contains("a column of a type that the Parquet library"), message(file));
  }

  /** As pyarrow writes a column without a value, and as the next file has values. */
  @Test
  void labelsOfTheNullTypeAreNone() throws IOException {
    Path set = directory.resolve("null-type");
    for (String type : List.of("int32", "int64")) {
      MessageType schema = schema(STRUCT.formatted("image"), "optional " + type + " label;");
      Group row = new SimpleGroup(schema);
      image(row, "image", 1, null);
      if (type.equals("int64")) {
        row.add("label", 4L);
      }
      Sources.parquet(set.resolve(type + ".parquet"), schema, List.of(row));
    }
    changeFooter(
        set.resolve("int32.parquet"),
        footer ->
            footer.getSchema().stream()
                .filter(column -> column.getName().equals("label"))
                .forEach(column -> column.setLogicalType(LogicalType.UNKNOWN(new NullType()))));
    assertEquals(
        Arrays.asList(null, 4),
        Sources.list(set).refs().stream().map(ClassList.cifar10()::label).toList());
  }

  /** Pages of version 2 and delta encodings, as Polars and others write them. */
  @Test
  void filesOfVersion2AreRead() throws IOException {
    MessageType schema = schema(STRUCT.formatted("image"), "optional int64 label;");
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Group row = new SimpleGroup(schema);
      image(row, "image", i, "a" + i + ".png");
      row.add("label", (long) i);
      rows.add(row);
    }
    for (CompressionCodecName codec :
        List.of(CompressionCodecName.ZSTD, CompressionCodecName.LZ4_RAW)) {
      for (boolean dictionary : new boolean[] {false, true}) {
        Path file = file("version2-" + codec + dictionary);
        try (ParquetWriter<Group> writer =
            ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
                .withType(schema)
                .withConf(Sources.CONF)
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_2_0)
                .withCompressionCodec(codec)
                .withDictionaryEncoding(dictionary)
                .build()) {
          for (Group row : rows) {
            writer.write(row);
          }
        }
        List<ImageRef> refs = Sources.list(file).refs();
        List<Outcome> outcomes = Sources.load(refs, Sources.ANY);
        for (int i = 0; i < 10; i++) {
          assertEquals("a" + i + ".png", refs.get(i).imageId());
          assertEquals(i, refs.get(i).label());
          assertEquals(i, Sources.red(outcomes.get(i)));
        }
      }
    }
  }

  @Test
  void listsOfImagesAndOtherTypesAreNoColumnOfThem() throws IOException {
    List<String> types =
        List.of(
            "optional group a (LIST) { repeated group list { " + STRUCT.formatted("element") + "}}",
            "optional group a (LIST) { repeated group list { optional binary element; } }",
            "optional group a { " + STRUCT.formatted("image") + " }",
            "optional group a { optional int32 height; optional binary data; }", // Spark's
            "optional binary a (UTF8);"); // base64
    for (String type : types) {
      MessageType schema = schema(type);
      Path file = file("type" + types.indexOf(type));
      Sources.parquet(file, schema, List.of(new SimpleGroup(schema)));
      assertTrue(message(file).contains(" has no column of images: "), message(file));
      assertTrue(message(file).endsWith("; its columns are a"), message(file));
    }
  }

  @Test
  void missingCodecsAreNamed() throws IOException {
    for (CompressionCodec codec : List.of(CompressionCodec.BROTLI, CompressionCodec.LZO)) {
      Path file = file(codec.name());
      split(file, 1);
      changeFooter(
          file,
          footer ->
              footer.getRow_groups().stream()
                  .flatMap(group -> group.getColumns().stream())
                  .forEach(column -> column.getMeta_data().setCodec(codec)));
      assertTrue(
          message(file).contains("is compressed by " + codec + ", of which there is no codec"),
          message(file));
    }
  }

  private static void changeFooter(Path file, Consumer<FileMetaData> change) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int start = whole.length - 8 - bytes.getInt(whole.length - 8);
    FileMetaData footer =
        Util.readFileMetaData(new ByteArrayInputStream(whole, start, whole.length - 8 - start));
    change.accept(footer);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, start);
    Util.writeFileMetaData(footer, out);
    int length = out.size() - start;
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
    out.write("PAR1".getBytes(StandardCharsets.US_ASCII));
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, out.toByteArray());
  }

  private void split(Path file, int red) throws IOException {
    MessageType schema = schema(STRUCT.formatted("image"));
    Group row = new SimpleGroup(schema);
    image(row, "image", red, null);
    Sources.parquet(file, schema, List.of(row));
  }

  /** The labels by CIFAR-10's classes of a file with these values. */
  private List<Integer> labels(String type, String name, Object... values) throws IOException {
    String column = type.contains("%s") ? type.formatted(name) : type + " " + name;
    MessageType schema = schema(STRUCT.formatted("img"), "optional " + column + ";");
    List<Group> rows = new ArrayList<>();
    for (Object value : values) {
      Group row = new SimpleGroup(schema);
      image(row, "img", 1, null);
      if (value instanceof Long number) {
        row.add(name, number);
      } else if (value instanceof Integer number) {
        row.add(name, number);
      } else if (value instanceof Double number) {
        row.add(name, number);
      } else if (value instanceof Float number) {
        row.add(name, number);
      } else if (value instanceof Boolean truth) {
        row.add(name, truth);
      } else if (value instanceof String text) {
        row.add(name, text);
      }
      rows.add(row);
    }
    Path file = file("labels-" + name);
    Files.deleteIfExists(file);
    Sources.parquet(file, schema, rows);
    ClassList classes = ClassList.cifar10();
    List<Integer> labels = new ArrayList<>();
    Sources.list(file).refs().forEach(ref -> labels.add(classes.label(ref)));
    return labels;
  }

  private static void image(Group row, String column, int red, String path) throws IOException {
    Binary png = Binary.fromConstantByteArray(Sources.png(red));
    if (row.getType().getType(column).isPrimitive()) {
      row.add(column, png);
      return;
    }
    Group image = row.addGroup(column);
    image.add("bytes", png);
    if (path != null) {
      image.add("path", path);
    }
  }

  private static MessageType schema(String... columns) {
    return MessageTypeParser.parseMessageType("message m { " + String.join(" ", columns) + " }");
  }

  private Path file(String name) {
    return directory.resolve(name + ".parquet");
  }

  private static ImageSet list(Path file, Columns columns) throws IOException {
    return ImageSet.list(file.toString(), Long.MAX_VALUE, columns, Sources.CONF);
  }

  private static String message(Path source) {
    return assertThrows(IOException.class, () -> Sources.list(source)).getMessage();
  }
}

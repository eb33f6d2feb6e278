package curtain.images;

import static org.junit.jupiter.api.Assertions.assertEquals;

import curtain.fixtures.Shared;
import curtain.fixtures.Sources;
import curtain.fuzz.Damage;
import curtain.fuzz.Fuzz;
import curtain.fuzz.Mutation;
import curtain.fuzz.Reader;
import curtain.fuzz.Target;
import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.CloseableIterator;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.Outcome;
import curtain.images.source.Transform;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged images and sources of images, many thousands of each kind: as many outcomes as were
 * listed, or one line that says why there is no list.
 */
@Tag("engine")
final class ImagesFuzzTest {
  private static final long MOST_PIXELS = 1 << 18;
  private static final ImageOptions PLAIN = new ImageOptions(Transform.NONE, 0, MOST_PIXELS);
  private static final ImageOptions RESIZED = new ImageOptions(Transform.IMAGENET, 32, MOST_PIXELS);
  private static final long DECODER = 100 * 3 * MOST_PIXELS; // a hundred scans, each copied once
  private static final long SOURCE = 64L << 20;
  private static final long PER_BYTE = 100;

  /** A footer is read three times, each time to objects a hundred times its size. */
  private static final long PER_BYTE_OF_SOURCE = 500;

  private static final MessageType HUB =
      MessageTypeParser.parseMessageType(
          "message m { optional group image { optional binary bytes; optional binary path (UTF8);"
              + " } optional int64 label; }");
  private static final MessageType STORED =
      MessageTypeParser.parseMessageType(
          "message spark_schema { optional binary image_id (UTF8); required int64 ordinal;"
              + " optional int32 label; required int32 width; required int32 height;"
              + " optional binary transform (UTF8); optional group shape (LIST) { repeated group"
              + " list { required int32 element; } } optional binary pixels; }");

  @TempDir Path scratch;
  private int count;

  @Test
  void jpegs() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    int[][] samplings = {{2, 2, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}, {2, 1, 1, 1, 1, 1}};
    for (int i = 0; i < 6; i++) {
      Path file = scratch.resolve("seed.jpg");
      OddJpegs.write(file, OddJpegs.picture(33, 26), samplings[i % 3], i % 2 * 4, i >= 3);
      seeds.add(Files.readAllBytes(file));
    }
    BufferedImage grey = new BufferedImage(20, 30, BufferedImage.TYPE_BYTE_GRAY);
    grey.getGraphics().drawString("grey", 0, 20);
    seeds.add(written("jpeg", new IIOImage(grey, null, null)));
    seeds.add(written("jpeg", new IIOImage(inks(), null, null)));
    seeds.addAll(smallest(Shared.path(Shared.MORE_PHOTOS)));
    JpegMutator mutator = new JpegMutator(seeds);
    decoder(
        "jpeg",
        6_000,
        random ->
            random.nextInt(3) == 0
                ? Damage.bytes(random, Damage.pick(random, seeds), seeds)
                : mutator.mutate(random, Damage.pick(random, seeds)));
  }

  @Test
  void pngs() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (int type :
        new int[] {
          BufferedImage.TYPE_3BYTE_BGR,
          BufferedImage.TYPE_4BYTE_ABGR,
          BufferedImage.TYPE_USHORT_GRAY,
          BufferedImage.TYPE_BYTE_INDEXED,
          BufferedImage.TYPE_BYTE_BINARY
        }) {
      BufferedImage image = new BufferedImage(19, 14, type);
      image.getGraphics().drawImage(OddJpegs.picture(19, 14), 0, 0, null);
      seeds.add(written("png", new IIOImage(image, null, null)));
      seeds.add(written("interlaced png", new IIOImage(image, null, null)));
    }
    PngMutator mutator = new PngMutator(seeds);
    decoder(
        "png",
        12_000,
        random ->
            random.nextInt(8) == 0
                ? Damage.bytes(random, Damage.pick(random, seeds), seeds)
                : mutator.mutate(random, Damage.pick(random, seeds)));
  }

  @Test
  void gifs() throws Exception {
    damaged(
        "gif",
        List.of(
            few("gif", BufferedImage.TYPE_BYTE_INDEXED),
            few("gif", BufferedImage.TYPE_BYTE_BINARY)));
  }

  @Test
  void bmps() throws Exception {
    damaged(
        "bmp",
        List.of(
            few("bmp", BufferedImage.TYPE_3BYTE_BGR),
            few("bmp", BufferedImage.TYPE_USHORT_555_RGB),
            few("bmp", BufferedImage.TYPE_BYTE_INDEXED)));
  }

  @Test
  void tiffs() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (String compression : List.of("LZW", "Deflate", "PackBits", "CCITT T.6")) {
      boolean fax = compression.startsWith("CCITT");
      BufferedImage image =
          new BufferedImage(
              19, 14, fax ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_3BYTE_BGR);
      image.getGraphics().drawImage(OddJpegs.picture(19, 14), 0, 0, null);
      ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionType(compression);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), param);
      } finally {
        writer.dispose();
      }
      seeds.add(bytes.toByteArray());
    }
    damaged("tiff", seeds);
  }

  @Test
  void webps() throws Exception {
    List<byte[]> seeds = List.of(FormatsTest.WEBP, FormatsTest.LOSSY, FormatsTest.LOSSY_SIMPLE);
    Mutation mutation = random -> Damage.bytes(random, Damage.pick(random, seeds), seeds);
    // The library allocates some 60 KB for every row of a lossless picture, of which it has 16,384
    // at most; none is kept.
    Fuzz.run(new Target("webp", 4_000, mutation, ImagesFuzzTest::decode, 1L << 30, PER_BYTE));
  }

  @Test
  void pnms() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (String text :
        List.of(
            "P3 2 2\n7\n1 2 3 4 5 6 7 0 1 2 3 4",
            "P1 3 2 101010",
            "P6 2 1 255\nabcdef",
            "P5 2 2 999\nabcdefgh",
            "P4 9 1\nab")) {
      seeds.add(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    damaged("pnm", seeds);
  }

  @Test
  void zips() throws Exception {
    Path file = scratch.resolve("seed.zip");
    ZipAndSamplesTest.zip(file, false);
    byte[] packed = Files.readAllBytes(file);
    ZipAndSamplesTest.zip(file, true);
    List<byte[]> seeds = List.of(packed, Files.readAllBytes(file));
    source("zip", 4_000, ".zip", random -> Damage.bytes(random, Damage.pick(random, seeds), seeds));
  }

  private void damaged(String name, List<byte[]> seeds) throws Exception {
    decoder(name, 4_000, random -> Damage.bytes(random, Damage.pick(random, seeds), seeds));
  }

  private static byte[] few(String format, int type) throws IOException {
    BufferedImage image = new BufferedImage(19, 14, type);
    image.getGraphics().drawImage(OddJpegs.picture(19, 14), 0, 0, null);
    return written(format, new IIOImage(image, null, null));
  }

  @Test
  void tars() throws Exception {
    byte[] tar = tar();
    source("tar", 4_000, ".tar", random -> TarMutator.mutate(random, tar));
  }

  @Test
  void gzippedTars() throws Exception {
    byte[] tar = tar();
    source(
        "tar.gz",
        4_000,
        ".tar.gz",
        random ->
            TarMutator.gzip(random, random.nextInt(3) == 0 ? tar : TarMutator.mutate(random, tar)));
  }

  @Test
  void parquetFiles() throws Exception {
    List<byte[]> seeds = new ArrayList<>();
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.ZSTD,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP)) {
      WriterVersion version =
          codec == CompressionCodecName.ZSTD
              ? WriterVersion.PARQUET_2_0
              : WriterVersion.PARQUET_1_0;
      seeds.add(parquet(HUB, hubRows(), codec, version));
      seeds.add(parquet(STORED, storedRows(), codec, version));
    }
    source(
        "parquet",
        3_000,
        ".parquet",
        random -> ParquetMutator.mutate(random, Damage.pick(random, seeds)));
  }

  private static void decoder(String name, int inputs, Mutation mutation) throws Exception {
    Fuzz.run(new Target(name, inputs, mutation, ImagesFuzzTest::decode, DECODER, PER_BYTE));
  }

  private void source(String name, int inputs, String suffix, Mutation mutation) throws Exception {
    Reader reader = bytes -> load(suffix, bytes);
    Fuzz.run(new Target(name, inputs, mutation, reader, SOURCE, PER_BYTE_OF_SOURCE));
  }

  /** Decodes, and resizes in every second size. */
  private static String decode(byte[] file) {
    ImageRef ref = new ImageRef(0, "a", null, null, "a", 0, file.length, null);
    try {
      ImageOptions options = file.length % 2 == 0 ? PLAIN : RESIZED;
      check(ImageDecoder.decode(ref, file, options));
      return null;
    } catch (BadImageException e) {
      return e.getMessage();
    }
  }

  /** Lists and loads; null where at least one image came of it. */
  private String load(String suffix, byte[] bytes) throws IOException {
    Path file = Files.write(scratch.resolve("fuzz" + count++ + suffix), bytes);
    String name = file.toString();
    try {
      return load(ImageSet.list(name, Long.MAX_VALUE, Sources.CONF));
    } catch (IOException | UncheckedIOException e) {
      String message = e.getMessage();
      int at = message.indexOf(name);
      if (at < 0) {
        throw new AssertionError("does not name the file: " + message, e);
      }
      return message.replace(name, "FILE");
    } finally {
      Files.delete(file);
    }
  }

  private static String load(ImageSet set) throws IOException {
    int images = 0;
    int rows = 0;
    String error = "";
    try (CloseableIterator<Outcome> outcomes = ImageSet.load(set.refs(), PLAIN, Sources.CONF)) {
      while (outcomes.hasNext()) {
        Outcome outcome = outcomes.next();
        assertEquals(set.refs().get(rows++), outcome.ref());
        if (outcome instanceof DecodedImage image) {
          check(image);
          images++;
        } else {
          error = ((ImageError) outcome).reason();
          assertEquals(1, error.lines().count(), error);
        }
      }
    } catch (IllegalArgumentException e) {
      if (!e.getMessage().startsWith("transform")) {
        throw e;
      }
      return e.getMessage();
    }
    assertEquals(set.refs().size(), rows);
    return images > 0 ? null : error;
  }

  private static void check(DecodedImage image) {
    int[] shape = image.shape();
    assertEquals(3, shape[0]);
    if (shape[1] <= 0 || shape[2] <= 0 || image.width() <= 0 || image.height() <= 0) {
      throw new AssertionError("shape " + Arrays.toString(shape));
    }
    assertEquals(3L * shape[1] * shape[2], image.pixels().length);
  }

  /** The two smallest photos of a folder. */
  private static List<byte[]> smallest(Path folder) throws IOException {
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path :
          all.filter(path -> path.toString().endsWith("JPEG"))
              .sorted(Comparator.comparingLong(path -> path.toFile().length()))
              .limit(2)
              .toList()) {
        files.add(Files.readAllBytes(path));
      }
    }
    assertEquals(2, files.size());
    return files;
  }

  private static Raster inks() {
    java.awt.image.WritableRaster raster =
        Raster.createInterleavedRaster(java.awt.image.DataBuffer.TYPE_BYTE, 17, 18, 4, null);
    for (int i = 0; i < 17 * 18; i++) {
      raster.setPixel(i % 17, i / 17, new int[] {i & 255, 200, i * 7 & 255, 90});
    }
    return raster;
  }

  private static byte[] written(String format, IIOImage image) throws IOException {
    boolean interlaced = format.startsWith("interlaced ");
    ImageWriter writer =
        ImageIO.getImageWritersByFormatName(format.replace("interlaced ", "")).next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (interlaced) {
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private byte[] tar() throws IOException {
    Path file = scratch.resolve("seed.tar");
    String longName = "n0/" + "long".repeat(40) + ".png";
    Sources.tar(
        file,
        List.of(
            Map.entry("n0/a.png", Sources.png(1)),
            Map.entry("n1/\u00e9.png", Sources.png(2)),
            Map.entry(longName, Sources.png(3)),
            Map.entry("n1/empty", new byte[0]),
            Map.entry("n0/a.png", Sources.png(4))),
        false);
    return Files.readAllBytes(file);
  }

  private static List<Group> hubRows() throws IOException {
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Group row = new SimpleGroup(HUB);
      if (i != 5) {
        Group image = row.addGroup("image");
        if (i != 6) {
          image.add("bytes", Binary.fromConstantByteArray(Sources.png(i % 4)));
        }
        if (i % 3 > 0) {
          image.add("path", "n0/" + i + ".png");
        }
      }
      if (i != 7) {
        row.add("label", (long) i);
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<Group> storedRows() {
    List<Group> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Group row = new SimpleGroup(STORED);
      row.add("image_id", "n0/" + i + ".png");
      row.add("ordinal", (long) i);
      row.add("label", i);
      row.add("width", 4);
      row.add("height", 3);
      row.add("transform", "none");
      Group shape = row.addGroup("shape");
      for (int size : new int[] {3, 3, 4}) {
        shape.addGroup(0).add(0, size);
      }
      row.add("pixels", Binary.fromConstantByteArray(new byte[36]));
      rows.add(row);
    }
    return rows;
  }

  private byte[] parquet(
      MessageType schema, List<Group> rows, CompressionCodecName codec, WriterVersion version)
      throws IOException {
    Path file = scratch.resolve("seed" + count++ + ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .withConf(Sources.CONF)
            .withCompressionCodec(codec)
            .withWriterVersion(version)
            .withPageWriteChecksumEnabled(false) // a changed page must get past it
            .withRowGroupSize(600L)
            .withMinRowCountForPageSizeCheck(1)
            .withPageSize(300)
            .build()) {
      for (Group row : rows) {
        writer.write(row);
      }
    }
    return Files.readAllBytes(file);
  }
}

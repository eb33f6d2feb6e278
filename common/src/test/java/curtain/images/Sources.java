package curtain.images;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/** Builds small image sources of every kind, and loads them. */
final class Sources {
  static final Configuration CONF = new Configuration();
  static final ImageOptions ANY =
      new ImageOptions(Transform.NONE, 0, ImageOptions.DEFAULT_MAX_PIXELS);

  private Sources() {}

  /** A PNG of one colour, red = the argument, so that pixels tell which file they came from. */
  static byte[] png(int red) throws IOException {
    BufferedImage image = new BufferedImage(4, 3, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 12; i++) {
      image.setRGB(i % 4, i / 4, red << 16 | i);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** Red of the first pixel. */
  static int red(Outcome outcome) {
    return ((DecodedImage) outcome).pixels()[0] & 0xff;
  }

  static void file(Path root, String id, byte[] bytes) throws IOException {
    Path file = root.resolve(id);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  static List<String> ids(ImageSet set) {
    return set.refs().stream().map(ImageRef::imageId).toList();
  }

  static ImageSet list(Path source) throws IOException {
    return ImageSet.list(source.toString(), Long.MAX_VALUE, CONF);
  }

  static List<Outcome> load(List<ImageRef> refs, ImageOptions options) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    try (CloseableIterator<Outcome> images = ImageSet.load(refs, options, CONF)) {
      images.forEachRemaining(outcomes::add);
    }
    return outcomes;
  }

  /** Reason of an outcome that must be an error. */
  static String reason(Outcome outcome) {
    return ((ImageError) outcome).reason();
  }

  /** Outcome of a tree of one file. */
  static Outcome one(Path root, String id, byte[] bytes, ImageOptions options) throws IOException {
    file(root, id, bytes);
    return load(list(root).refs(), options).get(0);
  }

  /** Writes entries in the order given; a name may repeat. */
  static void tar(Path file, List<Map.Entry<String, byte[]>> entries, boolean gzip)
      throws IOException {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = gzip ? new GZIPOutputStream(raw) : raw;
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (Map.Entry<String, byte[]> file1 : entries) {
        byte[] bytes = file1.getValue();
        TarArchiveEntry entry = new TarArchiveEntry(file1.getKey());
        entry.setSize(bytes.length);
        entry.setModTime(0); // the same bytes whenever it is written
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
      TarArchiveEntry link = new TarArchiveEntry("symlink", TarConstants.LF_SYMLINK);
      link.setModTime(0);
      link.setLinkName(entries.get(0).getKey());
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
      TarArchiveEntry hard = new TarArchiveEntry("z/hard", TarConstants.LF_LINK);
      hard.setModTime(0);
      hard.setLinkName(entries.get(0).getKey());
      tar.putArchiveEntry(hard);
      tar.closeArchiveEntry();
    }
  }

  static void parquet(Path file, MessageType schema, List<Group> rows) throws IOException {
    Files.createDirectories(file.getParent());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .withConf(CONF)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withDictionaryEncoding(false)
            .withRowGroupSize(4096L)
            .withMinRowCountForPageSizeCheck(1)
            .withPageSize(1024)
            .build()) {
      for (Group row : rows) {
        writer.write(row);
      }
    }
  }
}

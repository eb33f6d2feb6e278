package curtain.compile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes the file that {@code torch.jit.load} reads: a zip of stored entries with the module's
 * pickle, its storages, its source text and extra files. Equal programs give equal bytes.
 */
final class TorchScriptArchive {
  /** Directory of all entries. */
  static final String ROOT = "curtain/";

  /** Directory of extra files, within it. */
  private static final String EXTRA = "extra/";

  /** Bytes that are read of an extra file; none that is written has as many. */
  private static final int MOST_EXTRA = 1 << 24;

  /** Elements of a storage that are made at a time. */
  private static final int CHUNK = 1 << 18;

  /** The newest version of the format that PyTorch 1.13 reads. */
  private static final String VERSION = "10\n";

  private TorchScriptArchive() {}

  /**
   * Writes the archive.
   *
   * @param module class name, {@code __torch__.MODULE} in the source
   * @param extra contents of extra files by name
   * @throws IOException if the file cannot be written
   */
  static void write(
      Path file,
      String module,
      String source,
      List<Constant> constants,
      Precision precision,
      Map<String, String> extra)
      throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file)) {
      bytes(zip, "data.pkl", PickleWriter.module(module, constants, precision));
      bytes(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      bytes(zip, "constants.pkl", PickleWriter.emptyTuple());
      bytes(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
      bytes(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      for (Map.Entry<String, String> extraFile : extra.entrySet()) {
        String content = extraFile.getValue();
        bytes(zip, EXTRA + extraFile.getKey(), content.getBytes(StandardCharsets.UTF_8));
      }
      for (int i = 0; i < constants.size(); i++) {
        begin(zip, "data/" + i);
        storage(zip, constants.get(i), precision);
        zip.closeArchiveEntry();
      }
    }
  }

  /**
   * An extra file of an archive, nothing where the file is no zip, or lacks it.
   *
   * @throws IOException if the file cannot be read
   */
  static Optional<String> extra(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry(ROOT + EXTRA + name);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return Optional.of(new String(in.readNBytes(MOST_EXTRA), StandardCharsets.UTF_8));
      }
    } catch (ZipException e) {
      return Optional.empty();
    }
  }

  private static void bytes(ZipArchiveOutputStream zip, String name, byte[] content)
      throws IOException {
    begin(zip, name);
    zip.write(content);
    zip.closeArchiveEntry();
  }

  /** PyTorch reads stored entries only; size and checksum are put in when the entry is closed. */
  private static void begin(ZipArchiveOutputStream zip, String name) throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putArchiveEntry(entry);
  }

  private static void storage(OutputStream out, Constant constant, Precision precision)
      throws IOException {
    byte[] chunk = new byte[CHUNK * precision.bytes()];
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < constant.size(); from += CHUNK) {
      int start = from;
      int count = Math.min(CHUNK, constant.size() - from);
      IntStream elements = IntStream.range(0, count).parallel();
      if (precision == Precision.FLOAT32) {
        elements.forEach(i -> buffer.putFloat(4 * i, (float) constant.values().at(start + i)));
      } else {
        elements.forEach(i -> buffer.putDouble(8 * i, constant.values().at(start + i)));
      }
      out.write(chunk, 0, count * precision.bytes());
    }
  }
}

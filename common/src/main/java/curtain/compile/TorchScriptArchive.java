package curtain.compile;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the file that {@code torch.jit.load} reads: a zip of stored entries with the module's
 * pickle, its storages, its source text and extra files. Equal programs give equal bytes.
 */
final class TorchScriptArchive {
  /** Directory of all entries. */
  static final String ROOT = "curtain/";

  private static final int CHUNK = 1 << 16;

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
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      bytes(zip, "data.pkl", PickleWriter.module(module, constants, precision));
      bytes(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      bytes(zip, "constants.pkl", PickleWriter.emptyTuple());
      bytes(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
      bytes(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      for (Map.Entry<String, String> extraFile : extra.entrySet()) {
        bytes(
            zip,
            "extra/" + extraFile.getKey(),
            extraFile.getValue().getBytes(StandardCharsets.UTF_8));
      }
      for (int i = 0; i < constants.size(); i++) {
        storage(zip, "data/" + i, constants.get(i), precision);
      }
    }
  }

  private static void bytes(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    begin(zip, name, content.length, crc.getValue());
    zip.write(content);
    zip.closeEntry();
  }

  private static void storage(
      ZipOutputStream zip, String name, Constant constant, Precision precision) throws IOException {
    CRC32 crc = new CRC32();
    forEachChunk(constant, precision, crc::update);
    begin(zip, name, (long) constant.size() * precision.bytes(), crc.getValue());
    forEachChunk(constant, precision, zip::write);
    zip.closeEntry();
  }

  private static void begin(ZipOutputStream zip, String name, long size, long crc)
      throws IOException {
    ZipEntry entry = new ZipEntry(ROOT + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(crc);
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
  }

  private interface Sink {
    void accept(byte[] bytes, int offset, int length) throws IOException;
  }

  private static void forEachChunk(Constant constant, Precision precision, Sink sink)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < constant.size(); i++) {
      if (buffer.remaining() < precision.bytes()) {
        sink.accept(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      double value = constant.values().at(i);
      if (precision == Precision.FLOAT32) {
        buffer.putFloat((float) value);
      } else {
        buffer.putDouble(value);
      }
    }
    sink.accept(buffer.array(), 0, buffer.position());
  }
}

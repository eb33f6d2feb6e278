package curtain.images.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The headers of a tar. On its way to the next header the library reads an entry's data, and for a
 * sparse entry makes the zeros that the archive leaves out, of which a header may claim any number;
 * it counts them too, so later positions are wrong. Here data are skipped before it looks at them.
 */
final class TarHeaders extends TarArchiveInputStream {
  private final InputStream archive;
  private final LongSupplier position;

  /**
   * Reads {@code archive} from its start.
   *
   * @param position how many bytes of the archive have been read or skipped
   */
  TarHeaders(InputStream archive, LongSupplier position) {
    super(archive, StandardCharsets.UTF_8.name());
    this.archive = archive;
    this.position = position;
  }

  /**
   * Skips the data of the current entry and their padding; then {@link #getBytesRead} is where the
   * next header starts.
   *
   * @throws IOException where the archive ends before the data do
   */
  void skipData() throws IOException {
    TarArchiveEntry entry = getCurrentEntry();
    long size = entry.isDirectory() ? 0 : entry.getSize();
    long map = position.getAsLong() - getBytesRead(); // sparse: read from the data, not counted
    if (map > size) {
      throw new IOException("the sparse map of " + entry.getName() + " is longer than its data");
    }
    pass(entry, size, map, new byte[0]);
  }

  /**
   * Reads the data of the current entry, which is not sparse, and skips what is behind them.
   *
   * @param most how many bytes at most
   * @throws IOException where the archive ends before the data do
   */
  byte[] readData(int most) throws IOException {
    TarArchiveEntry entry = getCurrentEntry();
    byte[] data = new byte[(int) Math.min(entry.getSize(), most)];
    pass(entry, entry.getSize(), 0, data);
    return data;
  }

  private void pass(TarArchiveEntry entry, long size, long map, byte[] data) throws IOException {
    long padding = Math.floorMod(-size, getRecordSize());
    try {
      if (archive.readNBytes(data, 0, data.length) < data.length) {
        throw new EOFException();
      }
      archive.skipNBytes(size - map - data.length);
      archive.skipNBytes(padding);
    } catch (EOFException e) {
      throw new IOException("it is cut off within " + entry.getName() + "; fetch it again", e);
    }
    count(size);
    count(padding);
    setCurrentEntry(null); // nothing is left that the library would skip
  }
}

package curtain.images.tar;

import curtain.images.decode.ImageDecoder;
import curtain.images.source.BadImageException;
import curtain.images.source.Container;
import curtain.images.source.DecodedImage;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The wanted images of a tar.gz. A gzip stream has no middle, so each reader inflates the archive
 * from its start up to the last entry that it wants, once; the wanted entries go to a temporary
 * file, since their order in the archive need not be that of their ordinals. P partitions therefore
 * inflate about P / 2 times the archive: a plain tar is faster.
 */
public final class TarGzEntries implements Container {
  private final Path spool;
  private final FileChannel channel;
  private final Map<Long, Long> offsets = new HashMap<>();

  /**
   * Inflates the archive up to the last wanted entry.
   *
   * @param file URI of the archive
   * @param wanted entries of it
   * @throws IOException where the archive ends before them, or storage fails
   */
  public TarGzEntries(String file, List<ImageRef> wanted, Configuration conf) throws IOException {
    TreeMap<Long, Long> lengths = new TreeMap<>(); // by position; hard links share one
    for (ImageRef ref : wanted) {
      lengths.put(ref.position(), ref.length());
    }
    spool = Files.createTempFile("curtain-", ".images");
    channel =
        FileChannel.open(
            spool,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    try (Closeable raw = SourceFiles.open(file, conf);
        InputStream plain = TarIndex.unzip((InputStream) raw)) {
      long at = 0;
      byte[] buffer = new byte[1 << 16];
      for (Map.Entry<Long, Long> entry : lengths.entrySet()) {
        plain.skipNBytes(entry.getKey() - at);
        offsets.put(entry.getKey(), channel.position());
        copy(plain, entry.getValue(), buffer);
        at = entry.getKey() + entry.getValue();
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void copy(InputStream plain, long length, byte[] buffer) throws IOException {
    long left = length;
    while (left > 0) {
      int n = plain.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new EOFException("the archive ends early");
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      left -= n;
    }
  }

  @Override
  public DecodedImage load(ImageRef ref, ImageOptions options)
      throws IOException, BadImageException {
    if (ref.length() > SourceFiles.MAX_BYTES) {
      throw new BadImageException(SourceFiles.tooLarge(ref.length()));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) ref.length());
    long offset = offsets.get(ref.position());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException(spool + " ends early");
      }
    }
    return ImageDecoder.decode(ref, bytes.array(), options);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

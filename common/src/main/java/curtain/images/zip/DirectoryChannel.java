package curtain.images.zip;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A file as a channel for Commons Compress, which sets no limits to what an untrusted directory
 * makes it do: reads that are longer than any honest directory needs are refused.
 */
final class DirectoryChannel implements SeekableByteChannel {
  /**
   * The most bytes asked for at a time: of a name, a comment or extra fields, which take time that
   * grows with the square of their number.
   */
  private static final int LONGEST = 1 << 12;

  private final FSDataInputStream in;
  private final long size;
  private long position;

  /** A channel at the first byte of {@code size}. */
  DirectoryChannel(FSDataInputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (position >= size) {
      return -1;
    }
    byte[] bytes =
        new byte[(int) Math.min(Math.min(into.remaining(), size - position), LONGEST + 1)];
    if (bytes.length > LONGEST) {
      throw new IOException("its directory has a name, comment or extra field above 4 KiB");
    }
    in.seek(position);
    in.readFully(bytes);
    into.put(bytes);
    position += bytes.length;
    return bytes.length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    if (newPosition < 0) {
      throw new IOException("its directory names byte " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Leaves the file open, which is another's. */
  @Override
  public void close() {}
}

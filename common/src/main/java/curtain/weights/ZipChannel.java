package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * Bytes as a channel, for libraries that set no limits to what an untrusted file makes them do: it
 * counts what is read, and refuses to go on.
 */
final class ZipChannel implements SeekableByteChannel {
  private final Bytes bytes;
  private final long longest;
  private long allowed;
  private long position;

  /**
   * A channel at the first byte.
   *
   * @param allowed bytes that may be read in all, those that are read twice counted twice
   * @param longest bytes that may be asked for at a time
   */
  ZipChannel(Bytes bytes, long allowed, long longest) {
    this.bytes = bytes;
    this.allowed = allowed;
    this.longest = longest;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (position >= bytes.size()) {
      return -1;
    }
    int count = (int) Math.min(into.remaining(), bytes.size() - position);
    if (count > allowed || count > longest) {
      throw new MalformedException("has a zip directory larger than any state dict's");
    }
    allowed -= count;
    ByteBuffer part = into.slice(into.position(), count);
    bytes.read(position, part);
    into.position(into.position() + count);
    position += count;
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws MalformedException {
    if (newPosition < 0) {
      throw new MalformedException("is damaged: it names byte " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return bytes.size();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /** Leaves the bytes open, which are another's. */
  @Override
  public void close() {}
}

package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes that a pickle of protocol 2 or less has as a Latin-1 text in UTF-8, as it has those of
 * numpy's arrays: each is one or two bytes of the file. They stay there, and are decoded whenever
 * they are read, from front to back; a read before the end of the last one begins at the front
 * again.
 */
final class LatinBytes implements Bytes {
  private static final int CHUNK = 1 << 16;
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final Bytes utf8;
  private ByteBuffer chunk = NONE;
  private long fetched; // bytes of utf8 that have been in the chunk
  private long next; // the byte that is decoded next
  private final long size;

  /**
   * The bytes of a text.
   *
   * @throws MalformedException if it is no UTF-8, or has characters that Latin-1 lacks
   */
  LatinBytes(Bytes utf8) throws IOException {
    this.utf8 = utf8;
    while (!ended()) {
      decode();
      next++;
    }
    this.size = next;
    rewind();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    if (position < 0 || position > size - into.remaining()) {
      throw new MalformedException("is damaged or cut short at byte " + size);
    }
    if (position < next) {
      rewind();
    }
    for (; next < position; next++) {
      decode();
    }
    for (; into.hasRemaining(); next++) {
      into.put((byte) decode());
    }
    if (next == size) {
      rewind();
    }
  }

  /** Goes to the front, and keeps no buffer: there may be many of these. */
  private void rewind() {
    chunk = NONE;
    fetched = 0;
    next = 0;
  }

  private boolean ended() {
    return !chunk.hasRemaining() && fetched == utf8.size();
  }

  private int decode() throws IOException {
    int lead = u8();
    if (lead < 0x80) {
      return lead;
    }
    int rest = lead == 0xc2 || lead == 0xc3 ? u8() : 0;
    if (rest >> 6 != 2) {
      throw new MalformedException("is damaged: it has bytes as a text that is not Latin-1");
    }
    return (lead & 3) << 6 | (rest & 0x3f);
  }

  private int u8() throws IOException {
    if (!chunk.hasRemaining()) {
      int count = (int) Math.min(CHUNK, utf8.size() - fetched);
      chunk = chunk.capacity() < count ? ByteBuffer.allocate(count) : chunk.clear().limit(count);
      utf8.read(fetched, chunk);
      chunk.flip();
      fetched += chunk.limit();
      if (!chunk.hasRemaining()) {
        throw new MalformedException("is damaged: it has bytes as a text that is cut short");
      }
    }
    return chunk.get() & 0xff;
  }
}

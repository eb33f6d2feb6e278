package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that can be read anywhere: a file, a part of one, or an array. */
interface Bytes {
  /** Number of bytes. */
  long size();

  /**
   * Fills the rest of a buffer from a position.
   *
   * @throws MalformedException if these bytes end before the buffer is full
   */
  void read(long position, ByteBuffer into) throws IOException;

  /**
   * A part of these bytes.
   *
   * @throws MalformedException if the part is not inside them; the check cannot overflow
   */
  default Bytes slice(long position, long length) throws MalformedException {
    if (position < 0 || length < 0 || length > size() || position > size() - length) {
      throw new MalformedException(
          "is damaged or cut short: it names "
              + length
              + " bytes from byte "
              + position
              + " where there are "
              + size());
    }
    return new Part(this, position, length);
  }

  /** Reads a part whole. The length is checked against the size before memory is taken. */
  default byte[] read(long position, int length) throws IOException {
    Bytes part = slice(position, length);
    byte[] array = new byte[length];
    part.read(0, ByteBuffer.wrap(array));
    return array;
  }

  /** Bytes of an array, which is not copied. */
  static Bytes of(byte[] array) {
    return new InMemory(array);
  }

  /** A part of other bytes. */
  record Part(Bytes whole, long start, long size) implements Bytes {
    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      if (position < 0 || position > size - into.remaining()) {
        throw new MalformedException("is damaged or cut short at byte " + (start + size));
      }
      whole.read(start + position, into);
    }
  }

  /** An array. */
  final class InMemory implements Bytes {
    private final byte[] array;

    InMemory(byte[] array) {
      this.array = array;
    }

    @Override
    public long size() {
      return array.length;
    }

    @Override
    public void read(long position, ByteBuffer into) throws MalformedException {
      if (position < 0 || position > array.length - into.remaining()) {
        throw new MalformedException("is damaged or cut short at byte " + array.length);
      }
      into.put(array, (int) position, into.remaining());
    }
  }
}

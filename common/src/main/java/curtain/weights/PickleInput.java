package curtain.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads pickles byte by byte; no length is believed before the bytes are known to be there. */
final class PickleInput {
  /**
   * The most bytes of names and of small values, which are kept in memory. Real pickles have less
   * than a megabyte of them; arrays are not among them.
   */
  private static final int MOST_KEPT = 64 << 20;

  private static final int LONGEST_LINE = 1 << 12;
  private static final int BUFFER = 1 << 16;

  private final Bytes bytes;
  private final byte[] line = new byte[LONGEST_LINE];
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
  private long next; // position of the byte behind the buffer
  private long kept;

  PickleInput(Bytes bytes) {
    this.bytes = bytes;
  }

  /** Position of the next byte. */
  long position() {
    return next - buffer.remaining();
  }

  /** One byte, 0 to 255. */
  int u8() throws IOException {
    if (!buffer.hasRemaining()) {
      require(1);
      buffer.clear().limit((int) Math.min(BUFFER, bytes.size() - next));
      bytes.read(next, buffer);
      buffer.flip();
      next += buffer.remaining();
    }
    return buffer.get() & 0xff;
  }

  /** A little-endian integer of n bytes, unsigned below 8 bytes. */
  long unsigned(int n) throws IOException {
    long value = 0;
    for (int i = 0; i < n; i++) {
      value |= (long) u8() << (8 * i);
    }
    return value;
  }

  /** A little-endian int. */
  int int32() throws IOException {
    return (int) unsigned(4);
  }

  /** A big-endian double. */
  double float64() throws IOException {
    return Double.longBitsToDouble(Long.reverseBytes(unsigned(8)));
  }

  /** The next n bytes, which are passed over; n may be any number that a file claims. */
  Bytes skip(long n) throws IOException {
    require(n);
    long start = position();
    if (n <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) n);
    } else {
      next = start + n;
      buffer.position(0).limit(0);
    }
    return bytes.slice(start, n);
  }

  /** The next n bytes in memory; n may be any number that a file claims. */
  byte[] take(long n) throws IOException {
    require(n);
    keep(n);
    byte[] taken = new byte[(int) n];
    int buffered = Math.min(buffer.remaining(), taken.length);
    buffer.get(taken, 0, buffered);
    bytes.read(next, ByteBuffer.wrap(taken, buffered, taken.length - buffered));
    next += taken.length - buffered;
    return taken;
  }

  /** The next n bytes as UTF-8. */
  String utf8(long n) throws IOException {
    return utf8(take(n));
  }

  /** Bytes up to the end of a line, which is passed over. */
  byte[] line() throws IOException {
    for (int i = 0; i < LONGEST_LINE; i++) {
      int b = u8();
      if (b == '\n') {
        keep(i);
        return Arrays.copyOf(line, i);
      }
      line[i] = (byte) b;
    }
    throw new MalformedException(
        "has a pickle with a line of more than " + LONGEST_LINE + " bytes");
  }

  private void keep(long n) throws MalformedException {
    kept += n;
    if (kept > MOST_KEPT) {
      throw new MalformedException(
          "has a pickle with more than "
              + (MOST_KEPT >> 20)
              + " MiB of texts and numbers, more than are beside any state dict: save it alone,"
              + " torch.save(model.state_dict(), 'weights.pth')");
    }
  }

  /**
   * Fails unless n bytes are left.
   *
   * @throws MalformedException if not
   */
  void require(long n) throws MalformedException {
    long position = position();
    if (n < 0 || n > bytes.size() - position) {
      throw new MalformedException(
          "is damaged or cut short: its pickle needs "
              + Long.toUnsignedString(n)
              + " bytes at byte "
              + position
              + ", and "
              + (bytes.size() - position)
              + " are left");
    }
  }

  /** Strict UTF-8: a damaged name must not become another. */
  static String utf8(byte[] bytes) throws MalformedException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("is damaged: it has a text that is not UTF-8");
    }
  }
}

package curtain.images.decode.vp8;

import curtain.images.source.BadImageException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads a partition of a frame, bits of which each has its probability (RFC 6386, section 7). A bit
 * that the partition's bytes cannot decide is an error, as in libwebp, where the RFC has zeros.
 */
final class BoolReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int EVEN = 128;

  private final byte[] data;
  private final int end;
  private int next;

  private long value; // what is read and not decided, of which the upper part is compared
  private int bits = -8; // below that part; negative where bytes are wanted
  private int range = 254; // the RFC's range, less one

  BoolReader(byte[] data, int start, int end) {
    this.data = data;
    this.next = start;
    this.end = end;
  }

  /**
   * Refuses a partition without bytes, from which libwebp reads not even macroblocks without
   * coefficients.
   *
   * @throws BadImageException where it has none
   */
  void requireBytes() throws BadImageException {
    if (bits < 0 && next == end) {
      throw truncated();
    }
  }

  /**
   * The next bit, 0 or 1.
   *
   * @param probability of 0, in units of 1/256
   * @throws BadImageException where the partition has ended
   */
  int bit(int probability) throws BadImageException {
    if (bits < 0) {
      load();
    }
    int split = (range * probability) >> 8;
    int bit;
    int kept;
    if (Integer.compareUnsigned((int) (value >>> bits), split) > 0) { // no writer goes beyond range
      value -= (split + 1L) << bits;
      kept = range - split;
      bit = 1;
    } else {
      kept = split + 1;
      bit = 0;
    }
    int shift = Integer.numberOfLeadingZeros(kept) - 24;
    bits -= shift;
    range = (kept << shift) - 1;
    return bit;
  }

  /**
   * The sign of a coefficient, true where it is negative: {@link #flag} without branches, and what
   * libwebp has in its place, which differs where a damaged partition leaves the range.
   */
  boolean negative() throws BadImageException {
    if (bits < 0) {
      load();
    }
    int split = range >> 1;
    int mask = (split - (int) (value >>> bits)) >> 31;
    value -= (long) ((split + 1) & mask) << bits;
    range = (range + mask) | 1;
    bits--;
    return mask != 0;
  }

  /** A bit that is as often 0 as 1, as a truth value. */
  boolean flag() throws BadImageException {
    return bit(EVEN) == 1;
  }

  /** An unsigned number of so many bits, highest first. */
  int number(int width) throws BadImageException {
    int number = 0;
    for (int i = 0; i < width; i++) {
      number = (number << 1) | bit(EVEN);
    }
    return number;
  }

  /** A number of so many bits, which its sign follows. */
  int signed(int width) throws BadImageException {
    int number = number(width);
    return flag() ? -number : number;
  }

  /** A flag and, where it is set, the {@link #signed} number that follows it; 0 where it is not. */
  int optional(int width) throws BadImageException {
    return flag() ? signed(width) : 0;
  }

  private void load() throws BadImageException {
    if (end - next >= Long.BYTES) {
      value = (value << 56) | ((long) LONGS.get(data, next) >>> 8);
      next += 7;
      bits += 56;
    } else if (next < end) {
      value = (value << 8) | (data[next++] & 0xff);
      bits += 8;
    } else {
      throw truncated();
    }
  }

  private static BadImageException truncated() {
    return new BadImageException("truncated WebP");
  }
}

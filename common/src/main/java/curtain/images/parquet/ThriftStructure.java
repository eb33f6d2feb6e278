package curtain.images.parquet;

import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.parquet.bytes.ByteBufferInputStream;

/**
 * Passes over a Thrift structure (compact protocol) and compares the lengths of its lists and texts
 * with the bytes that are there. Thrift's own reader makes a list of whatever length a file claims,
 * and follows nesting to the end of the stack.
 */
final class ThriftStructure {
  private static final int MOST_NESTING = 32; // Parquet's footer has about 8
  private static final int STOP = 0;
  private static final int FALSE = 2;
  private static final int BYTE = 3;
  private static final int INT32 = 5;
  private static final int INT64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int SET = 10;
  private static final int MAP = 11;
  private static final int STRUCT = 12;

  private final ByteBufferInputStream in;
  private final Map<Long, Long> integers = new HashMap<>();

  private ThriftStructure(ByteBufferInputStream in) {
    this.in = in;
  }

  /**
   * Reads a structure and stops behind it.
   *
   * @return its integers of 32 bits, by {@link #key}; those of structures deeper within it are left
   *     out
   * @throws IOException where it does not end, or a length is larger than what follows it
   */
  static Map<Long, Long> pass(ByteBufferInputStream in) throws IOException {
    ThriftStructure structure = new ThriftStructure(in);
    structure.struct(0, 0);
    return structure.integers;
  }

  /**
   * What names a field.
   *
   * @param parent number of the field whose structure it is in; 0 for the outermost
   * @param id its own number, of 16 bits: whatever a file claims, no other field has this key
   */
  static long key(int parent, int id) {
    return ((long) parent << Integer.SIZE) | (id & 0xffffffffL);
  }

  private void struct(int parent, int depth) throws IOException {
    int id = 0;
    for (int head = u8(); (head & 0xf) != STOP; head = u8()) {
      // a step, or the number itself; 16 bits, as Thrift's reader keeps it
      id = (short) (head >> 4 == 0 ? signed() : id + (head >> 4));
      int type = head & 0xf;
      if (type > BYTE && type <= INT64) {
        long value = signed();
        if (depth < 2 && type == INT32) { // one of another width Thrift's reader passes over
          integers.put(key(parent, id), value);
        }
      } else if (type > FALSE) { // a boolean is its type
        value(type, id, depth);
      }
    }
  }

  private void value(int type, int id, int depth) throws IOException {
    if (depth > MOST_NESTING) {
      throw new IOException("a structure of it nests more than " + MOST_NESTING + " others");
    }
    switch (type) {
      case 1, FALSE, BYTE -> skip(1);
      case 4, INT32, INT64 -> varint();
      case DOUBLE -> skip(Double.BYTES);
      case BINARY -> skip(varint());
      case LIST, SET -> {
        int head = u8();
        long size = head >> 4 == 15 ? varint() : head >> 4;
        require(size);
        for (long i = 0; i < size; i++) {
          value(head & 0xf, 0, depth + 2); // not of the structures that are looked at
        }
      }
      case MAP -> {
        long size = varint();
        require(size);
        int types = size == 0 ? 0 : u8();
        for (long i = 0; i < size; i++) {
          value(types >> 4, 0, depth + 2);
          value(types & 0xf, 0, depth + 2);
        }
      }
      case STRUCT -> struct(id, depth + 1);
      default -> throw new IOException("a structure of it has a field of unknown type " + type);
    }
  }

  /** Checks that n bytes are left, the least that n elements take. */
  private void require(long n) throws IOException {
    if (n < 0 || n > in.available()) {
      throw new IOException(
          "a structure of it claims a length of "
              + n
              + " where "
              + in.available()
              + " bytes are left");
    }
  }

  private void skip(long n) throws IOException {
    require(n);
    in.skipFully(n);
  }

  private long signed() throws IOException {
    long zigzag = varint();
    return zigzag >>> 1 ^ -(zigzag & 1);
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = u8();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new IOException("a structure of it has a number of more than 64 bits");
  }

  private int u8() throws IOException {
    int b = in.available() == 0 ? -1 : in.read();
    if (b < 0) {
      throw new EOFException("a structure of it ends early");
    }
    return b;
  }
}

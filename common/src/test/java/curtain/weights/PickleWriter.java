package curtain.weights;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles opcode by opcode, good ones and bad ones. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2 that has yet to end. */
  static PickleWriter protocol2() {
    return new PickleWriter().raw(0x80, 2);
  }

  /** A dict with a single tensor w of these float32 elements in storage 0. */
  static byte[] oneTensor(long count, long... size) {
    return protocol2()
        .raw('}')
        .text("w")
        .tensor("FloatStorage", "0", count, 0, size, rowMajor(size))
        .raw('s')
        .end();
  }

  static long[] rowMajor(long... size) {
    long[] stride = new long[size.length];
    long step = 1;
    for (int d = size.length - 1; d >= 0; d--) {
      stride[d] = step;
      step *= size[d];
    }
    return stride;
  }

  PickleWriter raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  PickleWriter ascii(String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleWriter int32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  PickleWriter int64(long value) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    raw('X').int32(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  PickleWriter integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  PickleWriter integer(BigInteger value) {
    byte[] bigEndian = value.toByteArray();
    raw(0x8a, bigEndian.length);
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      raw(bigEndian[i]);
    }
    return this;
  }

  PickleWriter global(String module, String name) {
    return ascii("c" + module + "\n" + name + "\n");
  }

  PickleWriter integers(long... values) {
    raw('(');
    for (long value : values) {
      integer(value);
    }
    return raw('t');
  }

  PickleWriter storage(String type, String key, long count) {
    return raw('(')
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .integer(count)
        .raw('t', 'Q');
  }

  PickleWriter tensor(
      String type, String key, long count, long offset, long[] size, long[] stride) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .raw('(')
        .storage(type, key, count)
        .integer(offset)
        .integers(size)
        .integers(stride)
        .raw(0x89)
        .global("collections", "OrderedDict")
        .raw(')', 'R', 't', 'R');
  }

  PickleWriter bytes(byte[] part) {
    out.writeBytes(part);
    return this;
  }

  /** What was written, for a part of another pickle. */
  byte[] part() {
    return out.toByteArray();
  }

  byte[] end() {
    return raw('.').out.toByteArray();
  }
}

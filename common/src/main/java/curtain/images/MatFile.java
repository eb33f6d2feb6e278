package curtain.images;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/**
 * The arrays of structs in a MATLAB file of version 5 to 7, as the development kits of ILSVRC have
 * them. Of each field the text, or the first number, is read, and null where it is neither. No size
 * is believed: every element lies in the one around it, and no more is inflated than {@link #MOST}
 * bytes.
 */
final class MatFile {
  /** The most bytes of a file, and of what is inflated of it. */
  static final int MOST = 64 << 20;

  private static final int HEADER = 128;
  private static final int ORDER = 126; // offset of the letters that tell the order of bytes
  private static final int ALIGNED = 8;
  private static final int SMALL = 4; // bytes of data within a tag

  // types of elements
  private static final int INT32 = 5;
  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;

  // classes of arrays
  private static final int STRUCT = 2;
  private static final int CHAR = 4;
  private static final int FIRST_NUMBER = 6;
  private static final int LAST_NUMBER = 15;

  private record Element(int type, ByteBuffer data) {}

  private MatFile() {}

  /**
   * All structs of all arrays, in order, by the names of fields.
   *
   * @param file the whole file
   * @throws IOException of one line, where it is no such file, or damaged
   */
  static List<Map<String, Object>> structs(byte[] file) throws IOException {
    if (file.length < HEADER) {
      throw new IOException("it is no MATLAB file");
    }
    String order = new String(file, ORDER, 2, StandardCharsets.ISO_8859_1);
    if (!order.equals("IM") && !order.equals("MI")) {
      throw new IOException("it is no MATLAB file of version 5 to 7");
    }
    ByteOrder bytes = order.equals("IM") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    List<Map<String, Object>> structs = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file, HEADER, file.length - HEADER).slice().order(bytes);
    try {
      int room = MOST;
      while (in.remaining() >= ALIGNED) {
        Element element = element(in);
        if (element.type() == COMPRESSED) {
          byte[] plain = inflated(element.data(), room);
          room -= plain.length;
          element = element(ByteBuffer.wrap(plain).order(bytes));
        }
        if (element.type() == MATRIX) {
          matrix(element.data(), structs);
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("it is damaged", e);
    }
    return structs;
  }

  /** Takes the next element; what it claims to hold has to be there. */
  private static Element element(ByteBuffer in) throws IOException {
    int tag = in.getInt();
    if (tag >>> 16 != 0) { // its data are in the tag
      ByteBuffer data = in.slice().order(in.order());
      in.position(in.position() + SMALL);
      return new Element(tag & 0xffff, data.limit(Math.min(SMALL, tag >>> 16)));
    }
    int size = in.getInt();
    if (size < 0 || size > in.remaining()) {
      throw new IOException("it is cut off or damaged");
    }
    ByteBuffer data = in.slice().order(in.order()).limit(size);
    int padded = tag == COMPRESSED ? size : size + Math.floorMod(-size, ALIGNED);
    in.position(in.position() + Math.min(in.remaining(), padded));
    return new Element(tag, data);
  }

  private static byte[] inflated(ByteBuffer data, int room) throws IOException {
    byte[] packed = new byte[data.remaining()];
    data.get(packed);
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
      byte[] plain = in.readNBytes(room);
      if (in.read() >= 0) {
        throw new IOException("it holds more than " + MOST + " bytes");
      }
      return plain;
    }
  }

  /**
   * The value of an array: text, or its first number; null for what is neither.
   *
   * @param structs gets the structs that it holds
   */
  private static Object matrix(ByteBuffer in, List<Map<String, Object>> structs)
      throws IOException {
    if (!in.hasRemaining()) {
      return null; // an empty array
    }
    int kind = element(in).data().getInt() & 0xff;
    Element sizes = element(in);
    element(in); // its name
    if (kind == STRUCT) {
      structs(in, count(sizes), structs);
      return null;
    }
    if (kind == CHAR) {
      Element text = element(in);
      return charset(text, in.order()).decode(text.data()).toString();
    }
    return kind >= FIRST_NUMBER && kind <= LAST_NUMBER && count(sizes) > 0
        ? number(element(in))
        : null;
  }

  private static long count(Element sizes) throws IOException {
    if (sizes.type() != INT32) {
      throw new IOException("it is damaged");
    }
    long count = 1;
    while (sizes.data().hasRemaining()) {
      count = Math.min(Math.max(0, count * sizes.data().getInt()), MOST); // no array has more
    }
    return count;
  }

  private static void structs(ByteBuffer in, long count, List<Map<String, Object>> structs)
      throws IOException {
    int length = element(in).data().getInt();
    ByteBuffer names = element(in).data();
    if (length < 1 || length > names.remaining()) {
      return; // without fields
    }
    List<String> fields = new ArrayList<>();
    byte[] name = new byte[length];
    while (names.remaining() >= length) {
      names.get(name);
      String text = new String(name, StandardCharsets.ISO_8859_1);
      fields.add(text.indexOf('\0') < 0 ? text : text.substring(0, text.indexOf('\0')));
    }
    for (long i = 0; i < count; i++) {
      Map<String, Object> struct = new LinkedHashMap<>();
      for (String field : fields) {
        Element value = element(in);
        struct.put(field, flat(value));
      }
      structs.add(struct);
    }
  }

  /** The value of a field; structs within structs are not read. */
  private static Object flat(Element value) throws IOException {
    ByteBuffer in = value.data();
    if (value.type() != MATRIX || !in.hasRemaining()) {
      return null;
    }
    int kind = element(in.duplicate().order(in.order())).data().getInt() & 0xff;
    return kind == STRUCT ? null : matrix(in, List.of());
  }

  private static Charset charset(Element text, ByteOrder order) {
    return switch (text.type()) {
      case 4, 17 ->
          order == ByteOrder.LITTLE_ENDIAN ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      default -> StandardCharsets.UTF_8; // or ASCII
    };
  }

  private static Number number(Element value) {
    ByteBuffer in = value.data();
    return switch (value.type()) {
      case 1 -> in.get();
      case 2 -> in.get() & 0xff;
      case 3 -> in.getShort();
      case 4 -> in.getShort() & 0xffff;
      case INT32 -> in.getInt();
      case 6 -> in.getInt() & 0xffffffffL;
      case 7 -> in.getFloat();
      case 9 -> in.getDouble();
      case 12, 13 -> in.getLong();
      default -> null;
    };
  }
}

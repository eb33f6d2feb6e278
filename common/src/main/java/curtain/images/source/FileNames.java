package curtain.images.source;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Names of files as {@code image_id} writes them: a name is bytes, most of which are UTF-8. Those
 * that are not appear as {@code %XX}, and {@code %} as {@code %25}, so that no two names look the
 * same (spec 9).
 */
public final class FileNames {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int LENGTH = 3; // of %XX

  private FileNames() {}

  /**
   * Name of the immediate directory of an id, as {@link #text} gives it; null where it has none.
   */
  public static String directory(String id) {
    int end = id.lastIndexOf('/');
    return end <= 0 ? null : text(id.substring(id.lastIndexOf('/', end - 1) + 1, end));
  }

  /** The id of a name, or of a path, that is text. */
  public static String id(String text) {
    return text.replace("%", "%25");
  }

  /** The id of a name, or of a path, of bytes. */
  public static String id(byte[] name) {
    StringBuilder id = new StringBuilder(name.length);
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
    ByteBuffer in = ByteBuffer.wrap(name);
    CharBuffer out = CharBuffer.allocate(name.length);
    while (true) {
      CoderResult result = utf8.decode(in, out, true);
      id.append(id(out.flip().toString()));
      out.clear();
      if (!result.isError()) {
        return id.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        id.append('%').append(HEX.toHexDigits(in.get()));
      }
      utf8.reset();
    }
  }

  /** The bytes of the name that has this id. */
  public static byte[] bytes(String id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(id.length());
    int plain = 0; // where the text begins that is not yet written
    for (int i = id.indexOf('%'); i >= 0; i = id.indexOf('%', i)) {
      if (isEscape(id, i)) {
        bytes.writeBytes(id.substring(plain, i).getBytes(StandardCharsets.UTF_8));
        bytes.write(HexFormat.fromHexDigits(id, i + 1, i + LENGTH));
        i += LENGTH;
        plain = i;
      } else {
        i++;
      }
    }
    bytes.writeBytes(id.substring(plain).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  /** The name that has this id as text; the id itself where the name is not UTF-8. */
  public static String text(String id) {
    if (id.indexOf('%') < 0) {
      return id;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(id))).toString();
    } catch (CharacterCodingException e) {
      return id;
    }
  }

  private static boolean isEscape(String id, int at) {
    return at + LENGTH <= id.length()
        && HexFormat.isHexDigit(id.charAt(at + 1))
        && HexFormat.isHexDigit(id.charAt(at + 2));
  }
}

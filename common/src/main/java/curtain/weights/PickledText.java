package curtain.weights;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Values that pickle protocol 0 writes as text. */
final class PickledText {
  private PickledText() {}

  /** The argument of opcode INT: {@code 00} and {@code 01} are booleans. */
  static Object integer(byte[] line) throws MalformedException {
    String text = ascii(line);
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> number(text);
    };
  }

  /** The argument of opcode LONG: digits, then perhaps an L. */
  static Object longInteger(byte[] line) throws MalformedException {
    String text = ascii(line);
    return number(text.endsWith("L") ? text.substring(0, text.length() - 1) : text);
  }

  /** The argument of opcode FLOAT. */
  static Double real(byte[] line) throws MalformedException {
    String text = ascii(line);
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.valueOf(text);
        } catch (NumberFormatException e) {
          throw bad(text);
        }
      }
    };
  }

  /** The argument of GET and PUT. */
  static int index(byte[] line) throws MalformedException {
    String text = ascii(line);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw bad(text);
    }
  }

  /** The argument of opcode STRING: a Python 2 literal in quotes. */
  static String quoted(byte[] line) throws MalformedException {
    String text = ascii(line);
    int last = text.length() - 1;
    if (last < 1
        || (text.charAt(0) != '\'' && text.charAt(0) != '"')
        || text.charAt(0) != text.charAt(last)) {
      throw bad(text);
    }
    return unescape(text.substring(1, last), false);
  }

  /** The argument of opcode UNICODE: Latin-1 in which only {@code \\u} and {@code \\U} escape. */
  static String rawUnicode(byte[] line) throws MalformedException {
    return unescape(ascii(line), true);
  }

  /** The integer as a Long where it has 64 bits at most, else as it is. */
  static Object shorten(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static Object number(String text) throws MalformedException {
    try {
      return text.length() < 18 ? (Object) Long.valueOf(text) : shorten(longNumber(text));
    } catch (NumberFormatException e) {
      throw bad(text);
    }
  }

  /** Reading decimals takes time that grows with the square of their length. */
  private static BigInteger longNumber(String text) throws MalformedException {
    if (text.length() > 1000) {
      throw bad(text);
    }
    return new BigInteger(text);
  }

  private static String unescape(String text, boolean unicodeOnly) throws MalformedException {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        out.append(c);
        continue;
      }
      char kind = text.charAt(++i);
      int digits = unicodeOnly ? (kind == 'u' ? 4 : kind == 'U' ? 8 : 0) : kind == 'x' ? 2 : 0;
      if (digits > 0) {
        out.appendCodePoint(hex(text, i + 1, digits));
        i += digits;
      } else if (unicodeOnly) {
        out.append('\\').append(kind);
      } else {
        switch (kind) {
          case 'n' -> out.append('\n');
          case 'r' -> out.append('\r');
          case 't' -> out.append('\t');
          case '\\', '\'', '"' -> out.append(kind);
          default -> throw bad(text);
        }
      }
    }
    return out.toString();
  }

  private static int hex(String text, int from, int digits) throws MalformedException {
    try {
      int value = Integer.parseInt(text.substring(from, from + digits), 16);
      if (Character.isValidCodePoint(value)) {
        return value;
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // falls through to the same complaint
    }
    throw bad(text);
  }

  private static String ascii(byte[] line) {
    int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static MalformedException bad(String text) {
    return new MalformedException(
        "is damaged: its pickle has the text value " + MalformedException.quote(text));
  }
}

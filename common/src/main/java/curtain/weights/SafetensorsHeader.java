package curtain.weights;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses a safetensors header, JSON of one fixed form: {@code {"NAME": {"dtype": "F32", "shape":
 * [2, 3], "data_offsets": [0, 24]}, ..., "__metadata__": {"KEY": "TEXT"}}}. Anything else is
 * refused, so nothing nests.
 */
final class SafetensorsHeader {
  /** A tensor; its bytes are those from begin to end, exclusive, behind the header. */
  record Item(String name, DType dtype, List<Long> shape, long begin, long end) {}

  private final String text;
  private int at;

  SafetensorsHeader(String text) {
    this.text = text;
  }

  /** The tensors in the header's order. */
  List<Item> parse() throws MalformedException {
    List<Item> items = new ArrayList<>();
    Set<String> names = new HashSet<>();
    expect('{');
    for (boolean more = !accept('}'); more; more = another('}')) {
      String name = string();
      if (!names.add(name)) {
        throw new MalformedException("has two entries named " + MalformedException.quote(name));
      }
      expect(':');
      if (name.equals("__metadata__")) {
        metadata();
      } else {
        items.add(item(name));
      }
    }
    skipSpace();
    if (at != text.length()) {
      throw malformed();
    }
    return items;
  }

  private Item item(String name) throws MalformedException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    expect('{');
    for (boolean more = !accept('}'); more; more = another('}')) {
      String field = string();
      expect(':');
      if (field.equals("dtype") && dtype == null) {
        dtype = string();
      } else if (field.equals("shape") && shape == null) {
        shape = integers();
      } else if (field.equals("data_offsets") && offsets == null) {
        offsets = integers();
      } else {
        throw malformed();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw malformed();
    }
    String unknown =
        "has entry "
            + MalformedException.quote(name)
            + " of type "
            + MalformedException.quote(dtype)
            + ", which is not read: convert it to F32";
    DType type = DType.ofSafetensors(dtype).orElseThrow(() -> new MalformedException(unknown));
    return new Item(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private void metadata() throws MalformedException {
    expect('{');
    for (boolean more = !accept('}'); more; more = another('}')) {
      string();
      expect(':');
      string();
    }
  }

  private List<Long> integers() throws MalformedException {
    List<Long> numbers = new ArrayList<>();
    expect('[');
    for (boolean more = !accept(']'); more; more = another(']')) {
      skipSpace();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        numbers.add(Long.valueOf(text.substring(start, at)));
      } catch (NumberFormatException e) { // no digits, or beyond 64 bits
        throw malformed();
      }
    }
    return numbers;
  }

  private String string() throws MalformedException {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      } else if (c == '\\') {
        out.append(escape());
      } else if (c < ' ') {
        throw malformed();
      } else {
        out.append(c);
      }
    }
  }

  private char escape() throws MalformedException {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int value = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) {
            throw malformed();
          }
          value = value * 16 + digit;
        }
        yield (char) value;
      }
      default -> throw malformed();
    };
  }

  /** Passes a comma (true) or the closing bracket (false). */
  private boolean another(char close) throws MalformedException {
    if (accept(',')) {
      return true;
    }
    expect(close);
    return false;
  }

  private void expect(char c) throws MalformedException {
    if (!accept(c)) {
      throw malformed();
    }
  }

  private boolean accept(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char next() throws MalformedException {
    if (at == text.length()) {
      throw malformed();
    }
    return text.charAt(at++);
  }

  private MalformedException malformed() {
    return new MalformedException(
        "is damaged: its safetensors header makes no sense at character " + at);
  }
}

package curtain.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a safetensors header, JSON of one fixed form: {@code {"NAME": {"dtype": "F32", "shape": [2,
 * 3], "data_offsets": [0, 24]}, ..., "__metadata__": {"KEY": "TEXT"}}}. Anything else is refused
 * where it begins, so nothing nests.
 */
final class SafetensorsHeader {
  /** A tensor; its bytes are those from begin to end, exclusive, behind the header. */
  record Item(String name, String type, List<Long> shape, long begin, long end) {
    /** The element type, if it is read. */
    Optional<DType> dtype() {
      return DType.ofSafetensors(type);
    }
  }

  private final JsonReader json;

  SafetensorsHeader(String text) {
    json = new JsonReader(new StringReader(text));
    json.setStrictness(Strictness.STRICT);
  }

  /** The tensors in the header's order. */
  List<Item> parse() throws MalformedException {
    try {
      return items();
    } catch (MalformedException e) {
      throw e;
    } catch (IOException | IllegalStateException e) { // no JSON, or not what is expected there
      throw malformed();
    }
  }

  private List<Item> items() throws IOException {
    List<Item> items = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!names.add(name)) {
        throw new MalformedException("has two entries named " + MalformedException.quote(name));
      }
      if (name.equals("__metadata__")) {
        metadata();
      } else {
        items.add(item(name));
      }
    }
    json.endObject();
    expect(JsonToken.END_DOCUMENT);
    return items;
  }

  private Item item(String name) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
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
    json.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw malformed();
    }
    return new Item(name, dtype, shape, offsets.get(0), offsets.get(1));
  }

  private void metadata() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String unused = json.nextName();
      string();
    }
    json.endObject();
  }

  private String string() throws IOException {
    expect(JsonToken.STRING);
    return json.nextString();
  }

  /** Reads a list of integers, as text first: the library takes 2.0 and "2" for integers, too. */
  private List<Long> integers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      expect(JsonToken.NUMBER);
      String digits = json.nextString();
      try {
        if (digits.startsWith("-")) {
          throw malformed();
        }
        numbers.add(Long.valueOf(digits));
      } catch (NumberFormatException e) { // a fraction, or beyond 64 bits
        throw malformed();
      }
    }
    json.endArray();
    return numbers;
  }

  private void expect(JsonToken token) throws IOException {
    if (json.peek() != token) {
      throw malformed();
    }
  }

  private MalformedException malformed() {
    return new MalformedException(
        "is damaged: its safetensors header makes no sense at "
            + MalformedException.quote(json.getPath()));
  }
}

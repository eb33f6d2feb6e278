package curtain.jobs.show;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import curtain.figures.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes the data of a page, piece by piece, as JSON that may stand inside an HTML element: of
 * texts, whoever chose them, no character below ends the element or begins another. All is ASCII.
 */
public final class ReportJson {
  private final JsonGenerator json;

  /** To a page, which stays open. */
  public ReportJson(Writer out) throws IOException {
    json =
        JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.setCharacterEscapes(new InHtml());
  }

  /** Begins an object within an array, or the whole. */
  public void begin() throws IOException {
    json.writeStartObject();
  }

  /** Begins an object's member that is an object. */
  public void begin(String name) throws IOException {
    json.writeObjectFieldStart(name);
  }

  /** Ends an object. */
  public void end() throws IOException {
    json.writeEndObject();
  }

  /** Begins a member that is an array. */
  public void beginArray(String name) throws IOException {
    json.writeArrayFieldStart(name);
  }

  /** Ends an array. */
  public void endArray() throws IOException {
    json.writeEndArray();
  }

  /** A member: text, a number (not finite: its name, a text), a truth value or null. */
  public void put(String name, Object value) throws IOException {
    json.writeFieldName(name);
    add(value);
  }

  /** An element of an array, as {@link #put}. */
  void add(Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
      json.writeString(value.toString());
    } else if (value instanceof Double || value instanceof Float) {
      json.writeNumber(value.toString());
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else {
      json.writeString(value.toString());
    }
  }

  /** A member that is an array of such values. */
  public void putAll(String name, Iterable<?> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (Object value : values) {
      add(value);
    }
    json.writeEndArray();
  }

  /** An element of an array that another of these has written. */
  public void addWritten(String value) throws IOException {
    json.writeRawValue(value);
  }

  /** A member that is an object of such values. */
  public void putAll(String name, Map<String, ?> values) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, ?> each : values.entrySet()) {
      put(each.getKey(), each.getValue());
    }
    json.writeEndObject();
  }

  /** A member that is a picture: a PNG's data URI. */
  public void put(String name, Picture tile) throws IOException {
    BufferedImage picture =
        new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < tile.height(); y++) {
      for (int x = 0; x < tile.width(); x++) {
        picture.setRGB(x, y, tile.rgb(x, y));
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(picture, "png", out);
    }
    json.writeStringField(
        name, "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray()));
  }

  /** A member that is a record, or an array of them, as {@link RecordJson} writes it. */
  public void putRecord(String name, Object value) throws IOException {
    json.writeFieldName(name);
    RecordJson.write(value, json);
  }

  /** Blocks, one below the other, as the member {@code blocks}. */
  public void putBlocks(List<ReportBlock> blocks) throws IOException {
    putRecord("blocks", blocks.toArray(ReportBlock[]::new)); // an array knows that they have kinds
  }

  /** Passes on what has been written. */
  public void flush() throws IOException {
    json.flush();
  }

  /** The characters by which HTML could leave a script element. */
  private static final class InHtml extends CharacterEscapes {
    private static final long serialVersionUID = 1;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      for (char c : new char[] {'<', '>', '&', '\''}) {
        codes[c] = ESCAPE_STANDARD;
      }
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return null; // standard ones only
    }
  }
}

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes the data of a page, piece by piece, as JSON that may stand inside an HTML element: of
 * texts, whoever chose them, no character below ends the element or begins another. All is ASCII.
 */
public final class ReportJson {
  /** What a matrix's cell holds where there is no number. */
  private static final int UNDEFINED = 65_535;

  /** What it holds for -Infinity. */
  private static final int VANISHING = 65_534;

  /** What it holds for Infinity. */
  private static final int INFINITE = 65_533;

  private static final int LEVELS = 65_532;

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

  /** A member that is an array of numbers; null for NaN, which is where there is none. */
  public void putAll(String name, double[] values) throws IOException {
    json.writeArrayFieldStart(name);
    for (double value : values) {
      add(Double.isNaN(value) ? null : value);
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

  /**
   * A member that is a matrix: {@code rows}, {@code columns}, the least and largest finite number,
   * and {@code cells}, row-major in base64: little-endian, 16 bits each, 0 to 65532 from the least
   * to the largest, 65533 for Infinity, 65534 for -Infinity, 65535 for no number. A cell is off by
   * at most the range over 131,064.
   */
  public void put(String name, double[][] values) throws IOException {
    double least = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (double[] row : values) {
      for (double value : row) {
        if (Double.isFinite(value)) {
          least = Math.min(least, value);
          largest = Math.max(largest, value);
        }
      }
    }
    int columns = values.length == 0 ? 0 : values[0].length;
    ByteBuffer cells =
        ByteBuffer.allocate(2 * values.length * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (double[] row : values) {
      for (double value : row) {
        cells.putShort((short) level(value, least, largest));
      }
    }
    begin(name);
    put("rows", values.length);
    put("columns", columns);
    put("least", least > largest ? null : least);
    put("largest", least > largest ? null : largest);
    put("cells", Base64.getEncoder().encodeToString(cells.array()));
    end();
  }

  private static int level(double value, double least, double largest) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? UNDEFINED : value > 0 ? INFINITE : VANISHING;
    }
    return largest > least ? (int) Math.round((value - least) / (largest - least) * LEVELS) : 0;
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

package curtain.jobs.command;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Settings by name as JSON: what a single file holds of how it was made. */
public final class SettingsJson {
  private static final TypeReference<LinkedHashMap<String, String>> SETTINGS =
      new TypeReference<>() {};

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .characterEscapes(new InScripts())
                  .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SettingsJson() {}

  /** As JSON, on one line. */
  public static String of(Settings settings) {
    try {
      return JSON.writeValueAsString(settings.asMap());
    } catch (JsonProcessingException e) { // texts always can be
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #of} wrote, nothing where the text is something else. */
  public static Optional<Map<String, String>> read(String json) {
    try {
      return Optional.ofNullable(JSON.readValue(json, SETTINGS));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The characters that HTML and scripts take for their own. */
  private static final class InScripts extends CharacterEscapes {
    private static final long serialVersionUID = 1;

    private static final String ENDS_OF_LINES = "\u2028\u2029";

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      for (char c : new char[] {'<', '>', '&', '=', '\''}) {
        codes[c] = ESCAPE_STANDARD;
      }
      return codes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
      return ENDS_OF_LINES.indexOf(character) < 0
          ? null
          : new SerializedString(String.format(Locale.ROOT, "\\u%04x", character));
    }
  }
}

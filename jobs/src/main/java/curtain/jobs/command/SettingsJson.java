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

/** Settings as JSON, by name, which a single file holds about how it was made. */
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

  /**
   * The settings as JSON on one line, without characters that could leave an HTML script element.
   */
  public static String of(Settings settings) {
    try {
      return JSON.writeValueAsString(settings.asMap());
    } catch (JsonProcessingException e) { // strings can always be written
      throw new UncheckedIOException(e);
    }
  }

  /** The settings that {@link #of} wrote, or nothing where the text is something else. */
  public static Optional<Map<String, String>> read(String json) {
    try {
      return Optional.ofNullable(JSON.readValue(json, SETTINGS));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Escapes the characters that have a meaning in HTML or end a line in scripts. */
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

package curtain.jobs.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bytes of settings: outputs that are there already have them. */
@Tag("fast")
final class SettingsJsonTest {
  @Test
  void writesAsEver() {
    Settings settings =
        Settings.builder()
            .add("weights", "a=b/<c>'&\u2028.pth")
            .add("gate", "\u00e9\"\\/\u001f\n")
            .build();
    String json =
        "{\"weights\":\"a\\u003db/\\u003cc\\u003e\\u0027\\u0026\\u2028.pth\","
            + "\"gate\":\"\u00e9\\\"\\\\/\\u001f\\n\"}";
    assertEquals(json, SettingsJson.of(settings));
    assertEquals(Optional.of(settings.asMap()), SettingsJson.read(json));
  }

  @Test
  void isNothingWhereItIsSomethingElse() {
    for (String text : new String[] {"", "null", "[]", "{\"a\":{}}", "{\"a\":\"b\"} c", "{\"a\""}) {
      assertEquals(Optional.empty(), SettingsJson.read(text), text);
    }
  }
}

package curtain.jobs.command;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Settings by name as JSON: what a single file holds of how it was made. */
public final class SettingsJson {
  private static final TypeToken<LinkedHashMap<String, String>> SETTINGS = new TypeToken<>() {};

  private SettingsJson() {}

  /** As JSON, on one line. */
  public static String of(Map<String, String> settings) {
    return new Gson().toJson(settings);
  }

  /** What {@link #of} wrote, nothing where the text is something else. */
  public static Optional<Map<String, String>> read(String json) {
    try {
      return Optional.ofNullable(new Gson().fromJson(json, SETTINGS));
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }
}

package curtain.djl;

import curtain.Nearest;
import curtain.images.source.ImageOptions;
import curtain.images.source.Transform;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of {@link PullbackTranslatorFactory}, which says what they mean.
 *
 * @param targets as given; which classes it names depends on the network
 * @param temperatures M values above 0, each once
 * @param transform null for the network's own
 * @param maxPixels largest width x height that is decoded
 * @param batchSize images that the network takes at once
 */
record TranslatorArguments(
    String targets, List<Double> temperatures, Transform transform, long maxPixels, int batchSize) {
  private static final String TARGETS = "targets";
  private static final String TEMPERATURE = "temperature";
  private static final String TRANSFORM = "transform";
  private static final String MAX_PIXELS = "maxPixels";
  private static final String BATCH_SIZE = "batchSize";
  private static final List<String> NAMES =
      List.of(TARGETS, TEMPERATURE, TRANSFORM, MAX_PIXELS, BATCH_SIZE);

  /** Options that {@code curtain export} fixes: as an argument each would be ignored in silence. */
  private static final Set<String> FIXED = Set.of("gate", "pool", "compat");

  /** What DJL's servers write into serving.properties; no misspelt name of ours. */
  private static final Set<String> SERVING = Set.of("batch_size");

  /** Wrong letters with which a name is still taken for one of ours. */
  private static final int MISSPELT = 2;

  private static final double MOST = 1e6;

  TranslatorArguments {
    temperatures = List.copyOf(temperatures);
  }

  /**
   * Reads the arguments of a DJL model; what is not ours is left to DJL.
   *
   * @throws IllegalArgumentException for a value out of range, and for a name that is nearly ours
   */
  static TranslatorArguments of(Map<String, ?> arguments) {
    for (String name : arguments.keySet()) {
      checkName(name);
    }
    Map<String, String> values = strings(arguments);
    return new TranslatorArguments(
        values.getOrDefault(TARGETS, "predicted").strip(),
        temperatures(values.getOrDefault(TEMPERATURE, "0.3")),
        transform(values.get(TRANSFORM)),
        number(values, MAX_PIXELS, ImageOptions.DEFAULT_MAX_PIXELS, Long.MAX_VALUE),
        (int) number(values, BATCH_SIZE, 2, 65_536));
  }

  /**
   * Refuses a name that is none of ours.
   *
   * @throws IllegalArgumentException with the nearest one
   */
  static void checkAllOurs(Map<String, ?> arguments) {
    for (String name : arguments.keySet()) {
      checkName(name);
      if (!NAMES.contains(name)) {
        throw unknown(name, Nearest.of(name, NAMES));
      }
    }
  }

  /** The values as text, as DJL reads them whatever they are. */
  static Map<String, String> strings(Map<String, ?> arguments) {
    Map<String, String> strings = new HashMap<>();
    arguments.forEach((name, value) -> strings.put(name, String.valueOf(value)));
    return strings;
  }

  private static void checkName(String name) {
    if (FIXED.contains(name)) {
      throw new IllegalArgumentException(
          "argument " + name + " is fixed in the file; export it again with the wanted " + name);
    }
    String nearest = Nearest.within(MISSPELT, name, NAMES);
    if (!NAMES.contains(name) && nearest != null && !SERVING.contains(name)) {
      throw unknown(name, nearest);
    }
  }

  private static IllegalArgumentException unknown(String name, String nearest) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "argument %s is unknown; the nearest is %s (of %s)",
            name,
            nearest,
            String.join(", ", NAMES)));
  }

  private static List<Double> temperatures(String text) {
    List<Double> temperatures = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      double temperature;
      try {
        temperature = Double.parseDouble(part);
      } catch (NumberFormatException e) {
        temperature = Double.NaN;
      }
      if (!(temperature < MOST && (float) temperature > 0) || temperatures.contains(temperature)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "argument temperature=%s: '%s' is %s",
                text,
                part.strip(),
                temperatures.contains(temperature)
                    ? "there twice"
                    : "no number above 0 and below 1e6"));
      }
      temperatures.add(temperature);
    }
    return temperatures;
  }

  private static Transform transform(String text) {
    try {
      return text == null ? null : Transform.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "argument transform=" + text + " is none of imagenet, none, square", e);
    }
  }

  private static long number(Map<String, String> values, String name, long otherwise, long most) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    if (text.strip().matches("\\d{1,18}")) {
      long number = Long.parseLong(text.strip());
      if (number >= 1 && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "argument %s=%s is no number from 1 to %d", name, text, most));
  }
}

package curtain.jobs.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a benchmark measured, by name, and as cells of a table.
 *
 * @param values in the order in which they were printed
 */
record Figures(Map<String, Object> values) {
  /** Those of a benchmark that failed. */
  static final Figures NONE = new Figures(Map.of());

  /** A cell without a figure. */
  static final String MISSING = "–";

  Figures {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values)); // values may be null
  }

  /** The figures of a line of JSON. */
  static Figures parsed(String line) throws JsonProcessingException {
    return new Figures(new ObjectMapper().readValue(line, new TypeReference<>() {}));
  }

  /** A figure with so many decimals; a dash where there is none. */
  String number(String name, int decimals) {
    return values.get(name) instanceof Number number
        ? text(number.doubleValue(), decimals)
        : MISSING;
  }

  /** One figure divided by another, with two decimals. */
  String ratio(String over, String under) {
    return values.get(over) instanceof Number a && values.get(under) instanceof Number b
        ? text(a.doubleValue() / b.doubleValue(), 2)
        : MISSING;
  }

  private static String text(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}

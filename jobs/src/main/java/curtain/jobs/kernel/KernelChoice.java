package curtain.jobs.kernel;

import curtain.jobs.gram.GramTables;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A kernel of {@code --kernel} (spec 3 and 12): a stored kernel, normalised, or a tempered kernel.
 *
 * @param name name in outputs, which always gives p
 * @param stored name of the stored kernel; null for a tempered one
 * @param tempered parameters of a tempered kernel; null for a stored one
 */
record KernelChoice(String name, String stored, Tempered tempered) {
  private static final List<String> STORED =
      List.of(GramTables.PRODUCT, GramTables.PIXEL, GramTables.FEATURE, GramTables.PATHS);
  private static final Pattern LAYER = Pattern.compile(GramTables.LAYER + "(0|[1-9]\\d{0,5})");
  private static final Pattern TEMPERED =
      Pattern.compile(
          "tempered:(all|gates)(?::p=([^:]*))?(?::(0|[1-9]\\d{0,5})-(0|[1-9]\\d{0,5}))?");
  private static final Pattern P = Pattern.compile("(\\d*\\.?\\d+(?:[eE]-?\\d+)?)(/L)?");

  /**
   * The tempered kernel k0 exp(p sum_l (k_l - 1)), with the sum over the layers of a range.
   *
   * @param input whether k0 is the normalised factor of the input; else k0 = 1
   * @param power p, or p times the number of layers
   * @param shared whether p is {@code power} divided by the number of layers in the range
   * @param from first layer, from 0; -1 for all layers
   * @param to last layer, inclusive; -1 for all layers
   */
  record Tempered(boolean input, double power, boolean shared, int from, int to) {
    /** Whether the range holds all layers. */
    boolean isWhole(int layers) {
      return from < 0 || (from == 0 && to == layers - 1);
    }

    /** The number of layers in the range. */
    int count(int layers) {
      return from < 0 ? layers : to - from + 1;
    }

    /** The power p. */
    double p(int layers) {
      return shared ? power / count(layers) : power;
    }
  }

  /**
   * Reads one kernel of the option's value.
   *
   * @throws TypeConversionException for any other text; the message lists the kernels
   */
  static KernelChoice parse(String text) {
    if (STORED.contains(text) || LAYER.matcher(text).matches()) {
      return new KernelChoice(text, text, null);
    }
    Matcher tempered = TEMPERED.matcher(text);
    if (!tempered.matches()) {
      throw new TypeConversionException(
          String.format(
              Locale.ROOT,
              "'%s' is none of product, tempered:all|gates[:p=P][:FROM-TO], layer:N, pixel, feature, paths",
              text));
    }
    String power = tempered.group(2) == null ? "1/L" : tempered.group(2);
    Matcher p = P.matcher(power);
    double value = p.matches() ? Double.parseDouble(p.group(1)) : 0;
    if (!(value > 0 && value < 1e6)) {
      throw new TypeConversionException(
          String.format(
              Locale.ROOT,
              "'%s': p is a number above 0 and below 1e6, or one over the number of layers, as 1/L, not '%s'",
              text,
              power));
    }
    int from = tempered.group(3) == null ? -1 : Integer.parseInt(tempered.group(3));
    int to = tempered.group(4) == null ? -1 : Integer.parseInt(tempered.group(4));
    if (from > to) {
      throw new TypeConversionException(
          String.format(Locale.ROOT, "'%s': the range of layers ends before it begins", text));
    }
    String range = from < 0 ? "" : ":" + from + "-" + to;
    return new KernelChoice(
        "tempered:" + tempered.group(1) + ":p=" + power + range,
        null,
        new Tempered(tempered.group(1).equals("all"), value, p.group(2) != null, from, to));
  }

  /** The last layer that the name gives, or -1. */
  int lastLayer() {
    if (tempered != null) {
      return tempered.to();
    }
    return stored.startsWith(GramTables.LAYER)
        ? Integer.parseInt(stored.substring(GramTables.LAYER.length()))
        : -1;
  }

  /**
   * The stored kernels that it is computed from.
   *
   * @param layers number of layers of the network
   */
  List<String> needs(int layers) {
    if (tempered == null) {
      return List.of(stored);
    }
    Stream<String> input = tempered.input() ? Stream.of(GramTables.PIXEL) : Stream.of();
    Stream<String> factors =
        tempered.isWhole(layers)
            ? Stream.of(GramTables.LAYER_SUM)
            : IntStream.rangeClosed(tempered.from(), tempered.to())
                .mapToObj(layer -> GramTables.LAYER + layer);
    return Stream.concat(input, factors).toList();
  }

  /** Whether it needs stored kernels of single layers. */
  boolean needsLayers(int layers) {
    return needs(layers).stream().anyMatch(name -> name.startsWith(GramTables.LAYER));
  }

  /** Reads one kernel, for picocli. */
  static final class Converter implements ITypeConverter<KernelChoice> {
    @Override
    public KernelChoice convert(String value) {
      return parse(value);
    }
  }
}

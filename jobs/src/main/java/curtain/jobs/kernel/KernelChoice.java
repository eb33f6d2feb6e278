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
 * A kernel of {@code --kernel} (spec 3 and 12): one that the Gram stores, normalised, or a tempered
 * one made of the factors of its layers.
 *
 * @param name as outputs have it: with its p spelt out
 * @param stored the kernel in the Gram; null of a tempered one
 * @param tempered null of a stored one
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
   * k0 exp(p sum_l (k_l - 1)).
   *
   * @param input whether k0 is the normalised input factor; else 1
   * @param power p, or p times the number of layers
   * @param shared whether p is the power over the number of layers in the range
   * @param from first layer, or -1 for all layers
   * @param to last layer, or -1
   */
  record Tempered(boolean input, double power, boolean shared, int from, int to) {
    /** Whether the range is that of all layers. */
    boolean isWhole(int layers) {
      return from < 0 || (from == 0 && to == layers - 1);
    }

    /** The number of layers in the range. */
    int count(int layers) {
      return from < 0 ? layers : to - from + 1;
    }

    /** p. */
    double p(int layers) {
      return shared ? power / count(layers) : power;
    }
  }

  /**
   * Reads one.
   *
   * @throws TypeConversionException saying what kernels there are
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

  /** The last layer that it names, or -1. */
  int lastLayer() {
    if (tempered != null) {
      return tempered.to();
    }
    return stored.startsWith(GramTables.LAYER)
        ? Integer.parseInt(stored.substring(GramTables.LAYER.length()))
        : -1;
  }

  /**
   * The kernels of the Gram that it is made of.
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

  /** Whether it needs the layers one by one. */
  boolean needsLayers(int layers) {
    return needs(layers).stream().anyMatch(name -> name.startsWith(GramTables.LAYER));
  }

  /** For picocli. */
  static final class Converter implements ITypeConverter<KernelChoice> {
    @Override
    public KernelChoice convert(String value) {
      return parse(value);
    }
  }
}

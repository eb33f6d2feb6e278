package curtain.gates;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The factor sigma(z/T) by which the backward pass of a ReLU multiplies the incoming gradient, a
 * function of the pre-activation z and the temperature T [paper, sections 4.2 and 6.2].
 *
 * <ul>
 *   <li>{@code sigmoid}: 1/(1 + exp(-s)), s = z/T
 *   <li>{@code softsign}: (1 + s/(1 + |s|))/2
 *   <li>{@code normal-cdf}: Phi(s), the distribution function of the standard normal law
 *   <li>{@code hard}: 1 for z &gt; 0, else 0; the ordinary gradient, T is not used
 *   <li>{@code leaky:a}: 1 for z &gt; 0, else a, 0 &lt;= a &lt;= 1; T is not used
 * </ul>
 *
 * @param kind which function
 * @param slope a of {@code leaky:a}; 0 for the others
 */
public record Gate(Kind kind, double slope) implements Serializable {
  /** The functions of the family. */
  public enum Kind {
    SIGMOID,
    SOFTSIGN,
    NORMAL_CDF,
    HARD,
    LEAKY
  }

  public static final Gate SIGMOID = new Gate(Kind.SIGMOID, 0);
  public static final Gate SOFTSIGN = new Gate(Kind.SOFTSIGN, 0);
  public static final Gate NORMAL_CDF = new Gate(Kind.NORMAL_CDF, 0);
  public static final Gate HARD = new Gate(Kind.HARD, 0);

  /** The values that {@link #parse} accepts, for help texts and errors. */
  public static final String VALUES =
      "sigmoid, softsign, normal-cdf, hard, leaky:A with 0 <= A <= 1";

  /** Plain numbers: Java's own reader would take blanks, hexadecimal digits and suffixes too. */
  private static final Pattern LEAKY =
      Pattern.compile("leaky:((?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)");

  /** Checks that only {@code leaky} has a slope and that it lies in [0, 1]. */
  public Gate {
    if (!(slope >= 0 && slope <= 1) || (kind != Kind.LEAKY && slope != 0)) {
      throw new IllegalArgumentException("slope " + slope + " for gate " + kind);
    }
  }

  /**
   * Reads the value of {@code --gate}.
   *
   * @throws IllegalArgumentException for any other text than those of {@link #VALUES}
   */
  public static Gate parse(String text) {
    return switch (text) {
      case "sigmoid" -> SIGMOID;
      case "softsign" -> SOFTSIGN;
      case "normal-cdf" -> NORMAL_CDF;
      case "hard" -> HARD;
      default -> leaky(text);
    };
  }

  private static Gate leaky(String text) {
    Matcher slope = LEAKY.matcher(text);
    if (slope.matches() && Double.parseDouble(slope.group(1)) <= 1) {
      return new Gate(Kind.LEAKY, Double.parseDouble(slope.group(1)));
    }
    throw new IllegalArgumentException("gate '" + text + "' is not one of " + VALUES);
  }

  /** Whether the value depends on the temperature; if not, it depends on the sign of z alone. */
  public boolean smooth() {
    return kind == Kind.SIGMOID || kind == Kind.SOFTSIGN || kind == Kind.NORMAL_CDF;
  }

  /** The option's value, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return switch (kind) {
      case SIGMOID -> "sigmoid";
      case SOFTSIGN -> "softsign";
      case NORMAL_CDF -> "normal-cdf";
      case HARD -> "hard";
      case LEAKY ->
          "leaky:" + (slope == Math.rint(slope) ? Long.toString((long) slope) : "" + slope);
    };
  }
}

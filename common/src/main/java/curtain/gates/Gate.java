package curtain.gates;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The factor by which the backward pass of a ReLU multiplies the incoming gradient g: for
 * excitation pullbacks sigma(z/T), a function of the pre-activation z and the temperature T [paper,
 * sections 4.2 and 6.2].
 *
 * <ul>
 *   <li>{@code sigmoid}: 1/(1 + exp(-s)), s = z/T
 *   <li>{@code softsign}: (1 + s/(1 + |s|))/2
 *   <li>{@code normal-cdf}: Phi(s), the distribution function of the standard normal law
 *   <li>{@code hard}: 1 for z &gt; 0, else 0; the ordinary gradient, T is not used
 *   <li>{@code leaky:a}: 1 for z &gt; 0, else a, 0 &lt;= a &lt;= 1; T is not used. The backward
 *       pass of Linse, Barth and Martinetz 2024, "Leaky ReLUs that differ in forward and backward
 *       pass facilitate activation maximization in deep neural networks" (there a = 0.3)
 * </ul>
 *
 * <p>Baselines of related work, which give no excitation pullbacks and do not use T:
 *
 * <ul>
 *   <li>{@code b-silu}: s(z) + (z + 1.67) s(z) (1 - s(z)), s the logistic function, the derivative
 *       of B-SiLU. Horuz et al. 2025, "The resurrection of the ReLU", arXiv 2505.22074
 *   <li>{@code guided}: 1 for z &gt; 0 and g &gt; 0, else 0. Guided backpropagation: Springenberg,
 *       Dosovitskiy, Brox and Riedmiller 2015, "Striving for simplicity: the all convolutional net"
 *   <li>{@code deconv}: 1 for g &gt; 0, else 0. Zeiler and Fergus 2014, "Visualizing and
 *       understanding convolutional networks"
 * </ul>
 *
 * <p>{@code guided} and {@code deconv} depend on g. So the backward pass is no linear map, no
 * network with held gates has it as its gradient, and Eq. 7 does not hold for them.
 *
 * @param kind of the function
 * @param slope a of {@code leaky:a}; 0 for the others
 */
public record Gate(Kind kind, double slope) implements Serializable {
  /** The functions. */
  public enum Kind {
    SIGMOID,
    SOFTSIGN,
    NORMAL_CDF,
    HARD,
    LEAKY,
    B_SILU,
    GUIDED,
    DECONV
  }

  public static final Gate SIGMOID = new Gate(Kind.SIGMOID, 0);
  public static final Gate SOFTSIGN = new Gate(Kind.SOFTSIGN, 0);
  public static final Gate NORMAL_CDF = new Gate(Kind.NORMAL_CDF, 0);
  public static final Gate HARD = new Gate(Kind.HARD, 0);
  public static final Gate B_SILU = new Gate(Kind.B_SILU, 0);
  public static final Gate GUIDED = new Gate(Kind.GUIDED, 0);
  public static final Gate DECONV = new Gate(Kind.DECONV, 0);

  /**
   * The values that {@link #parse} accepts and that are gates lambda, for help texts and errors.
   */
  public static final String GATES =
      "sigmoid, softsign, normal-cdf, hard, leaky:A with 0 <= A <= 1";

  /** All values that {@link #parse} accepts. */
  public static final String VALUES = GATES + ", b-silu, guided, deconv";

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
   * Reads a gate's name.
   *
   * @throws IllegalArgumentException for any other text than those of {@link #VALUES}
   */
  public static Gate parse(String text) {
    return switch (text) {
      case "sigmoid" -> SIGMOID;
      case "softsign" -> SOFTSIGN;
      case "normal-cdf" -> NORMAL_CDF;
      case "hard" -> HARD;
      case "b-silu" -> B_SILU;
      case "guided" -> GUIDED;
      case "deconv" -> DECONV;
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

  /** Whether the factor depends on the temperature. */
  public boolean hasTemperature() {
    return switch (kind) {
      case SIGMOID, SOFTSIGN, NORMAL_CDF -> true;
      case HARD, LEAKY, B_SILU, GUIDED, DECONV -> false;
    };
  }

  /**
   * Whether it is a baseline of related work: its factor is no gate lambda in [0, 1] of z alone, so
   * that it has no product kernel and no network of held gates.
   */
  public boolean isBaseline() {
    return switch (kind) {
      case B_SILU, GUIDED, DECONV -> true;
      case SIGMOID, SOFTSIGN, NORMAL_CDF, HARD, LEAKY -> false;
    };
  }

  /** The name, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return switch (kind) {
      case SIGMOID -> "sigmoid";
      case SOFTSIGN -> "softsign";
      case NORMAL_CDF -> "normal-cdf";
      case HARD -> "hard";
      case B_SILU -> "b-silu";
      case GUIDED -> "guided";
      case DECONV -> "deconv";
      case LEAKY ->
          "leaky:" + (slope == Math.rint(slope) ? Long.toString((long) slope) : "" + slope);
    };
  }
}

package curtain.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ticks of an axis: multiples of 1, 2 or 5 times a power of ten, or on a logarithmic axis
 * powers of ten.
 */
final class Ticks {
  private static final double SLACK = 1e-9;

  private Ticks() {}

  /**
   * The ticks within a range, at least one.
   *
   * @param most largest number of ticks, at least 2
   */
  static List<Tick> linear(double low, double high, int most) {
    double step = step(low, high, most);
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + SLACK));
    List<Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - SLACK); i * step <= high + SLACK * step; i++) {
      ticks.add(new Tick(i * step, number(i * step, decimals)));
    }
    return ticks;
  }

  /** The least step of 1, 2 or 5 times a power of ten that gives at most {@code most} ticks. */
  static double step(double low, double high, int most) {
    if (!(high > low) || most < 2) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no ticks from %s to %s, at most %d", low, high, most));
    }
    double power = Math.pow(10, Math.floor(Math.log10((high - low) / most)));
    for (double factor : new double[] {1, 2, 5, 10, 20, 50}) {
      double step = factor * power;
      double count = Math.floor(high / step + SLACK) - Math.ceil(low / step - SLACK) + 1;
      if (count <= most) {
        return step;
      }
    }
    throw new IllegalStateException("no step from " + low + " to " + high);
  }

  /**
   * The powers of ten within a range of positive numbers, every k-th of them where there are more
   * than {@code most}; in a range with fewer than two, 1, 2 and 5 times powers of ten.
   */
  static List<Tick> log(double low, double high, int most) {
    if (!(low > 0 && high > low) || most < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "no logarithmic ticks from %s to %s, at most %d", low, high, most));
    }
    int first = (int) Math.ceil(Math.log10(low) - SLACK);
    int last = (int) Math.floor(Math.log10(high) + SLACK);
    List<Tick> ticks = new ArrayList<>();
    if (last > first) {
      int every = (last - first + most) / most;
      for (int e = first; e <= last; e += every) {
        ticks.add(power(1, e));
      }
      return ticks;
    }
    for (int e = first - 1; e <= last; e++) {
      for (int factor : new int[] {1, 2, 5}) {
        Tick tick = power(factor, e);
        if (tick.value() >= low * (1 - SLACK) && tick.value() <= high * (1 + SLACK)) {
          ticks.add(tick);
        }
      }
    }
    return ticks.isEmpty() ? linear(low, high, most) : ticks;
  }

  private static Tick power(int factor, int exponent) {
    double value = factor * Math.pow(10, exponent);
    String label =
        exponent >= -3 && exponent <= 4
            ? number(value, Math.max(0, -exponent))
            : (factor + "e" + exponent).replace('-', '\u2212');
    return new Tick(value, label);
  }

  /** The number with so many decimals, commas between thousands, and U+2212 for minus. */
  static String number(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
    return (text.matches("-[0.]+") ? text.substring(1) : text).replace('-', '\u2212');
  }
}

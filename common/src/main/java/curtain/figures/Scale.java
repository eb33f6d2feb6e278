package curtain.figures;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The colours of numbers.
 *
 * @param title title of the colour bar, with the unit where there is one
 * @param low number at the bar's foot; smaller ones have its colour
 * @param high number at the bar's head; larger ones have its colour
 * @param diverging whether colours are those of {@link DivergingMap}, else of {@link SequentialMap}
 */
public record Scale(String title, double low, double high, boolean diverging) {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException where it is empty
   */
  public Scale {
    if (!(high > low) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException("no colours from " + low + " to " + high);
    }
  }

  /**
   * The scale of {@link SequentialMap} over the range of some numbers, rounded outwards to ticks.
   *
   * @param least least number; NaN where there is no number at all
   * @param largest largest number
   */
  public static Scale sequential(String title, double least, double largest) {
    if (Double.isNaN(least) || Double.isNaN(largest)) {
      return new Scale(title, 0, 1, false);
    }
    double room = largest > least ? 0 : Math.max(Math.abs(least), 1e-3) / 10;
    double step = Ticks.step(least - room, largest + room, 12);
    DoubleUnaryOperator down = x -> step * Math.floor(x / step + 1e-9);
    return new Scale(
        title, down.applyAsDouble(least - room), -down.applyAsDouble(-largest - room), false);
  }

  /** The same for those of some numbers that are finite. */
  public static Scale sequential(String title, DoubleStream values) {
    double[] finite = values.filter(Double::isFinite).sorted().toArray();
    return finite.length == 0
        ? sequential(title, Double.NaN, Double.NaN)
        : sequential(title, finite[0], finite[finite.length - 1]);
  }

  /** Colours of numbers at equal distances from low to high, as {@code #rrggbb}. */
  public List<String> colours(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> rgb(low + (high - low) * i / (count - 1)))
        .map(rgb -> String.format(Locale.ROOT, "#%06x", rgb))
        .toList();
  }

  /** The colour of a number as 0xRRGGBB. */
  int rgb(double value) {
    double t = (value - low) / (high - low);
    return diverging ? DivergingMap.rgb(2 * t - 1) : SequentialMap.rgb(t);
  }
}

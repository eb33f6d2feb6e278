package curtain.figures;

import java.util.function.DoubleUnaryOperator;

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

  /** The colour of a number as 0xRRGGBB. */
  int rgb(double value) {
    double t = (value - low) / (high - low);
    return diverging ? DivergingMap.rgb(2 * t - 1) : SequentialMap.rgb(t);
  }
}

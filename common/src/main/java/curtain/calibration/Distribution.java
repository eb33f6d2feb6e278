package curtain.calibration;

import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;

/**
 * Of pre-activations over images and positions: count, mean, spread and quantiles. Merges as its
 * parts do.
 */
public record Distribution(Moments moments, QuantileSketch sketch) {
  /** No number yet. */
  public static final Distribution NONE = new Distribution(Moments.NONE, QuantileSketch.NONE);

  /** Of the numbers of both. */
  public Distribution plus(Distribution other) {
    return new Distribution(moments.plus(other.moments), sketch.plus(other.sketch));
  }
}

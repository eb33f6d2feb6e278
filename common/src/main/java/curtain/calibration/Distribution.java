package curtain.calibration;

import curtain.statistics.Moments;
import curtain.statistics.QuantileSketch;

/**
 * The distribution of pre-activations over images and positions.
 *
 * @param moments count, mean and sum of squared deviations; merge without loss
 * @param sketch approximate quantiles
 */
public record Distribution(Moments moments, QuantileSketch sketch) {
  /** The distribution of no number. */
  public static final Distribution NONE = new Distribution(Moments.NONE, QuantileSketch.NONE);

  /** The distribution of the numbers of both. */
  public Distribution plus(Distribution other) {
    return new Distribution(moments.plus(other.moments), sketch.plus(other.sketch));
  }
}

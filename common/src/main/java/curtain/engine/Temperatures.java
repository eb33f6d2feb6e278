package curtain.engine;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * M temperatures T of gates and pools for every ReLU call: one for all its channels, or one for
 * each. A channel of a max-pool takes that of the ReLU channel that feeds it.
 */
public final class Temperatures implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double MOST = 1e6;

  private final int count;
  private final List<float[]> layers;

  /**
   * Different ones for each ReLU call.
   *
   * @param count M
   * @param layers for each ReLU call M by 1 or C values, (M, 1) or (M, C), row-major
   * @throws IllegalArgumentException if a temperature is not above 0 or not finite, or there is
   *     none
   */
  public Temperatures(int count, List<float[]> layers) {
    if (count < 1) {
      throw new IllegalArgumentException("--temperature names no temperature");
    }
    for (float[] layer : layers) {
      if (layer.length == 0 || layer.length % count != 0) {
        throw new IllegalArgumentException(
            layer.length + " temperatures of a layer are no multiple of " + count);
      }
      for (float t : layer) {
        if (!(t > 0 && Float.isFinite(t))) {
          throw new IllegalArgumentException("a temperature must be finite and above 0, not " + t);
        }
      }
    }
    this.count = count;
    this.layers = layers.stream().map(float[]::clone).toList();
  }

  /**
   * The same for all layers.
   *
   * @param temperatures M values above 0 and below 1e6
   * @param relus number of ReLU calls
   * @throws IllegalArgumentException if one is not, or there is none
   */
  public static Temperatures uniform(List<Double> temperatures, int relus) {
    if (temperatures.isEmpty() || !temperatures.stream().allMatch(t -> t > 0 && t < MOST)) {
      throw new IllegalArgumentException("--temperature must be above 0, not " + temperatures);
    }
    float[] values = new float[temperatures.size()];
    for (int m = 0; m < values.length; m++) {
      values[m] = temperatures.get(m).floatValue();
    }
    return new Temperatures(values.length, Collections.nCopies(relus, values));
  }

  /** M. */
  int count() {
    return count;
  }

  /** Number of ReLU calls. */
  int relus() {
    return layers.size();
  }

  /** Of a ReLU call, (M, 1) or (M, C), row-major. */
  float[] of(int relu) {
    return layers.get(relu).clone();
  }

  /** Whether a ReLU call has the temperatures of the one before. */
  boolean repeats(int relu) {
    return relu > 0 && Arrays.equals(layers.get(relu - 1), layers.get(relu));
  }
}

package curtain.pullback;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import curtain.compile.ProgramInfo.Layer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * M temperatures T of gates and pools, float32 in units of the pre-activations, for every ReLU
 * call: one for all its channels, or one for each channel. A channel of a max-pool takes that of
 * the ReLU channel that feeds it (spec 2).
 */
public final class Temperatures implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double MOST = 1e6;

  private final int count;
  private final List<float[]> layers;

  /**
   * Temperatures that differ between ReLU calls.
   *
   * @param count M
   * @param layers for each ReLU call M by 1 or C values, (M, 1) or (M, C), row-major
   * @throws IllegalArgumentException if a temperature is not above 0 or not finite, or there is
   *     none
   */
  public Temperatures(int count, List<float[]> layers) {
    if (count < 1) {
      throw new IllegalArgumentException("no temperature is given");
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
   * The same temperatures for all layers.
   *
   * @param temperatures M values above 0 and below 1e6
   * @param relus number of ReLU calls
   * @throws IllegalArgumentException if a value is out of range, or there is none
   */
  public static Temperatures uniform(List<Double> temperatures, int relus) {
    if (temperatures.isEmpty() || !temperatures.stream().allMatch(t -> t > 0 && t < MOST)) {
      throw new IllegalArgumentException(
          "temperatures must be above 0 and below 1e6, not " + temperatures);
    }
    float[] values = new float[temperatures.size()];
    for (int m = 0; m < values.length; m++) {
      values[m] = temperatures.get(m).floatValue();
    }
    return new Temperatures(values.length, Collections.nCopies(relus, values));
  }

  /** M, the number of temperatures. */
  public int count() {
    return count;
  }

  /**
   * The m-th temperature alone, for all ReLU calls.
   *
   * @throws IndexOutOfBoundsException where m is not from 0 to M - 1
   */
  public Temperatures only(int m) {
    Objects.checkIndex(m, count);
    List<float[]> own = new ArrayList<>();
    for (float[] layer : layers) {
      int width = layer.length / count;
      own.add(Arrays.copyOfRange(layer, m * width, (m + 1) * width));
    }
    return new Temperatures(1, own);
  }

  /**
   * The temperatures as programs take them: a float32 tensor (M, 1 or C, 1, 1) for each ReLU call;
   * consecutive calls with one and the same temperature share a tensor.
   *
   * @param manager owns the tensors, and decides the device
   * @param relus the program's ReLU calls
   * @throws IllegalArgumentException if the temperatures are of other layers
   */
  public List<PtNDArray> tensors(NDManager manager, List<Layer> relus) {
    if (layers.size() != relus.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "temperatures of %d layers for a network of %d",
              layers.size(),
              relus.size()));
    }
    List<PtNDArray> tensors = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      float[] values = layers.get(l);
      int width = values.length / count;
      int channels = relus.get(l).shape().get(0);
      if (width != 1 && width != channels) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%d temperatures for the %d channels of layer %d",
                width,
                channels,
                l));
      }
      boolean repeated = l > 0 && width == 1 && Arrays.equals(layers.get(l - 1), values);
      tensors.add(
          repeated
              ? tensors.get(l - 1)
              : (PtNDArray) manager.create(values, new Shape(count, width, 1, 1)));
    }
    return List.copyOf(tensors);
  }
}

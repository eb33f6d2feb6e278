package curtain.network;

import curtain.weights.Checkpoint;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Weights that nobody trained, for what does not depend on them: how long a pass takes, and how
 * much memory. Weights of convolutions and linear maps are drawn evenly, with the variance 2 /
 * fan-in of He et al. 2015, so that pre-activations keep their scale through the layers; BatchNorms
 * and biases are drawn about values that training leaves. The same seed gives the same numbers in
 * every Java.
 */
public final class RandomWeights {
  /** What errors call the weights, which come from no file. */
  private static final Path NAME = Path.of("random");

  private RandomWeights() {}

  /**
   * An architecture with random weights, of as many classes as its published weights have.
   *
   * @throws WeightsException if the architecture refuses its own weights, which is a fault of it
   */
  public static Network network(Architecture architecture, Normalisation normalisation, long seed)
      throws WeightsException {
    return architecture
        .find(
            Checkpoint.of(of(architecture, seed), NAME),
            normalisation,
            StateDictChoice.AUTOMATIC,
            note -> {})
        .network();
  }

  /** A state dict of an architecture, of as many classes as its published weights have. */
  public static StateDict of(Architecture architecture, long seed) {
    return of(architecture, architecture.wanted().standardClasses(), seed);
  }

  /** A state dict of an architecture, of so many classes. */
  public static StateDict of(Architecture architecture, int classes, long seed) {
    Wanted wanted = architecture.wanted();
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : wanted.names()) {
      int[] shape = shape(wanted.shape(name, classes));
      tensors.put(name, Tensor.of(shape, values(random, name, shape)));
    }
    return StateDict.of(tensors);
  }

  private static int[] shape(List<Integer> sizes) {
    return sizes.stream().mapToInt(n -> n).toArray();
  }

  private static float[] values(SplittableRandom random, String name, int[] shape) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    double middle = 0;
    double spread = 0.2;
    if (shape.length > 1) {
      // variance 2 / fan-in; uniform on [-s, s] has variance s^2 / 3
      spread = Math.sqrt(6.0 * shape[0] / size);
    } else if (name.endsWith("running_var")) {
      middle = 1;
      spread = 0.5;
    } else if (name.endsWith("weight")) {
      middle = 0.7;
      spread = 0.3;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (middle + spread * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}

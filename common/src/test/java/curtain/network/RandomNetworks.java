package curtain.network;

import curtain.weights.Checkpoint;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** State dicts and networks with seeded weights, for tests that need no file. */
public final class RandomNetworks {
  static final Path FILE = Path.of("random.pth");

  private RandomNetworks() {}

  /** The architecture with seeded weights, He-scaled, and plausible BatchNorms. */
  public static Network of(String architecture, long seed) throws WeightsException {
    return of(architecture, seed, Normalisation.IMAGENET);
  }

  /** The same behind another normalisation. */
  public static Network of(String architecture, long seed, Normalisation normalisation)
      throws WeightsException {
    return network(architecture, stateDict(architecture, seed), normalisation);
  }

  static Network network(String architecture, StateDict weights) throws WeightsException {
    return network(architecture, weights, Normalisation.IMAGENET);
  }

  private static Network network(
      String architecture, StateDict weights, Normalisation normalisation) throws WeightsException {
    return Architecture.of(architecture)
        .find(Checkpoint.of(weights, FILE), normalisation, StateDictChoice.AUTOMATIC, note -> {})
        .network();
  }

  /** The state dict of {@link #of}. */
  public static StateDict stateDict(String architecture, long seed) throws WeightsException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes(architecture)
        .forEach((name, shape) -> tensors.put(name, Tensor.of(shape, values(random, name, shape))));
    return StateDict.of(tensors);
  }

  /** Names and shapes of the entries. */
  static Map<String, int[]> shapes(String architecture) {
    Wanted wanted = Architecture.of(architecture).wanted();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (String name : wanted.names()) {
      shapes.put(
          name, wanted.shape(name, wanted.standardClasses()).stream().mapToInt(n -> n).toArray());
    }
    return shapes;
  }

  /** The error's text. */
  static String problems(String architecture, Map<String, Tensor> tensors) {
    try {
      network(architecture, StateDict.of(tensors));
      throw new AssertionError("the weights should be refused");
    } catch (WeightsException e) {
      return e.getMessage();
    }
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

package curtain.network;

import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** State dicts and networks with seeded weights, for tests that need no file. */
public final class RandomNetworks {
  static final Path FILE = Path.of("random.pth");
  private static final String BEFORE_LIST = " missing (";
  private static final Pattern COMMA = Pattern.compile(", ");
  private static final Pattern MISSHAPED =
      Pattern.compile("([\\w.]+) is \\[\\], not \\[([^]]*)\\]");

  private RandomNetworks() {}

  /** The architecture with seeded weights, He-scaled, and plausible BatchNorms. */
  public static Network of(String architecture, long seed) throws WeightsException {
    return of(architecture, seed, Normalisation.IMAGENET);
  }

  /** The same behind another normalisation. */
  public static Network of(String architecture, long seed, Normalisation normalisation)
      throws WeightsException {
    return Architecture.of(architecture)
        .network(stateDict(architecture, seed), FILE, normalisation);
  }

  static Network network(String architecture, StateDict weights) throws WeightsException {
    return Architecture.of(architecture).network(weights, FILE, Normalisation.IMAGENET);
  }

  static StateDict stateDict(String architecture, long seed) throws WeightsException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    shapes(architecture)
        .forEach((name, shape) -> tensors.put(name, Tensor.of(shape, values(random, name, shape))));
    return StateDict.of(tensors);
  }

  /** Names and shapes of the entries: what the two errors of wrong state dicts ask for. */
  static Map<String, int[]> shapes(String architecture) {
    Map<String, Tensor> scalars = new LinkedHashMap<>();
    String missing = problems(architecture, Map.of());
    int list = missing.indexOf(BEFORE_LIST) + BEFORE_LIST.length();
    for (String name : List.of(COMMA.split(missing.substring(list, missing.length() - 1)))) {
      scalars.put(name, Tensor.of(new int[0], new float[1]));
    }
    Map<String, int[]> shapes = new LinkedHashMap<>();
    MISSHAPED
        .matcher(problems(architecture, scalars))
        .results()
        .forEach(match -> shapes.put(match.group(1), shape(match)));
    return shapes;
  }

  private static int[] shape(MatchResult match) {
    return COMMA.splitAsStream(match.group(2)).mapToInt(Integer::parseInt).toArray();
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

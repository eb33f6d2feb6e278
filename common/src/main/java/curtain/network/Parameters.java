package curtain.network;

import curtain.weights.StateDict;
import curtain.weights.Tensor;
import curtain.weights.WeightsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entries of a state dict as an architecture asks for them. What is missing, misshaped or left
 * over is collected, so that one error names all of it.
 */
final class Parameters {
  private static final float[] NONE = {};

  private final String architecture;
  private final Path file;
  private final Map<String, Tensor> tensors;
  private final Set<String> used = new HashSet<>();
  private final List<String> missing = new ArrayList<>();
  private final List<String> misshaped = new ArrayList<>();

  Parameters(String architecture, StateDict weights, Path file) {
    this.architecture = architecture;
    this.file = file;
    this.tensors = weights.tensors();
  }

  /** Values of the entry, row-major; an empty array where the entry is missing or misshaped. */
  float[] get(String name, int... shape) {
    used.add(name);
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      missing.add(name);
      return NONE;
    }
    if (!Arrays.equals(tensor.shape(), shape)) {
      misshaped.add(
          name + " is " + Arrays.toString(tensor.shape()) + ", not " + Arrays.toString(shape));
      return NONE;
    }
    return tensor.values();
  }

  /** Length of the entry's first axis, or {@code otherwise} if there is no such entry, or none. */
  int rows(String name, int otherwise) {
    Tensor tensor = tensors.get(name);
    boolean none = tensor == null || tensor.shape().length == 0 || tensor.shape()[0] == 0;
    return none ? otherwise : tensor.shape()[0];
  }

  /** Notes an entry that may be present and is not needed. */
  void ignore(String name) {
    used.add(name);
  }

  /**
   * Checks that the state dict had every entry asked for, in its shape, and no other.
   *
   * @throws WeightsException which lists every missing, misshaped and unexpected entry
   */
  void verify() throws WeightsException {
    List<String> unexpected = tensors.keySet().stream().filter(n -> !used.contains(n)).toList();
    List<String> problems = new ArrayList<>();
    report(problems, "missing", missing);
    report(problems, "misshaped", misshaped);
    report(problems, "unexpected", unexpected);
    if (!problems.isEmpty()) {
      throw new WeightsException(
          file,
          "the weights are not those of " + architecture + ": " + String.join("; ", problems));
    }
  }

  private static void report(List<String> problems, String what, List<String> entries) {
    if (!entries.isEmpty()) {
      problems.add(entries.size() + " " + what + " (" + String.join(", ", entries) + ")");
    }
  }
}

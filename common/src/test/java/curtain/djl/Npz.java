package curtain.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** The arrays of a predictor's output, as DJL reads them, in the order of the file. */
@SuppressWarnings("ArrayRecordComponent") // compared by sameBits only
record Npz(
    List<String> names,
    float[] logits,
    long[] targets,
    float[] probabilities,
    double[] temperatures,
    float[] pullbacks,
    Shape shape) {

  static Npz of(byte[] bytes) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList list = NDList.decode(manager, bytes);
      return new Npz(
          list.stream().map(NDArray::getName).toList(),
          list.get("logits").toFloatArray(),
          list.get("targets").toLongArray(),
          list.get("probabilities").toFloatArray(),
          list.get("temperatures").toDoubleArray(),
          list.get("pullbacks").toFloatArray(),
          list.get("pullbacks").getShape());
    }
  }

  /** The pullback of temperature m and target k, by their positions. */
  float[] pullback(int m, int k) {
    int pixels = (int) (3 * shape.get(3) * shape.get(4));
    int start = (m * targets.length + k) * pixels;
    return Arrays.copyOfRange(pullbacks, start, start + pixels);
  }

  /** Whether all values have equal bits. */
  boolean sameBits(Npz other) {
    return names.equals(other.names)
        && Arrays.equals(logits, other.logits)
        && Arrays.equals(targets, other.targets)
        && Arrays.equals(probabilities, other.probabilities)
        && Arrays.equals(temperatures, other.temperatures)
        && Arrays.equals(pullbacks, other.pullbacks)
        && shape.equals(other.shape);
  }
}

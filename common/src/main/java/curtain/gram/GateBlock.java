package curtain.gram;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.Arrays;
import java.util.List;

/**
 * The gates of some images, and what else their inner products need, on a device.
 *
 * @param manager owns all arrays
 * @param size number of images, n
 * @param gates for each layer (n, d'), d' the number of gates filled up with zeros to a multiple of
 *     64; int8 or float32, see {@link GramOptions#numbers} and {@link IntegerProducts}
 * @param norms sums of squares of each layer's gates in these numbers, float64 (L, n)
 * @param pixels 8-bit pixels less 128, filled up in the same way, (n, P')
 * @param logits float32 (n, C)
 * @param features penultimate, float32 (n, F)
 */
public record GateBlock(
    NDManager manager,
    int size,
    List<PtNDArray> gates,
    PtNDArray norms,
    PtNDArray pixels,
    PtNDArray logits,
    PtNDArray features)
    implements AutoCloseable {

  /** Keeps an unmodifiable list. */
  public GateBlock {
    gates = List.copyOf(gates);
  }

  /** The logits, copied to Java, (n, C). */
  public float[][] logitRows() {
    return rows(logits);
  }

  /** The penultimate features, copied to Java, (n, F). */
  public float[][] featureRows() {
    return rows(features);
  }

  private float[][] rows(PtNDArray array) {
    float[][] rows = new float[size][];
    float[] all = array.toFloatArray();
    int width = all.length / size;
    for (int i = 0; i < size; i++) {
      rows[i] = Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return rows;
  }

  @Override
  public void close() {
    manager.close();
  }
}

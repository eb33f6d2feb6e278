package curtain.gram;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.Arrays;
import java.util.List;

/**
 * Some images' gates and what else their inner products need, on a device.
 *
 * @param manager owns all arrays
 * @param size number of images, n
 * @param gates for each layer (n, d'), d' the number of gates filled up to a multiple of 64
 * @param norms sums of squares of the gates as they are kept, float64 (L, n)
 * @param pixels p - 128 of the 8-bit pixels, likewise filled up, (n, P')
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

  /** Logits by image, (n, C). */
  public float[][] logitRows() {
    return rows(logits);
  }

  /** Penultimate features by image, (n, F). */
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

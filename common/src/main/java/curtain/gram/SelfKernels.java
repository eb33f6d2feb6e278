package curtain.gram;

/**
 * The kernels of n images with themselves; inner products have the constant coordinate's +1 where
 * the options say so.
 *
 * @param logKernel log K(x, x) of the product kernel, (n); -Infinity where it is 0
 * @param layerSum number of layers with a factor above 0, (n)
 * @param pixel inner products of the inputs with themselves, (n)
 * @param feature inner products of the penultimate features with themselves, (n)
 * @param layers inner products of each layer's gates with themselves, (L, n)
 */
@SuppressWarnings("ArrayRecordComponent")
public record SelfKernels(
    double[] logKernel, double[] layerSum, double[] pixel, double[] feature, double[][] layers) {

  /** Zeros for {@code images} images and {@code layers} layers. */
  static SelfKernels of(int images, int layers) {
    return new SelfKernels(
        new double[images],
        new double[images],
        new double[images],
        new double[images],
        new double[layers][images]);
  }

  /** Copies another's images to the place {@code at} among these. */
  void place(SelfKernels part, int at) {
    int n = part.pixel.length;
    System.arraycopy(part.logKernel, 0, logKernel, at, n);
    System.arraycopy(part.layerSum, 0, layerSum, at, n);
    System.arraycopy(part.pixel, 0, pixel, at, n);
    System.arraycopy(part.feature, 0, feature, at, n);
    for (int l = 0; l < layers.length; l++) {
      System.arraycopy(part.layers[l], 0, layers[l], at, n);
    }
  }
}

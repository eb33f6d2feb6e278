package curtain.gram;

/**
 * Kernels of images with themselves, by image.
 *
 * @param logKernel log K(x, x) of the product kernel
 * @param layerSum number of layers with a factor above 0
 * @param pixel inner product of the input with itself, with its constant coordinate
 * @param feature the same of the penultimate feature
 * @param layers the same of each layer's gates, (L, n)
 */
@SuppressWarnings("ArrayRecordComponent")
public record SelfKernels(
    double[] logKernel, double[] layerSum, double[] pixel, double[] feature, double[][] layers) {

  /** Room for so many images. */
  static SelfKernels of(int images, int layers) {
    return new SelfKernels(
        new double[images],
        new double[images],
        new double[images],
        new double[images],
        new double[layers][images]);
  }

  /** Puts another's images to their place among these. */
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

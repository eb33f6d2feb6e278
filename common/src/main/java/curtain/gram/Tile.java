package curtain.gram;

/**
 * A block of Gram matrices, row-major (rows, cols); inner products have the constant coordinate's
 * +1 where the options say so.
 *
 * @param logKernel log |K| of the product kernel; -Infinity where K is 0
 * @param sign sign of K: -1, 0 or 1
 * @param layerSum sum over layers of the normalised factors k_l
 * @param pixel inner products of the inputs
 * @param feature inner products of the penultimate features
 * @param layers inner products of each layer's gates, (L, rows cols), or no layer where they were
 *     not asked for
 * @param columns kernels of the columns' images with themselves
 */
@SuppressWarnings("ArrayRecordComponent")
public record Tile(
    int rows,
    int cols,
    double[] logKernel,
    byte[] sign,
    double[] layerSum,
    double[] pixel,
    double[] feature,
    double[][] layers,
    SelfKernels columns) {

  /**
   * A tile of zeros.
   *
   * @param layers number of layers whose inner products are kept, L or 0
   * @param all L, the number of layers
   */
  static Tile of(int rows, int cols, int layers, int all) {
    int size = Math.multiplyExact(rows, cols);
    return new Tile(
        rows,
        cols,
        new double[size],
        new byte[size],
        new double[size],
        new double[size],
        new double[size],
        new double[layers][size],
        SelfKernels.of(cols, all));
  }

  /**
   * Makes a tile of the matrix's diagonal symmetric to the last bit, whatever the order of
   * additions was: copies the values above the diagonal below it, and puts the images' kernels with
   * themselves on it.
   */
  void mirror(SelfKernels own) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < i; j++) {
        int to = i * cols + j;
        int from = j * cols + i;
        logKernel[to] = logKernel[from];
        sign[to] = sign[from];
        layerSum[to] = layerSum[from];
        pixel[to] = pixel[from];
        feature[to] = feature[from];
        for (double[] layer : layers) {
          layer[to] = layer[from];
        }
      }
      int at = i * cols + i;
      logKernel[at] = own.logKernel()[i];
      layerSum[at] = own.layerSum()[i];
      pixel[at] = own.pixel()[i];
      feature[at] = own.feature()[i];
      for (int l = 0; l < layers.length; l++) {
        layers[l][at] = own.layers()[l][i];
      }
    }
  }
}

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
public record Own(
    double[] logKernel, double[] layerSum, double[] pixel, double[] feature, double[][] layers) {}

package curtain.network;

/**
 * What a node of a {@link Network} computes. Arrays are not copied and not to be changed.
 *
 * <p>Activations are (N, C, H, W), behind {@link Flatten} and {@link GlobalAveragePool} (N, F); N
 * is not part of a node's shape.
 */
@SuppressWarnings("ArrayRecordComponent") // weights of hundreds of megabytes, compared by identity
public sealed interface Operation {

  /** The image, x in [-1, 1], (3, H, W). */
  record Input() implements Operation {}

  /**
   * Per channel scale[c] x + shift[c]: the normalisation of the image, or a BatchNorm in inference
   * mode. In double precision, so that folding it into a convolution rounds once.
   */
  record Affine(double[] scale, double[] shift) implements Operation {}

  /**
   * Two-dimensional convolution, square kernel, zero padding, no groups and no dilation.
   *
   * @param weight (O, I, k, k) row-major, as the state dict holds it
   * @param scale factor of every output channel that a folded BatchNorm left, (O)
   * @param bias (O)
   */
  record Convolution(
      float[] weight,
      double[] scale,
      double[] bias,
      int inputs,
      int outputs,
      int kernel,
      int stride,
      int padding)
      implements Operation {

    /** Weight of a tap, with the factor of its output channel. */
    public double at(int output, int input, int row, int column) {
      return weight[((output * inputs + input) * kernel + row) * kernel + column] * scale[output];
    }
  }

  /** Linear map, weight (outputs, inputs) row-major, bias (outputs). */
  record Linear(float[] weight, float[] bias, int inputs, int outputs) implements Operation {}

  /**
   * One call of a ReLU.
   *
   * @param name path of its module, with {@code #k} where the module is called more than once
   * @param functional whether PyTorch's network calls a function here and not a module: the
   *     authors' code leaves such calls alone
   */
  record Relu(String name, boolean functional) implements Operation {}

  /** Max-pool with a square window. */
  record MaxPool(String name, int kernel, int stride, int padding, boolean ceilMode)
      implements Operation {

    /** How far the last of so many windows reaches beyond an input and its padding (ceil mode). */
    public int overhang(int outputs, int inputs) {
      return Math.max(0, (outputs - 1) * stride + kernel - inputs - 2 * padding);
    }
  }

  /** Average pool whose square windows tile the input: stride = kernel, no padding. */
  record AveragePool(int kernel) implements Operation {}

  /** Mean over all positions, (C, H, W) to (C). */
  record GlobalAveragePool() implements Operation {}

  /** (C, H, W) to (C H W), row-major. */
  record Flatten() implements Operation {}

  /** Sum of two inputs. */
  record Add() implements Operation {}

  /** Concatenation of the inputs' channels. */
  record Concat() implements Operation {}

  /**
   * The shortcut of He et al. 2015, option A: every second row and column, and {@code padding} zero
   * channels before and behind.
   */
  record Subsample(int padding) implements Operation {}
}

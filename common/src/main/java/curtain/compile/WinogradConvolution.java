package curtain.compile;

import curtain.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A convolution 3 x 3 of stride 1 and padding 1 by Winograd's minimal filtering F(m, 3) along the
 * height [Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016]: m rows of the
 * result y from m + 2 rows d of the input by m + 2 products with the taps g, in place of 3 m,
 *
 * <p>y = A' [(G g) * (B' d)], each product being a convolution 1 x 3 along the width.
 *
 * <p>Here are the combinations of taps G g, computed once; those of rows are the methods {@code
 * _winograd_2} and {@code _winograd_4} of the program. One axis only: that rounds no worse than the
 * longer sums that it replaces, and reads and writes less than both axes would.
 *
 * <p>An archive holds these beside the plain weights, which GPUs use: for each such convolution and
 * its transposed map 4/3 (m = 2) or twice (m = 4) as many numbers. On a CPU the plain ones are
 * released.
 *
 * @param rows m, 2 or 4
 */
record WinogradConvolution(int rows) {
  /**
   * G for the points 0, 1, -1 and infinity. The sign of the first row is that of {@code
   * _winograd_2}.
   */
  private static final double[][] TWO = {
    {-1, 0, 0}, {1 / 2.0, 1 / 2.0, 1 / 2.0}, {1 / 2.0, -1 / 2.0, 1 / 2.0}, {0, 0, 1}
  };

  /**
   * G for the points 0, 1, -1, 2, -2 and infinity. The sign of the last row is that of {@code
   * _winograd_4}.
   */
  private static final double[][] FOUR = {
    {1 / 4.0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 1 / 12.0, 1 / 6.0},
    {1 / 24.0, -1 / 12.0, 1 / 6.0},
    {0, 0, -1}
  };

  /**
   * Fewest rows of an input for which this pays: with fewer, the many small steps cost more than
   * they save.
   */
  private static final int FEW_ROWS = 14;

  /** Fewest multiplications saved for each number combined: with fewer, combining costs more. */
  private static final int LITTLE_SAVED = 100;

  /**
   * The form of a convolution, and of its transposed map, on an input of this height; empty where
   * it is not 3 x 3, where rows would be left over, or where it would not be faster.
   */
  static Optional<WinogradConvolution> of(Convolution c, int height) {
    if (c.kernel() != 3 || c.stride() != 1 || c.padding() != 1 || height < FEW_ROWS) {
      return Optional.empty();
    }
    int rows = height % 4 == 0 ? 4 : 2;
    double multiplications = 9 - 3.0 * (rows + 2) / rows;
    double saved = multiplications * c.inputs() * c.outputs() / (c.inputs() + c.outputs());
    return height % rows == 0 && saved >= LITTLE_SAVED
        ? Optional.of(new WinogradConvolution(rows))
        : Optional.empty();
  }

  /** G g for the weights of this name (O, I, 3, 3): m + 2 kernels (O, I, 1, 3). */
  List<Constant> constants(String weights, int outputs, int inputs, Constant.Taps taps) {
    return IntStream.range(0, rows + 2)
        .mapToObj(
            k -> {
              double[] g = (rows == 2 ? TWO : FOUR)[k];
              return Constant.kernel(
                  name(weights, k),
                  outputs,
                  inputs,
                  1,
                  3,
                  (output, input, row, column) ->
                      g[0] * taps.at(output, input, 0, column)
                          + g[1] * taps.at(output, input, 1, column)
                          + g[2] * taps.at(output, input, 2, column));
            })
        .toList();
  }

  /**
   * Expression of the convolution.
   *
   * @param weights name of the plain ones, which GPUs use
   * @param bias variable, or null for none
   * @param shape (C, H, W) of the input
   */
  String call(Method method, String from, String weights, String bias, List<Integer> shape) {
    List<Integer> part = List.of(shape.get(0), shape.get(1) / rows, shape.get(2));
    List<String> combined = new ArrayList<>();
    for (int k = 0; k < rows + 2; k++) {
      combined.add(method.weight(name(weights, k), 1, 0, 1, part));
    }
    return String.format(
        Locale.ROOT,
        "self._winograd_%d(%s, %s, [%s], %s)",
        rows,
        from,
        method.gpuConstant(weights),
        String.join(", ", combined),
        bias == null ? "None" : bias);
  }

  private static String name(String weights, int k) {
    return weights + "_winograd_" + k;
  }
}

package curtain.compile;

import curtain.network.Operation.Convolution;
import java.util.Optional;

/**
 * A convolution 3 x 3 of stride 1 and padding 1 by Winograd's minimal filtering F(m, 3) along the
 * height [Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016]: m rows of the
 * result y from m + 2 rows d of the input by m + 2 products with the taps g, in place of 3 m,
 *
 * <p>y = A' [(G g) * (B' d)], each product being a convolution 1 x 3 along the width.
 *
 * <p>Here are the combinations of taps G g, computed once; those of rows are the methods {@code
 * _winograd_2} and {@code _winograd_4} of the program. One axis only: it rounds little worse than
 * the sums that it replaces, and reads and writes less than both axes would.
 *
 * @param rows m, 2 or 4
 */
record WinogradConvolution(int rows) {
  /** For the points 0, 1, -1 and infinity; the first with the sign that the rows have. */
  private static final double[][] TWO = {
    {-1, 0, 0}, {1 / 2.0, 1 / 2.0, 1 / 2.0}, {1 / 2.0, -1 / 2.0, 1 / 2.0}, {0, 0, 1}
  };

  /** For the points 0, 1, -1, 2, -2 and infinity; the last with the sign that the rows have. */
  private static final double[][] FOUR = {
    {1 / 4.0, 0, 0},
    {-1 / 6.0, -1 / 6.0, -1 / 6.0},
    {-1 / 6.0, 1 / 6.0, -1 / 6.0},
    {1 / 24.0, 1 / 12.0, 1 / 6.0},
    {1 / 24.0, -1 / 12.0, 1 / 6.0},
    {0, 0, -1}
  };

  /** Below so many rows a batch is too small for what so many small steps cost. */
  private static final int FEW_ROWS = 14;

  /** Multiplications saved for each number combined, below which combining costs more. */
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

  /** G g for the weights of this name (O, I, 3, 3): one behind another, ((m + 2) O, I, 1, 3). */
  Constant constant(String weights, int outputs, int inputs, Constant.Taps taps) {
    double[][] combinations = rows == 2 ? TWO : FOUR;
    return Constant.kernel(
        name(weights),
        combinations.length * outputs,
        inputs,
        1,
        3,
        (part, input, row, column) -> {
          double[] of = combinations[part / outputs];
          int output = part % outputs;
          return of[0] * taps.at(output, input, 0, column)
              + of[1] * taps.at(output, input, 1, column)
              + of[2] * taps.at(output, input, 2, column);
        });
  }

  /**
   * Expression of the convolution.
   *
   * @param bias variable, or null for none
   */
  String call(Method method, String from, String weights, String bias) {
    return String.format(
        "self._winograd_%d(%s, %s, %s, %s)",
        rows,
        from,
        method.constant(weights),
        method.constant(name(weights)),
        bias == null ? "None" : bias);
  }

  private static String name(String weights) {
    return weights + "_winograd";
  }
}

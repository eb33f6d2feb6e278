package curtain.compile;

import curtain.network.Operation.Convolution;

/**
 * The transposed map of a convolution, which takes gradients (B, O, h, w) to gradients (B, I, H,
 * W), as an ordinary convolution whose weights are prepared once.
 *
 * <p>With forward y[q] = sum_a W[a] x[s q + a - p] the transposed map is x'[r] = sum_a W[a] y'[(r +
 * p - a)/s] over the taps a that make the index whole. Writing r = s R + f, phase f sees the taps a
 * = (f + p) mod s + s b at positions R + floor((f + p)/s) - b. So all s x s phases together are one
 * convolution of stride 1 with s x s times the channels, followed by a pixel shuffle; for s = 1 it
 * is the convolution with flipped and transposed weights. A 1 x 1 kernel with a stride has one
 * phase that is not zero, and is spread over zeros instead.
 */
final class TransposedConvolution {
  private final Convolution convolution;
  private final int height;
  private final int width;
  private final int phases;
  private final int lowest;
  private final int span;

  /** The transposed map of a convolution whose input is height x width. */
  TransposedConvolution(Convolution convolution, int height, int width) {
    this.convolution = convolution;
    this.height = height;
    this.width = width;
    this.phases = convolution.kernel() == 1 ? 1 : convolution.stride();
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (int tap = 0; tap < convolution.kernel(); tap++) {
      for (int phase = 0; phase < phases; phase++) {
        if (reaches(phase, tap)) {
          low = Math.min(low, offset(phase, tap));
          high = Math.max(high, offset(phase, tap));
        }
      }
    }
    this.lowest = low;
    this.span = high - low + 1;
  }

  private boolean reaches(int phase, int tap) {
    return (phase + convolution.padding() - tap) % phases == 0;
  }

  /** Where a tap of this phase reads the gradient, relative to R. */
  private int offset(int phase, int tap) {
    return Math.floorDiv(phase + convolution.padding() - tap, phases);
  }

  /** The tap of this phase at a position of the prepared kernel, or -1. */
  private int tap(int phase, int position) {
    int tap = phase + convolution.padding() - phases * (position + lowest);
    return tap >= 0 && tap < convolution.kernel() ? tap : -1;
  }

  /** The prepared weights, (I phases^2, O, span, span). */
  Constant weights(String name) {
    Convolution c = convolution;
    int channels = c.inputs() * phases * phases;
    return Constant.kernel(
        name,
        channels,
        c.outputs(),
        span,
        span,
        (channel, output, row, column) -> {
          int phase = channel % (phases * phases);
          int a = tap(phase / phases, row);
          int b = tap(phase % phases, column);
          if (a < 0 || b < 0) {
            return 0;
          }
          return c.at(output, channel / (phases * phases), a, b);
        });
  }

  /** Adds the statements that compute {@code to} from the gradient {@code from}. */
  void emit(Method method, String to, String from, String weights) {
    int stride = convolution.stride();
    if (convolution.kernel() == 1 && stride > 1) {
      method.line("%s = torch.conv2d(%s, %s)", to, from, weights);
      method.line("%s = self._spread(%s, %d, %d, %d)", to, to, stride, height, width);
      return;
    }
    // symmetric padding that reaches what every output needs; surplus outputs are cut off
    int before = -lowest;
    int size = outputSize(height);
    int other = outputSize(width);
    int needed = Math.max(behind(height, size), behind(width, other));
    int padding = Math.max(0, Math.max(before, needed));
    method.line(
        "%s = torch.conv2d(%s, %s, None, [1, 1], [%d, %d])", to, from, weights, padding, padding);
    int first = padding - before;
    if (phases > 1) {
      int rows = (height + phases - 1) / phases;
      int columns = (width + phases - 1) / phases;
      method.line(
          "%s = %s[:, :, %d:%d, %d:%d]", to, to, first, first + rows, first, first + columns);
      method.line("%s = torch.pixel_shuffle(%s, %d)", to, to, phases);
      if (rows * phases != height || columns * phases != width) {
        method.line("%s = %s[:, :, 0:%d, 0:%d]", to, to, height, width);
      }
    } else if (first != 0 || size + 2 * padding - span + 1 != height) {
      method.line(
          "%s = %s[:, :, %d:%d, %d:%d]", to, to, first, first + height, first, first + width);
    }
  }

  private int outputSize(int input) {
    return (input + 2 * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
  }

  /** Padding behind the gradient that the last output's last tap reads. */
  private int behind(int input, int gradient) {
    int last = (input + phases - 1) / phases - 1;
    return last + lowest + span - 1 - (gradient - 1);
  }
}

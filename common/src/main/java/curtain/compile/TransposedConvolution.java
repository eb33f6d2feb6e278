package curtain.compile;

import curtain.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The transposed map of a convolution, which takes gradients (B, O, h, w) to gradients (B, I, H,
 * W), as ordinary convolutions of stride 1 whose weights are prepared once.
 *
 * <p>With forward y[q] = sum_a W[a] x[s q + a - p] the transposed map is x'[r] = sum_a W[a] y'[(r +
 * p - a)/s] over the taps a that make the index whole. For r = s R + f, phase f sees the taps a =
 * (f + p) mod s + s b at the positions R + floor((f + p)/s) - b. For s = 1 there is one phase: the
 * convolution with flipped and transposed weights. For s &gt; 1 each pair of phases is a small
 * convolution of its own, written to every s-th row and column; where there are few channels (the
 * image's three) one convolution computes all phases as channels, and a pixel shuffle spreads them.
 */
final class TransposedConvolution {
  /** Below so many channels the phases share a convolution: a vector register's worth. */
  private static final int FEW_CHANNELS = 16;

  private final Convolution convolution;
  private final String name;
  private final int height;
  private final int width;

  /**
   * The transposed map of a convolution.
   *
   * @param name prefix of its constants
   * @param height of the convolution's input
   * @param width of the convolution's input
   */
  TransposedConvolution(Convolution convolution, String name, int height, int width) {
    this.convolution = convolution;
    this.name = name;
    this.height = height;
    this.width = width;
  }

  /**
   * Whether it reaches only every {@link Convolution#stride}-th row and column: a 1 x 1 kernel with
   * a stride. {@link #emit} then computes those alone, (B, I, h, w).
   */
  boolean sparse() {
    return convolution.kernel() == 1 && convolution.stride() > 1;
  }

  private boolean shuffled() {
    return convolution.stride() > 1 && convolution.inputs() < FEW_CHANNELS;
  }

  private Optional<WinogradConvolution> winograd() {
    return WinogradConvolution.of(convolution, height);
  }

  /** Tap of the convolution that is the transposed map of one of stride 1. */
  private double flipped(int output, int input, int row, int column) {
    int last = convolution.kernel() - 1;
    return convolution.at(input, output, last - row, last - column);
  }

  /** The prepared weights. */
  List<Constant> constants() {
    int stride = convolution.stride();
    if (sparse() || stride == 1) {
      List<Constant> constants = new ArrayList<>();
      constants.add(weights(name, new Span(0, 0, 1), new Span(0, 0, 1), 1));
      winograd()
          .map(
              winograd ->
                  winograd.constants(
                      name, convolution.inputs(), convolution.outputs(), this::flipped))
          .ifPresent(constants::addAll);
      return constants;
    }
    if (shuffled()) {
      Span all = new Span(0, stride - 1, stride);
      return List.of(weights(name, all, all, stride));
    }
    List<Constant> constants = new ArrayList<>();
    for (int row = 0; row < stride; row++) {
      for (int column = 0; column < stride; column++) {
        Span rows = new Span(row, row, stride);
        Span columns = new Span(column, column, stride);
        constants.add(weights(name + "_" + row + "_" + column, rows, columns, 1));
      }
    }
    return constants;
  }

  /** Weights (I phases^2, O, rows, columns) of the phases of two spans. */
  private Constant weights(String constant, Span rows, Span columns, int phases) {
    Convolution c = convolution;
    return Constant.kernel(
        constant,
        c.inputs() * phases * phases,
        c.outputs(),
        rows.size(),
        columns.size(),
        (channel, output, row, column) -> {
          int phase = channel % (phases * phases);
          int a = rows.tap(rows.first + phase / phases, row);
          int b = columns.tap(columns.first + phase % phases, column);
          return a < 0 || b < 0 ? 0 : c.at(output, channel / (phases * phases), a, b);
        });
  }

  /** Adds the statements that compute {@code to} from the gradient {@code from}. */
  void emit(Method method, String to, String from) {
    int stride = convolution.stride();
    if (sparse()) {
      method.line("%s = %s", to, method.convolve(from, name, null, 1, 0, 0, gradientShape()));
    } else if (stride == 1) {
      Span span = new Span(0, 0, 1);
      String result =
          winograd()
              .filter(pays -> !method.isForGpu())
              .map(winograd -> winograd.call(method, from, name, null, gradientShape()))
              .orElseGet(() -> convolved(method, name, from, span, span));
      method.line("%s = %s", to, result);
    } else if (shuffled()) {
      Span all = new Span(0, stride - 1, stride);
      method.line("%s = %s", to, convolved(method, name, from, all, all));
      method.line("%s = torch.pixel_shuffle(%s, %d)", to, to, stride);
      if (height % stride != 0 || width % stride != 0) {
        method.line("%s = %s[:, :, 0:%d, 0:%d]", to, to, height, width);
      }
    } else {
      method.line(
          "%s = torch.new_empty(%s, [torch.size(%s, 0), %d, %d, %d])",
          to, from, from, height, width, convolution.inputs());
      method.line("%s = torch.permute(%s, [0, 3, 1, 2])", to, to);
      for (int row = 0; row < stride; row++) {
        for (int column = 0; column < stride; column++) {
          String part =
              convolved(
                  method,
                  name + "_" + row + "_" + column,
                  from,
                  new Span(row, row, stride),
                  new Span(column, column, stride));
          method.line(
              "torch.copy_(%s[:, :, %d::%d, %d::%d], %s)", to, row, stride, column, stride, part);
        }
      }
    }
  }

  /** Expression of a stride-1 convolution with symmetric padding, surplus outputs cut off. */
  private String convolved(Method method, String constant, String from, Span rows, Span columns) {
    int gradientHeight = outputSize(height);
    int gradientWidth = outputSize(width);
    int rowCount = rows.count(height);
    int columnCount = columns.count(width);
    int rowPadding = rows.padding(rowCount, gradientHeight);
    int columnPadding = columns.padding(columnCount, gradientWidth);
    String result =
        method.convolve(from, constant, null, 1, rowPadding, columnPadding, gradientShape());
    int row = rowPadding + rows.lowest();
    int column = columnPadding + columns.lowest();
    boolean whole =
        row == 0
            && column == 0
            && gradientHeight + 2 * rowPadding - rows.size() + 1 == rowCount
            && gradientWidth + 2 * columnPadding - columns.size() + 1 == columnCount;
    return whole
        ? result
        : String.format(
            Locale.ROOT,
            "%s[:, :, %d:%d, %d:%d]",
            result,
            row,
            row + rowCount,
            column,
            column + columnCount);
  }

  private List<Integer> gradientShape() {
    return List.of(convolution.outputs(), outputSize(height), outputSize(width));
  }

  private int outputSize(int input) {
    return (input + 2 * convolution.padding() - convolution.kernel()) / convolution.stride() + 1;
  }

  /** Along one axis, the taps that phases {@code first} to {@code last} of {@code phases} see. */
  private final class Span {
    private final int first;
    private final int phases;
    private final int low;
    private final int high;

    Span(int first, int last, int phases) {
      this.first = first;
      this.phases = phases;
      int lowest = Integer.MAX_VALUE;
      int highest = Integer.MIN_VALUE;
      for (int phase = first; phase <= last; phase++) {
        for (int tap = 0; tap < convolution.kernel(); tap++) {
          if (Math.floorMod(phase + convolution.padding() - tap, phases) == 0) {
            int offset = Math.floorDiv(phase + convolution.padding() - tap, phases);
            lowest = Math.min(lowest, offset);
            highest = Math.max(highest, offset);
          }
        }
      }
      this.low = lowest;
      this.high = highest;
    }

    /** Number of positions that the prepared kernel has. */
    int size() {
      return high - low + 1;
    }

    /** Where the first of them reads the gradient, relative to R. */
    int lowest() {
      return low;
    }

    /** The tap of this phase at a position of the prepared kernel, or -1. */
    int tap(int phase, int position) {
      int tap = phase + convolution.padding() - phases * (position + low);
      return tap >= 0 && tap < convolution.kernel() ? tap : -1;
    }

    /** Number of outputs R. */
    int count(int input) {
      return (input - first + phases - 1) / phases;
    }

    /** Padding on both sides that reaches whatever an output reads of the gradient. */
    int padding(int outputs, int gradient) {
      return Math.max(0, Math.max(-low, outputs - 1 + high - (gradient - 1)));
    }
  }
}

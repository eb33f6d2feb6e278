package curtain.network;

import java.util.List;

/**
 * What a node of a {@link Network} computes. Arrays are not copied and not to be changed.
 *
 * <p>Activations are (N, C, H, W), behind {@link Flatten} and {@link GlobalAveragePool} (N, F); N
 * is not part of a node's shape.
 *
 * <p>Whoever goes over operations does so by a {@link Visitor}, so that the compiler finds every
 * place that a new one is missing in. To add an operation:
 *
 * <ol>
 *   <li>a record here, with its {@link #shape}, and a method of {@link Visitor};
 *   <li>what the compiler now asks for: above all an {@code OperationText} in {@code
 *       curtain.compile}, which writes it into every kind of program;
 *   <li>a method of {@code GraphBuilder}, and in the tests one of {@code Graphs}; its rules are
 *       tested in {@code BackwardRulesTest} and {@code PathProgramTest}.
 * </ol>
 */
@SuppressWarnings("ArrayRecordComponent") // weights of hundreds of megabytes, compared by identity
public sealed interface Operation {

  /** Calls the visitor's method for this operation. */
  <T> T accept(Visitor<T> visitor);

  /**
   * The shape of one image's result, whatever the weights are.
   *
   * @param inputs shapes of what it reads, in order
   * @throws IllegalArgumentException if it reads another number of inputs, or others: says which
   */
  List<Integer> shape(List<List<Integer>> inputs);

  /** Whether its arrays have as many numbers as its sizes say. */
  boolean whole();

  /**
   * One method for every operation.
   *
   * @param <T> type of the results
   */
  interface Visitor<T> {
    /** For {@link Input}. */
    T input(Input input);

    /** For {@link Affine}. */
    T affine(Affine affine);

    /** For {@link Convolution}. */
    T convolution(Convolution convolution);

    /** For {@link Linear}. */
    T linear(Linear linear);

    /** For {@link Relu}. */
    T relu(Relu relu);

    /** For {@link MaxPool}. */
    T maxPool(MaxPool pool);

    /** For {@link AveragePool}. */
    T averagePool(AveragePool pool);

    /** For {@link GlobalAveragePool}. */
    T globalAveragePool(GlobalAveragePool pool);

    /** For {@link Flatten}. */
    T flatten(Flatten flatten);

    /** For {@link Add}. */
    T add(Add add);

    /** For {@link Concat}. */
    T concat(Concat concat);

    /** For {@link Subsample}. */
    T subsample(Subsample subsample);
  }

  /**
   * The image, x in [-1, 1], (3, H, W).
   *
   * @param size H and W
   */
  record Input(int size) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.input(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      Shapes.count(0, inputs);
      return List.of(3, size, size);
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /**
   * The map scale[c] x + shift[c] of each channel c: the normalisation of the image, or a BatchNorm
   * in inference mode. It is kept in double precision, so that folding it into a convolution rounds
   * once.
   *
   * @param scale (C)
   * @param shift (C)
   */
  record Affine(double[] scale, double[] shift) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.affine(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      return Shapes.image(scale.length, inputs);
    }

    @Override
    public boolean whole() {
      return scale.length == shift.length;
    }
  }

  /**
   * Two-dimensional convolution, square kernel, zero padding, no groups and no dilation.
   *
   * @param weight (O, I, k, k) row-major, as the state dict holds it
   * @param scale factor of every output channel that a folded BatchNorm left, (O)
   * @param bias (O)
   * @param inputs number of input channels I
   * @param outputs number of output channels O
   * @param kernel side k of the kernel
   * @param stride of rows and columns
   * @param padding zeros on each side
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

    /** The weight of a tap times the factor of its output channel. */
    public double at(int output, int input, int row, int column) {
      return weight[((output * inputs + input) * kernel + row) * kernel + column] * scale[output];
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.convolution(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> from) {
      List<Integer> image = Shapes.image(inputs, from);
      return List.of(
          outputs,
          Shapes.windows(image.get(1), kernel, stride, padding),
          Shapes.windows(image.get(2), kernel, stride, padding));
    }

    @Override
    public boolean whole() {
      return weight.length == (long) outputs * inputs * kernel * kernel
          && scale.length == outputs
          && bias.length == outputs;
    }
  }

  /**
   * Linear map of a vector.
   *
   * @param weight (O, I), row-major
   * @param bias (O)
   * @param inputs number of features I
   * @param outputs number of features O
   */
  record Linear(float[] weight, float[] bias, int inputs, int outputs) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.linear(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> from) {
      List<Integer> vector = Shapes.only(from);
      if (!vector.equals(List.of(inputs))) {
        throw new IllegalArgumentException("reads [" + inputs + "], not " + vector);
      }
      return List.of(outputs);
    }

    @Override
    public boolean whole() {
      return weight.length == (long) outputs * inputs && bias.length == outputs;
    }
  }

  /**
   * One call of a ReLU.
   *
   * @param name path of its module, with {@code #k} where the module is called more than once
   * @param functional whether PyTorch's network calls a function here and not a module: the
   *     authors' code leaves such calls alone
   */
  record Relu(String name, boolean functional) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.relu(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      return Shapes.only(inputs);
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /**
   * Max-pool with a square window.
   *
   * @param name path of its module
   * @param kernel side of the window
   * @param stride of rows and columns
   * @param padding on each side, which is never selected
   * @param ceilMode whether a last window may reach beyond the padded input
   */
  record MaxPool(String name, int kernel, int stride, int padding, boolean ceilMode)
      implements Operation {

    /** Rows, or columns, by which the last window reaches beyond the padded input (ceil mode). */
    public int overhang(int outputs, int inputs) {
      return Math.max(0, (outputs - 1) * stride + kernel - inputs - 2 * padding);
    }

    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.maxPool(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      List<Integer> image = Shapes.image(inputs);
      if (2 * padding > kernel) {
        throw new IllegalArgumentException(
            "has padding " + padding + ", more than half of its window of " + kernel);
      }
      return List.of(image.get(0), pooled(image.get(1)), pooled(image.get(2)));
    }

    /**
     * Number of windows along a side, by PyTorch's rule: with ceil mode no window may start in the
     * padding behind the input.
     */
    private int pooled(int size) {
      int whole = Shapes.windows(size, kernel, stride, padding);
      boolean rest = (size + 2 * padding - kernel) % stride > 0;
      return ceilMode && rest && whole * stride < size + padding ? whole + 1 : whole;
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /** Average pool whose square windows tile the input: stride = kernel, no padding. */
  record AveragePool(int kernel) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.averagePool(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      List<Integer> image = Shapes.image(inputs);
      int height = Shapes.windows(image.get(1), kernel, kernel, 0);
      int width = Shapes.windows(image.get(2), kernel, kernel, 0);
      if (height * kernel != image.get(1) || width * kernel != image.get(2)) {
        throw new IllegalArgumentException(
            "has windows of " + kernel + ", which do not tile " + image);
      }
      return List.of(image.get(0), height, width);
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /** Mean over all positions, (C, H, W) to (C). */
  record GlobalAveragePool() implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.globalAveragePool(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      return List.of(Shapes.image(inputs).get(0));
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /** (C, H, W) to (C H W), row-major. */
  record Flatten() implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.flatten(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      return List.of(Shapes.image(inputs).stream().reduce(1, Math::multiplyExact));
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /** Sum of two inputs. */
  record Add() implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.add(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      Shapes.count(2, inputs);
      if (!inputs.get(0).equals(inputs.get(1))) {
        throw new IllegalArgumentException("cannot add " + inputs.get(0) + " and " + inputs.get(1));
      }
      return inputs.get(0);
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /** Concatenation of the inputs' channels. */
  record Concat() implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.concat(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      if (inputs.isEmpty()) {
        throw new IllegalArgumentException("reads at least one input, not 0");
      }
      List<Integer> first = Shapes.image(inputs.subList(0, 1));
      int channels = 0;
      for (List<Integer> input : inputs) {
        if (input.size() != 3 || !input.subList(1, 3).equals(first.subList(1, 3))) {
          throw new IllegalArgumentException("cannot concatenate " + first + " and " + input);
        }
        channels += input.get(0);
      }
      return List.of(channels, first.get(1), first.get(2));
    }

    @Override
    public boolean whole() {
      return true;
    }
  }

  /**
   * The shortcut of He et al. 2015, option A: every second row and column, and {@code padding} zero
   * channels before and behind.
   */
  record Subsample(int padding) implements Operation {
    @Override
    public <T> T accept(Visitor<T> visitor) {
      return visitor.subsample(this);
    }

    @Override
    public List<Integer> shape(List<List<Integer>> inputs) {
      List<Integer> image = Shapes.image(inputs);
      if (padding < 0) {
        throw new IllegalArgumentException("has padding " + padding);
      }
      return List.of(image.get(0) + 2 * padding, (image.get(1) + 1) / 2, (image.get(2) + 1) / 2);
    }

    @Override
    public boolean whole() {
      return true;
    }
  }
}

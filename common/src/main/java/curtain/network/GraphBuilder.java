package curtain.network;

import curtain.network.Network.Node;
import curtain.weights.WeightsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a {@link Network} node by node; every method adds one node and returns its index. Names
 * are those of the state dict.
 */
final class GraphBuilder {
  /** torchvision's BatchNorms, and those of the CIFAR ResNets. */
  private static final double EPSILON = 1e-5;

  private final Parameters parameters;
  private final List<Node> nodes = new ArrayList<>();

  GraphBuilder(Parameters parameters) {
    this.parameters = parameters;
  }

  /** The image, (3, size, size), and its normalisation ((x + 1)/2 - mean)/std. */
  int normalisedInput(int size, Normalisation normalisation) {
    int input = add(new Operation.Input(), List.of(), List.of(3, size, size));
    return add(normalisation.affine(), List.of(input), shape(input));
  }

  int convolution(String name, int x, int outputs, int kernel, int stride, int padding) {
    return convolution(name, x, outputs, kernel, stride, padding, false);
  }

  int biasedConvolution(String name, int x, int outputs, int kernel, int stride, int padding) {
    return convolution(name, x, outputs, kernel, stride, padding, true);
  }

  private int convolution(
      String name, int x, int outputs, int kernel, int stride, int padding, boolean biased) {
    int inputs = channels(x);
    float[] weight = parameters.get(name + ".weight", outputs, inputs, kernel, kernel);
    double[] bias = new double[outputs];
    if (biased) {
      copy(parameters.get(name + ".bias", outputs), bias);
    }
    double[] scale = new double[outputs];
    Arrays.fill(scale, 1);
    int height = (shape(x).get(1) + 2 * padding - kernel) / stride + 1;
    int width = (shape(x).get(2) + 2 * padding - kernel) / stride + 1;
    return add(
        new Operation.Convolution(weight, scale, bias, inputs, outputs, kernel, stride, padding),
        List.of(x),
        List.of(outputs, height, width));
  }

  /** BatchNorm in inference mode: scale = weight/sqrt(var + 1e-5), shift = bias - mean scale. */
  int batchNorm(String name, int x) {
    int channels = channels(x);
    float[] weight = parameters.get(name + ".weight", channels);
    float[] bias = parameters.get(name + ".bias", channels);
    float[] mean = parameters.get(name + ".running_mean", channels);
    float[] variance = parameters.get(name + ".running_var", channels);
    parameters.ignore(name + ".num_batches_tracked");
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    boolean whole = weight.length + bias.length + mean.length + variance.length == 4 * channels;
    for (int c = 0; whole && c < channels; c++) {
      scale[c] = weight[c] / Math.sqrt(variance[c] + EPSILON);
      shift[c] = bias[c] - mean[c] * scale[c];
    }
    return add(new Operation.Affine(scale, shift), List.of(x), shape(x));
  }

  int linear(String name, int x, int outputs) {
    int inputs = channels(x);
    float[] weight = parameters.get(name + ".weight", outputs, inputs);
    float[] bias = parameters.get(name + ".bias", outputs);
    return add(new Operation.Linear(weight, bias, inputs, outputs), List.of(x), List.of(outputs));
  }

  int relu(String name, int x) {
    return add(new Operation.Relu(name, false), List.of(x), shape(x));
  }

  int functionalRelu(String name, int x) {
    return add(new Operation.Relu(name, true), List.of(x), shape(x));
  }

  int maxPool(String name, int x, int kernel, int stride, int padding, boolean ceilMode) {
    Operation.MaxPool pool = new Operation.MaxPool(name, kernel, stride, padding, ceilMode);
    int height = pooled(shape(x).get(1), pool);
    int width = pooled(shape(x).get(2), pool);
    return add(pool, List.of(x), List.of(channels(x), height, width));
  }

  /** PyTorch's rule: with ceil mode no window may start in the padding behind the input. */
  private static int pooled(int size, Operation.MaxPool pool) {
    int span = size + 2 * pool.padding() - pool.kernel();
    int outputs =
        (pool.ceilMode() ? -Math.floorDiv(-span, pool.stride()) : span / pool.stride()) + 1;
    boolean beyond = pool.ceilMode() && (outputs - 1) * pool.stride() >= size + pool.padding();
    return beyond ? outputs - 1 : outputs;
  }

  int averagePool(int x, int kernel) {
    int height = shape(x).get(1);
    int width = shape(x).get(2);
    if (height % kernel != 0 || width % kernel != 0) {
      throw new IllegalArgumentException(
          "average pool " + kernel + " does not tile " + height + " x " + width);
    }
    return add(
        new Operation.AveragePool(kernel),
        List.of(x),
        List.of(channels(x), height / kernel, width / kernel));
  }

  int globalAveragePool(int x) {
    return add(new Operation.GlobalAveragePool(), List.of(x), List.of(channels(x)));
  }

  int flatten(int x) {
    int features = shape(x).stream().reduce(1, Math::multiplyExact);
    return add(new Operation.Flatten(), List.of(x), List.of(features));
  }

  int sum(int a, int b) {
    if (!shape(a).equals(shape(b))) {
      throw new IllegalArgumentException("cannot add " + shape(a) + " and " + shape(b));
    }
    return add(new Operation.Add(), List.of(a, b), shape(a));
  }

  int concat(int a, int b) {
    int channels = channels(a) + channels(b);
    return add(
        new Operation.Concat(), List.of(a, b), List.of(channels, shape(a).get(1), shape(a).get(2)));
  }

  int subsample(int x, int padding) {
    return add(
        new Operation.Subsample(padding),
        List.of(x),
        List.of(channels(x) + 2 * padding, (shape(x).get(1) + 1) / 2, (shape(x).get(2) + 1) / 2));
  }

  int channels(int x) {
    return nodes.get(x).channels();
  }

  /**
   * The network whose logits are the node added last.
   *
   * @throws WeightsException if the state dict does not hold exactly what was asked for
   */
  Network build(String name, int penultimate) throws WeightsException {
    parameters.verify();
    return new Network(name, nodes, penultimate);
  }

  private List<Integer> shape(int x) {
    return nodes.get(x).shape();
  }

  private int add(Operation operation, List<Integer> inputs, List<Integer> shape) {
    nodes.add(new Node(operation, inputs, shape));
    return nodes.size() - 1;
  }

  private static void copy(float[] from, double[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = from[i];
    }
  }
}

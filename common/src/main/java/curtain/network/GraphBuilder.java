package curtain.network;

import curtain.network.Network.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds a {@link Network} node by node; every method adds one node and returns its index. Names
 * are those of the state dict.
 */
final class GraphBuilder {
  /** torchvision's BatchNorms, and those of the CIFAR ResNets. */
  /** What BatchNorm adds to a variance before it takes the root. */
  static final double EPSILON = 1e-5;

  private final Parameters parameters;
  private final List<Node> nodes = new ArrayList<>();

  GraphBuilder(Parameters parameters) {
    this.parameters = parameters;
  }

  /** The image, (3, size, size), and its normalisation ((x + 1)/2 - mean)/std. */
  int normalisedInput(int size, Normalisation normalisation) {
    return add(normalisation.affine(), add(new Operation.Input(size)));
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
    return add(
        new Operation.Convolution(weight, scale, bias, inputs, outputs, kernel, stride, padding),
        x);
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
    return add(new Operation.Affine(scale, shift), x);
  }

  int linear(String name, int x, int outputs) {
    int inputs = channels(x);
    float[] weight = parameters.get(name + ".weight", outputs, inputs);
    float[] bias = parameters.get(name + ".bias", outputs);
    return add(new Operation.Linear(weight, bias, inputs, outputs), x);
  }

  int relu(String name, int x) {
    return add(new Operation.Relu(name, false), x);
  }

  int functionalRelu(String name, int x) {
    return add(new Operation.Relu(name, true), x);
  }

  int maxPool(String name, int x, int kernel, int stride, int padding, boolean ceilMode) {
    return add(new Operation.MaxPool(name, kernel, stride, padding, ceilMode), x);
  }

  int averagePool(int x, int kernel) {
    return add(new Operation.AveragePool(kernel), x);
  }

  int globalAveragePool(int x) {
    return add(new Operation.GlobalAveragePool(), x);
  }

  int flatten(int x) {
    return add(new Operation.Flatten(), x);
  }

  int sum(int a, int b) {
    return add(new Operation.Add(), a, b);
  }

  int concat(int a, int b) {
    return add(new Operation.Concat(), a, b);
  }

  int subsample(int x, int padding) {
    return add(new Operation.Subsample(padding), x);
  }

  int channels(int x) {
    return nodes.get(x).channels();
  }

  /**
   * The network whose logits are the node added last.
   *
   * @throws IllegalArgumentException if the nodes are no network, a fault of the architecture
   */
  Network build(String name, int penultimate) {
    return new Network(name, nodes, penultimate);
  }

  private int add(Operation operation, Integer... inputs) {
    nodes.add(Node.behind(nodes, operation, List.of(inputs)));
    return nodes.size() - 1;
  }

  private static void copy(float[] from, double[] to) {
    for (int i = 0; i < from.length; i++) {
      to[i] = from[i];
    }
  }
}

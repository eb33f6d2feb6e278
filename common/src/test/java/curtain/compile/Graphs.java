package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Small networks made by hand, with seeded weights; every method adds a node and gives its index.
 */
final class Graphs {
  static final int CLASSES = 3;
  private final SplittableRandom random = new SplittableRandom(314);
  private final List<Node> nodes = new ArrayList<>();

  /** Begins with an image of this side. */
  Graphs(int side) {
    add(new Operation.Input(side), List.of(3, side, side));
  }

  int convolution(int x, int outputs, int kernel, int stride, int padding) {
    int inputs = channels(x);
    float[] weight = new float[outputs * inputs * kernel * kernel];
    double scale = Math.sqrt(3.0 / (inputs * kernel * kernel));
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (scale * random.nextDouble(-1, 1));
    }
    double[] ones = new double[outputs];
    Arrays.fill(ones, 1);
    int side = (side(x) + 2 * padding - kernel) / stride + 1;
    return add(
        new Operation.Convolution(
            weight, ones, doubles(outputs, -0.2, 0.2), inputs, outputs, kernel, stride, padding),
        List.of(outputs, side, side),
        x);
  }

  int affine(int x) {
    return add(
        new Operation.Affine(doubles(channels(x), 0.5, 1.5), doubles(channels(x), -0.3, 0.3)),
        shape(x),
        x);
  }

  /** The affine map 1 x + 0. */
  int unit(int x) {
    double[] ones = new double[channels(x)];
    Arrays.fill(ones, 1);
    return add(new Operation.Affine(ones, new double[ones.length]), shape(x), x);
  }

  int relu(int x) {
    return add(new Operation.Relu("relu" + nodes.size(), false), shape(x), x);
  }

  int functionalRelu(int x) {
    return add(new Operation.Relu("relu" + nodes.size(), true), shape(x), x);
  }

  /** A max-pool whose result has this side, which PyTorch's rule gives. */
  int maxPool(int x, int kernel, int stride, int padding, boolean ceil, int side) {
    return add(
        new Operation.MaxPool("pool" + nodes.size(), kernel, stride, padding, ceil),
        List.of(channels(x), side, side),
        x);
  }

  int averagePool(int x, int kernel) {
    int side = side(x) / kernel;
    return add(new Operation.AveragePool(kernel), List.of(channels(x), side, side), x);
  }

  int globalAveragePool(int x) {
    return add(new Operation.GlobalAveragePool(), List.of(channels(x)), x);
  }

  int flatten(int x) {
    return add(
        new Operation.Flatten(), List.of(shape(x).stream().reduce(1, Math::multiplyExact)), x);
  }

  int sum(int a, int b) {
    return add(new Operation.Add(), shape(a), a, b);
  }

  int concat(int a, int b) {
    return add(new Operation.Concat(), List.of(channels(a) + channels(b), side(a), side(a)), a, b);
  }

  int subsample(int x, int padding) {
    int side = (side(x) + 1) / 2;
    return add(new Operation.Subsample(padding), List.of(channels(x) + 2 * padding, side, side), x);
  }

  int linear(int x, int outputs) {
    float[] weight = new float[outputs * channels(x)];
    float[] bias = new float[outputs];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) random.nextDouble(-1, 1);
    }
    for (int i = 0; i < outputs; i++) {
      bias[i] = (float) random.nextDouble(-1, 1);
    }
    return add(new Operation.Linear(weight, bias, channels(x), outputs), List.of(outputs), x);
  }

  /** The network that ends with a linear map of everything in x. */
  Network classify(int x) {
    int flat = shape(x).size() == 1 ? x : flatten(x);
    linear(flat, CLASSES);
    return new Network("tiny", nodes, flat);
  }

  /** The network whose one logit is the sum of x. */
  Network sumUp(int x) {
    int flat = flatten(x);
    float[] ones = new float[channels(flat)];
    Arrays.fill(ones, 1);
    add(new Operation.Linear(ones, new float[1], ones.length, 1), List.of(1), flat);
    return new Network("tiny", nodes, flat);
  }

  /** The network that ends with the node added last. */
  Network end(int penultimate) {
    return new Network("tiny", nodes, penultimate);
  }

  int channels(int x) {
    return nodes.get(x).channels();
  }

  int side(int x) {
    return shape(x).get(1);
  }

  private List<Integer> shape(int x) {
    return nodes.get(x).shape();
  }

  private double[] doubles(int count, double from, double to) {
    return random.doubles(count, from, to).toArray();
  }

  private int add(Operation operation, List<Integer> shape, Integer... inputs) {
    nodes.add(new Node(operation, List.of(inputs), shape));
    return nodes.size() - 1;
  }
}

package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Folds every per-channel affine map (BatchNorm in inference mode) into the operation before it,
 * where that can take it and has no other user. A convolution can: scale (W x + b) + shift = (scale
 * W) x + (scale b + shift). The network computes the same function. DenseNet's norms that come
 * first stay as they are.
 *
 * @param norm the map; visits give the operation that it is folded into, or nothing where it stays
 */
record BatchNormFolding(Operation.Affine norm) implements Operation.Visitor<Optional<Operation>> {

  /** The same network with every map folded that can be. */
  static Network apply(Network network) {
    int[] uses = network.uses();
    List<Node> nodes = new ArrayList<>();
    int[] index = new int[network.nodes().size()];
    for (int i = 0; i < index.length; i++) {
      Node node = network.nodes().get(i);
      Optional<Operation> folded = folded(network, uses, node);
      if (folded.isPresent()) {
        index[i] = index[node.inputs().get(0)];
        Node before = nodes.get(index[i]);
        nodes.set(index[i], new Node(folded.get(), before.inputs(), before.shape()));
      } else {
        index[i] = nodes.size();
        List<Integer> inputs = node.inputs().stream().map(x -> index[x]).toList();
        nodes.add(new Node(node.operation(), inputs, node.shape()));
      }
    }
    return new Network(network.name(), nodes, index[network.penultimate()]);
  }

  /** What becomes of the operation before a node, if the node is folded into it. */
  private static Optional<Operation> folded(Network network, int[] uses, Node node) {
    if (node.operation() instanceof Operation.Affine norm && uses[node.inputs().get(0)] == 1) {
      Operation before = network.nodes().get(node.inputs().get(0)).operation();
      return before.accept(new BatchNormFolding(norm));
    }
    return Optional.empty();
  }

  @Override
  public Optional<Operation> convolution(Operation.Convolution c) {
    double[] scale = new double[c.outputs()];
    double[] bias = new double[c.outputs()];
    for (int o = 0; o < c.outputs(); o++) {
      scale[o] = c.scale()[o] * norm.scale()[o];
      bias[o] = c.bias()[o] * norm.scale()[o] + norm.shift()[o];
    }
    return Optional.of(
        new Operation.Convolution(
            c.weight(), scale, bias, c.inputs(), c.outputs(), c.kernel(), c.stride(), c.padding()));
  }

  @Override
  public Optional<Operation> input(Operation.Input input) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> affine(Operation.Affine affine) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> linear(Operation.Linear linear) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> relu(Operation.Relu relu) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> maxPool(Operation.MaxPool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> averagePool(Operation.AveragePool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> globalAveragePool(Operation.GlobalAveragePool pool) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> flatten(Operation.Flatten flatten) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> add(Operation.Add add) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> concat(Operation.Concat concat) {
    return Optional.empty();
  }

  @Override
  public Optional<Operation> subsample(Operation.Subsample subsample) {
    return Optional.empty();
  }
}

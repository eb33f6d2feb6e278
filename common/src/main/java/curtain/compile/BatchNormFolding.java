package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Folds every per-channel affine map (BatchNorm in inference mode) into the convolution before it,
 * where it is that convolution's only user: scale (W x + b) + shift = (scale W) x + (scale b +
 * shift). The network computes the same function. DenseNet's norms that come first stay as they
 * are.
 */
final class BatchNormFolding {
  private BatchNormFolding() {}

  static Network apply(Network network) {
    int[] uses = network.uses();
    List<Node> nodes = new ArrayList<>();
    int[] index = new int[network.nodes().size()];
    for (int i = 0; i < index.length; i++) {
      Node node = network.nodes().get(i);
      int input = node.inputs().isEmpty() ? -1 : node.inputs().get(0);
      if (node.operation() instanceof Operation.Affine norm
          && network.nodes().get(input).operation() instanceof Operation.Convolution
          && uses[input] == 1) {
        int folded = index[input];
        Node before = nodes.get(folded);
        Operation.Convolution convolution = (Operation.Convolution) before.operation();
        nodes.set(folded, new Node(fold(convolution, norm), before.inputs(), before.shape()));
        index[i] = folded;
        continue;
      }
      index[i] = nodes.size();
      List<Integer> inputs = node.inputs().stream().map(x -> index[x]).toList();
      nodes.add(new Node(node.operation(), inputs, node.shape()));
    }
    return new Network(network.name(), nodes, index[network.penultimate()]);
  }

  private static Operation.Convolution fold(Operation.Convolution c, Operation.Affine norm) {
    double[] scale = new double[c.outputs()];
    double[] bias = new double[c.outputs()];
    for (int o = 0; o < c.outputs(); o++) {
      scale[o] = c.scale()[o] * norm.scale()[o];
      bias[o] = c.bias()[o] * norm.scale()[o] + norm.shift()[o];
    }
    return new Operation.Convolution(
        c.weight(), scale, bias, c.inputs(), c.outputs(), c.kernel(), c.stride(), c.padding());
  }
}

package curtain.network;

import java.util.List;

/**
 * A ReLU network with its weights: nodes in topological order, the first one the image, the last
 * one the logits.
 *
 * @param name the architecture's name, e.g. {@code resnet50}
 * @param nodes in topological order; a node's inputs come before it
 * @param penultimate index of the node whose values, averaged over positions, are the penultimate
 *     feature
 */
public record Network(String name, List<Node> nodes, int penultimate) {

  /**
   * One operation.
   *
   * @param operation what it computes
   * @param inputs indices of the nodes it reads
   * @param shape of one image's result: (C, H, W) or (F)
   */
  public record Node(Operation operation, List<Integer> inputs, List<Integer> shape) {
    public Node {
      inputs = List.copyOf(inputs);
      shape = List.copyOf(shape);
    }

    /** Channels, or features behind flattening. */
    public int channels() {
      return shape.get(0);
    }
  }

  public Network {
    nodes = List.copyOf(nodes);
  }

  /** Side of the square image, in pixels. */
  public int imageSize() {
    return nodes.get(0).shape().get(1);
  }

  /** Number of logits. */
  public int classes() {
    return nodes.get(nodes.size() - 1).channels();
  }

  /** Every node's number of uses as an input. */
  public int[] uses() {
    int[] uses = new int[nodes.size()];
    nodes.forEach(node -> node.inputs().forEach(input -> uses[input]++));
    return uses;
  }

  /**
   * Every node's number of uses as an input on the way to a node.
   *
   * @param last whose value is wanted; uses by nodes that it does not depend on are not counted
   */
  public int[] uses(int last) {
    int[] uses = new int[nodes.size()];
    for (int i = last; i > 0; i--) {
      if (i == last || uses[i] > 0) {
        nodes.get(i).inputs().forEach(input -> uses[input]++);
      }
    }
    return uses;
  }

  /** Indices of the nodes with an operation of this class, in order. */
  public List<Integer> indicesOf(Class<? extends Operation> operation) {
    return java.util.stream.IntStream.range(0, nodes.size())
        .filter(i -> operation.isInstance(nodes.get(i).operation()))
        .boxed()
        .toList();
  }
}

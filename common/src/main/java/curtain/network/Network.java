package curtain.network;

import java.util.List;

/**
 * A ReLU network with its weights: nodes in topological order, the first one the image, the last
 * one the logits. Its constructor refuses what is no network, so users of one need not check.
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
    /** Copies the lists. */
    public Node {
      inputs = List.copyOf(inputs);
      shape = List.copyOf(shape);
    }

    /**
     * The next node, with the shape that its operation gives.
     *
     * @param nodes those before it
     * @throws IllegalArgumentException if it cannot stand there: says why
     */
    static Node behind(List<Node> nodes, Operation operation, List<Integer> inputs) {
      for (int input : inputs) {
        if (input < 0 || input >= nodes.size()) {
          throw misplaced(nodes.size(), operation, "reads node " + input + ", which is not before");
        }
      }
      try {
        List<List<Integer>> shapes = inputs.stream().map(input -> nodes.get(input).shape).toList();
        return new Node(operation, inputs, operation.shape(shapes));
      } catch (IllegalArgumentException e) {
        throw misplaced(nodes.size(), operation, e.getMessage());
      }
    }

    private static IllegalArgumentException misplaced(int at, Operation operation, String why) {
      return new IllegalArgumentException(
          "node " + at + ", " + operation.getClass().getSimpleName() + ", " + why);
    }

    private void check(List<Node> before) {
      int at = before.size();
      List<Integer> expected = behind(before, operation, inputs).shape;
      if (!shape.equals(expected)) {
        throw misplaced(at, operation, "has the shape " + expected + ", not " + shape);
      }
      if (shape.stream().anyMatch(size -> size < 1)) {
        throw misplaced(at, operation, "has nothing in its shape " + shape);
      }
      if (!operation.whole()) {
        throw misplaced(at, operation, "has arrays of other sizes than its own");
      }
    }

    /** Channels, or features behind flattening. */
    public int channels() {
      return shape.get(0);
    }
  }

  /**
   * Checks that it is a network: one image, first; every node reads nodes before it, as many and of
   * such shapes as its operation takes, and has the shape and the weights that follow; every node
   * has a part in the last one, a vector.
   *
   * @throws IllegalArgumentException if it is not; names the node and what is wrong with it
   */
  public Network {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a network has nodes");
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      node.check(nodes.subList(0, i));
      if (node.inputs().isEmpty() != (i == 0)) {
        throw Node.misplaced(i, node.operation(), "is not where the one image belongs, first");
      }
    }
    int[] uses = uses(nodes);
    int last = nodes.size() - 1;
    for (int i = 0; i < last; i++) {
      if (uses[i] == 0) {
        throw Node.misplaced(i, nodes.get(i).operation(), "is read by no other");
      }
    }
    if (nodes.get(last).shape().size() != 1) {
      throw Node.misplaced(
          last,
          nodes.get(last).operation(),
          "is the last and has no logits but the shape " + nodes.get(last).shape());
    }
    if (penultimate < 0 || penultimate > last) {
      throw new IllegalArgumentException("the penultimate node, " + penultimate + ", is none");
    }
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
    return uses(nodes);
  }

  private static int[] uses(List<Node> nodes) {
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

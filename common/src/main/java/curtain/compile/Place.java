package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.List;

/**
 * A node where it stands in its network: its shapes, and the names that programs have for it.
 *
 * @param index of the node
 */
record Place(Network network, int index) {
  private Node node() {
    return network.nodes().get(index);
  }

  Operation operation() {
    return node().operation();
  }

  /** Indices of the nodes that it reads. */
  List<Integer> inputs() {
    return node().inputs();
  }

  /** Index of the first node that it reads. */
  int input() {
    return inputs().get(0);
  }

  /** The first node that it reads. */
  Place before() {
    return new Place(network, input());
  }

  /** Shape of one image's result: (C, H, W) or (F). */
  List<Integer> shape() {
    return node().shape();
  }

  /** Number of channels C, or of features F. */
  int channels() {
    return node().channels();
  }

  /** Which call of its operation it is, from 0. */
  int call() {
    return network.indicesOf(operation().getClass()).indexOf(index);
  }

  /** Variable of its value. */
  String value() {
    return named("x");
  }

  /** Variables of the values that it reads. */
  List<String> values() {
    return inputs().stream().map(input -> "x" + input).toList();
  }

  /** Variable of the first value that it reads. */
  String from() {
    return "x" + input();
  }

  /** A name that no other node has: the prefix and the index. */
  String named(String prefix) {
    return prefix + index;
  }
}

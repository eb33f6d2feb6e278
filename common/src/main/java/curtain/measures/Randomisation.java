package curtain.measures;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * The randomisations of a network's last layers, for the sanity check of Adebayo et al. 2018: a
 * direction that depends on what the network has learned has to change with them [spec 6].
 *
 * <p>The weight tensors of the last k convolutions and linear maps, in the order of the forward
 * pass, are permuted within themselves; biases and BatchNorm stay. (A ResNet's {@code downsample}
 * comes after its block's other convolutions.)
 */
public enum Randomisation {
  /** The last map. */
  ONE,
  /** The last half of the maps, rounded down. */
  HALF,
  /** All maps. */
  ALL;

  /** The number k of maps that are permuted, of {@code all} maps. */
  public int maps(int all) {
    return switch (this) {
      case ONE -> Math.min(1, all);
      case HALF -> all / 2;
      case ALL -> all;
    };
  }

  /**
   * Permutes the weights of the last k maps. A map gets the same permutation whatever k is: that of
   * {@link Draws#permuted} seeded by {@code SEED/randomisation/I}, I the map's position from 0,
   * counted from the image.
   *
   * @param network before BatchNorm is folded
   * @param seed of {@code --seed}
   */
  public Network apply(Network network, long seed) {
    ChangedWeights same = new ChangedWeights(UnaryOperator.identity());
    List<Integer> maps =
        IntStream.range(0, network.nodes().size())
            .filter(i -> network.nodes().get(i).operation().accept(same).isPresent())
            .boxed()
            .toList();
    List<Node> nodes = new ArrayList<>(network.nodes());
    for (int i = maps.size() - maps(maps.size()); i < maps.size(); i++) {
      Node node = nodes.get(maps.get(i));
      String text = seed + "/randomisation/" + i;
      ChangedWeights permuted = new ChangedWeights(weight -> Draws.permuted(weight, text));
      Operation map = node.operation().accept(permuted).orElseThrow();
      nodes.set(maps.get(i), new Node(map, node.inputs(), node.shape()));
    }
    return new Network(network.name(), nodes, network.penultimate());
  }
}

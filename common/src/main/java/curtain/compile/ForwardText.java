package curtain.compile;

import curtain.compile.ForwardPass.Mode;
import curtain.network.Network;
import curtain.network.Operation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements of a forward pass: the value of node i is the local variable {@code xi}, channels
 * last. Operations work in place wherever nothing else reads a value.
 */
final class ForwardText {
  private ForwardText() {}

  /** Adds the statements up to node {@code last}; the image is {@code x}. */
  static void emit(Network network, Method method, Mode mode, int last) {
    int[] uses = network.uses();
    uses[network.penultimate()]++;
    Set<Integer> single =
        IntStream.range(0, uses.length)
            .filter(i -> uses[i] == 1)
            .boxed()
            .collect(Collectors.toUnmodifiableSet());
    Set<Integer> free =
        single.stream()
            .filter(i -> Texts.of(network, i).overwritable())
            .collect(Collectors.toUnmodifiableSet());
    ForwardPass pass = new ForwardPass(method, mode, single, free);
    for (int i = 0; i <= last; i++) {
      Texts.of(network, i).forward(pass);
    }
  }

  /** Variables of all pre-activations, in the order of the ReLU calls. */
  static List<String> preactivations(Network network) {
    return preactivations(network, network.nodes().size() - 1);
  }

  /** Variables of the pre-activations of the ReLU calls up to node {@code last}, in their order. */
  static List<String> preactivations(Network network, int last) {
    return network.indicesOf(Operation.Relu.class).stream()
        .filter(relu -> relu <= last)
        .map(relu -> "x" + network.nodes().get(relu).inputs().get(0))
        .toList();
  }

  /**
   * Variables of the selections of a pass up to node {@code last}, in the order of the max-pool
   * calls; in mode KEEP_SELECTIONS.
   */
  static List<String> selections(Network network, int last) {
    return network.indicesOf(Operation.MaxPool.class).stream()
        .filter(i -> i <= last)
        .map(i -> "p" + i)
        .toList();
  }
}

package curtain.compile;

import curtain.compile.BackwardPass.Gating;
import curtain.network.Network;

/**
 * Statements of the backward pass of chosen logits, or of neurons, behind a forward pass that kept
 * the pre-activations.
 */
final class BackwardText {
  private BackwardText() {}

  /**
   * Adds the statements.
   *
   * @return variable of the gradient with respect to the image, (B, 3, H, W)
   * @throws IllegalArgumentException if the network's last operation gives no logits, see {@link
   *     OperationText#seed}
   */
  static String emit(Network network, Method method, Gating gating) {
    int last = network.nodes().size() - 1;
    BackwardPass pass = new BackwardPass(network, method, gating, network.uses());
    method.line(
        "rows = torch.reshape(torch.expand(torch.unsqueeze(targets, 0), [%s, -1, -1]), [-1])",
        gating.copies());
    Texts.of(network, last).seed(pass);
    return emit(network, pass, last - 1);
  }

  /**
   * Adds the statements of a pass that begins at a node.
   *
   * @param node whose gradient is given; nodes that it does not depend on take no part
   * @param seed variable of that gradient, (B, ...), which may be overwritten
   * @return variable of the gradient with respect to the image, (B, 3, H, W)
   */
  static String emit(Network network, Method method, Gating gating, int node, String seed) {
    BackwardPass pass = new BackwardPass(network, method, gating, network.uses(node));
    pass.begin(node, seed);
    return emit(network, pass, node);
  }

  private static String emit(Network network, BackwardPass pass, int from) {
    for (int i = from; i > 0; i--) {
      if (pass.gradient(i) != null) {
        Texts.of(network, i).backward(pass);
      }
    }
    return pass.gradient(0);
  }
}

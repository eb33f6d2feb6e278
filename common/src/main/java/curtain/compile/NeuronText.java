package curtain.compile;

import curtain.network.Network;
import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/**
 * Statements about the pre-activations z of one ReLU call: the values of its channels, which take
 * the place of logits, and where their backward passes begin [paper, section 3.1, Eq. 9].
 *
 * @param network with BatchNorm folded
 * @param node that computes z, (N, C, H, W) or (N, F)
 * @param position h W + w: the value of channel c is z[c, h, w]; {@link #SUM}: it is summed over
 *     positions. Without effect where the layer has none.
 */
record NeuronText(Network network, int node, int position) {
  /** In place of a position: the sum over all of them. */
  static final int SUM = -1;

  /** The text for the ReLU call of this index. */
  static NeuronText of(Network network, int layer, int position) {
    int relu = network.indicesOf(Operation.Relu.class).get(layer);
    return new NeuronText(network, network.nodes().get(relu).inputs().get(0), position);
  }

  private List<Integer> shape() {
    return network.nodes().get(node).shape();
  }

  private boolean positions() {
    return shape().size() == 3;
  }

  /** Number of channels C. */
  int channels() {
    return shape().get(0);
  }

  /** Adds the statements of the channels' values; sums are taken in float64. */
  String values(Method method) {
    if (!positions()) {
      return "x" + node;
    }
    if (position == SUM) {
      method.line("values = torch.to(torch.sum(x%1$d, [2, 3], dtype=7), x%1$d)", node);
    } else {
      method.line("values = %s", at("x" + node));
    }
    return "values";
  }

  /**
   * Adds the statements of the gradient of the channels that {@code targets}, (N, K), names with
   * respect to z: (M N K, C, H, W), 1 at their positions and 0 elsewhere.
   *
   * @param prefix of variables
   * @param copies M, as an expression
   */
  String seed(Method method, String prefix, String copies) {
    String one = prefix + "one";
    String seed = prefix + node;
    method.line(
        "rows = torch.reshape(torch.expand(torch.unsqueeze(targets, 0), [%s, -1, -1]), [-1])",
        copies);
    method.line("channels = torch.arange(%d, dtype=4, layout=None, device=x.device)", channels());
    method.line(
        "%s = torch.to(torch.eq(torch.unsqueeze(rows, 1), channels), x%d)",
        positions() ? one : seed, node);
    if (!positions()) {
      return seed;
    }
    int height = shape().get(1);
    int width = shape().get(2);
    if (position == SUM) {
      method.line(
          "%s = torch.expand(torch.view(%s, [-1, %d, 1, 1]), [-1, -1, %d, %d])",
          seed, one, channels(), height, width);
      method.line("%s = torch.clone(%s, memory_format=2)", seed, seed);
    } else {
      method.line(
          "%s = torch.permute(torch.new_zeros(%s, [torch.size(rows, 0), %d, %d, %d]), [0, 3, 1, 2])",
          seed, one, height, width, channels());
      method.line("torch.copy_(%s, %s)", at(seed), one);
    }
    return seed;
  }

  /** The values at the position, of a tensor in the layer's shape. */
  private String at(String tensor) {
    int width = shape().get(2);
    return String.format(
        Locale.ROOT,
        "torch.select(torch.select(%s, 2, %d), 2, %d)",
        tensor,
        position / width,
        position % width);
  }
}

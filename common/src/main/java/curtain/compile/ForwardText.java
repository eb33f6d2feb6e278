package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/**
 * Statements of a forward pass: the value of node i is the local variable {@code xi}, channels
 * last. Work in place wherever nothing else reads a value.
 */
final class ForwardText {
  /** What a pass does at ReLUs and max-pools. */
  enum Mode {
    /** Logits only; ReLUs in place. */
    PLAIN,
    /** Pre-activations stay readable. */
    KEEP,
    /** Pre-activations stay readable, and every max-pool's selections {@code pi}. */
    KEEP_SELECTIONS,
    /** Gates and selections are given as the lists {@code gates} and {@code pools}. */
    FROZEN
  }

  private final Network network;
  private final Method method;
  private final Mode mode;
  private final int[] uses;
  private int relus;
  private int pools;

  /** Adds the statements up to node {@code last}; the image is {@code x}. */
  static void emit(Network network, Method method, Mode mode, int last) {
    ForwardText text = new ForwardText(network, method, mode);
    for (int i = 0; i <= last; i++) {
      text.emit(i);
    }
  }

  private ForwardText(Network network, Method method, Mode mode) {
    this.network = network;
    this.method = method;
    this.mode = mode;
    this.uses = network.uses();
    uses[network.penultimate()]++;
  }

  private void emit(int i) {
    Node node = network.nodes().get(i);
    String to = "x" + i;
    List<String> from = node.inputs().stream().map(input -> "x" + input).toList();
    Operation operation = node.operation();
    if (operation instanceof Operation.Input) {
      method.line("%s = torch.contiguous(x, memory_format=2)", to);
    } else if (operation instanceof Operation.Affine) {
      method.line(
          "%s = torch.addcmul(%s, %s, %s)",
          to, method.constant("shift" + i), from.get(0), method.constant("scale" + i));
    } else if (operation instanceof Operation.Convolution c) {
      convolution(i, c, to, from.get(0));
    } else if (operation instanceof Operation.Linear) {
      method.line(
          "%s = self._linear(%s, %s, %s)",
          to, from.get(0), method.constant("weight" + i), method.constant("bias" + i));
    } else if (operation instanceof Operation.Relu) {
      relu(node.inputs().get(0), to, from.get(0));
    } else if (operation instanceof Operation.MaxPool pool) {
      maxPool(i, pool, to, from.get(0));
    } else if (operation instanceof Operation.AveragePool pool) {
      method.line(
          "%s = torch.avg_pool2d(%s, [%d, %d])", to, from.get(0), pool.kernel(), pool.kernel());
    } else if (operation instanceof Operation.GlobalAveragePool) {
      method.line("%s = torch.mean(%s, [2, 3])", to, from.get(0));
    } else if (operation instanceof Operation.Flatten) {
      method.line("%s = torch.flatten(%s, 1)", to, from.get(0));
    } else if (operation instanceof Operation.Add) {
      String add = ownedByConvolution(node.inputs().get(0)) ? "add_" : "add";
      method.line("%s = torch.%s(%s, %s)", to, add, from.get(0), from.get(1));
    } else if (operation instanceof Operation.Concat) {
      method.line("%s = torch.cat([%s], 1)", to, String.join(", ", from));
    } else if (operation instanceof Operation.Subsample subsample) {
      int p = subsample.padding();
      method.line(
          "%s = torch.constant_pad_nd(%s[:, :, ::2, ::2], [0, 0, 0, 0, %d, %d], 0.)",
          to, from.get(0), p, p);
    }
  }

  private void convolution(int i, Operation.Convolution c, String to, String from) {
    String weight = "weight" + i;
    String bias = method.constant("bias" + i);
    List<Integer> shape = network.nodes().get(network.nodes().get(i).inputs().get(0)).shape();
    String result =
        WinogradConvolution.of(c, shape.get(1))
            .map(winograd -> winograd.call(method, from, weight, bias, shape))
            .orElseGet(
                () ->
                    method.convolve(
                        from, weight, bias, c.stride(), c.padding(), c.padding(), shape));
    method.line("%s = %s", to, result);
  }

  private void relu(int input, String to, String from) {
    switch (mode) {
      case PLAIN -> method.line("%s = torch.%s(%s)", to, uses[input] == 1 ? "relu_" : "relu", from);
      case FROZEN ->
          method.line(
              "%s = torch.%s(%s, gates[%d])", to, uses[input] == 1 ? "mul_" : "mul", from, relus);
      default -> method.line("%s = torch.relu(%s)", to, from);
    }
    relus++;
  }

  private void maxPool(int i, Operation.MaxPool pool, String to, String from) {
    if (mode == Mode.FROZEN) {
      method.line("%s = self._select(%s, pools[%d])", to, from, pools);
    } else {
      String arguments =
          String.format(
              Locale.ROOT,
              "%s, [%2$d, %2$d], [%3$d, %3$d], [%4$d, %4$d], [1, 1], %5$s",
              from,
              pool.kernel(),
              pool.stride(),
              pool.padding(),
              pool.ceilMode() ? "True" : "False");
      if (mode == Mode.KEEP_SELECTIONS) {
        method.line("%s, p%d = torch.max_pool2d_with_indices(%s)", to, i, arguments);
      } else {
        method.line("%s = torch.max_pool2d(%s)", to, arguments);
      }
    }
    pools++;
  }

  private boolean ownedByConvolution(int i) {
    return uses[i] == 1 && network.nodes().get(i).operation() instanceof Operation.Convolution;
  }

  /** Variables of all pre-activations, in the order of the ReLU calls. */
  static List<String> preactivations(Network network) {
    return preactivations(network, network.nodes().size() - 1);
  }

  /** Of those whose ReLU calls a pass up to node {@code last} has. */
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

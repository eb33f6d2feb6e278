package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The network as a user of PyTorch writes it, for comparison with the compiled one: forward pass
 * only, BatchNorm not folded, nothing in place, and straight-through gates [paper, listings 1 and
 * 2], so that PyTorch's autograd computes the pullback.
 *
 * <p>Methods: {@code forward(x)}, the logits; {@code surrogate(x, targets: int64 (N, 1))}, the sum
 * of the targets' logits, whose gradient with respect to x is the pullback for sigmoid gates,
 * softmax pools and T = 0.3.
 */
public final class EagerProgram {
  private final Network network;
  private final List<Constant> constants = new ArrayList<>();
  private final StringBuilder methods = new StringBuilder();

  private static final String GATES =
      """
        def _relu(self: __torch__.Curtain, z: Tensor) -> Tensor:
          soft = torch.mul(z, torch.detach(torch.sigmoid(torch.div(z, 0.3))))
          return torch.add(torch.detach(torch.sub(torch.relu(z), soft)), soft)

        def _pool(self: __torch__.Curtain, x: Tensor, hard: Tensor, size: int, stride: int, padding: int, high: int, wide: int) -> Tensor:
          n = torch.size(x, 0)
          c = torch.size(x, 1)
          padded = torch.constant_pad_nd(x, [0, wide, 0, high], 0.)
          u = torch.im2col(padded, [size, size], [1, 1], [padding, padding], [stride, stride])
          u = torch.view(u, [n, c, size * size, -1])
          soft = torch.sum(torch.mul(torch.softmax(torch.div(u, 0.3), 2), u), [2])
          soft = torch.view_as(soft, hard)
          return torch.add(torch.detach(hard), torch.sub(soft, torch.detach(soft)))
      """;

  private EagerProgram(Network network) {
    this.network = network;
  }

  /**
   * Writes the TorchScript archive.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Network network, Path file) throws IOException {
    EagerProgram program = new EagerProgram(network);
    int last = network.nodes().size() - 1;
    Method forward = new Method("forward", "x: Tensor", "Tensor");
    program.emit(forward, false);
    program.methods.append(forward.line("return x%d", last).text());
    program.constants.clear();
    Method surrogate = new Method("surrogate", "x: Tensor, targets: Tensor", "Tensor");
    program.emit(surrogate, true);
    surrogate.line("return torch.sum(torch.gather(x%d, 1, targets))", last);
    program.methods.append(surrogate.text()).append(GATES);
    TorchScriptArchive.write(
        file, Method.MODULE, program.source(), program.constants, Precision.FLOAT32, Map.of());
  }

  private String source() {
    return "class "
        + Method.MODULE
        + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
        + constants.stream().map(c -> "  " + c.name() + " : Tensor\n").collect(Collectors.joining())
        + "  training : bool\n  _is_full_backward_hook : Optional[bool]\n"
        + methods;
  }

  private void emit(Method method, boolean soft) {
    for (int i = 0; i < network.nodes().size(); i++) {
      emit(method, i, network.nodes().get(i), soft);
    }
  }

  private void emit(Method method, int i, Node node, boolean soft) {
    List<String> from = node.inputs().stream().map(input -> "x" + input).toList();
    String x = from.isEmpty() ? "x" : from.get(0);
    Operation operation = node.operation();
    String value;
    if (operation instanceof Operation.Input) {
      value = x;
    } else if (operation instanceof Operation.Affine affine) {
      int channels = node.channels();
      String scale = vector(method, "scale" + i, channels, c -> affine.scale()[c]);
      String shift = vector(method, "shift" + i, channels, c -> affine.shift()[c]);
      String zero = vector(method, "zero" + i, channels, c -> 0);
      String one = vector(method, "one" + i, channels, c -> 1);
      value =
          String.format(
              Locale.ROOT,
              "torch.batch_norm(%s, %s, %s, %s, %s, False, 0.1, 0., False)",
              x,
              scale,
              shift,
              zero,
              one);
    } else if (operation instanceof Operation.Convolution c) {
      int k = c.kernel();
      constants.add(
          new Constant(
              "weight" + i,
              List.of(c.outputs(), c.inputs(), k, k),
              List.of(c.inputs() * k * k, k * k, k, 1),
              j -> c.weight()[j]));
      String bias = vector(method, "bias" + i, c.outputs(), o -> c.bias()[o]);
      String weight = method.constant("weight" + i);
      value =
          String.format(
              Locale.ROOT,
              "torch.conv2d(%s, %s, %s, [%4$d, %4$d], [%5$d, %5$d])",
              x,
              weight,
              bias,
              c.stride(),
              c.padding());
    } else if (operation instanceof Operation.Linear l) {
      constants.add(Constant.matrix("weight" + i, l.outputs(), l.inputs(), j -> l.weight()[j]));
      String bias = vector(method, "bias" + i, l.outputs(), o -> l.bias()[o]);
      value =
          String.format(
              Locale.ROOT, "torch.linear(%s, %s, %s)", x, method.constant("weight" + i), bias);
    } else if (operation instanceof Operation.Relu) {
      value = String.format(Locale.ROOT, soft ? "self._relu(%s)" : "torch.relu(%s)", x);
    } else if (operation instanceof Operation.MaxPool pool) {
      value = pool(node, pool, x, soft);
    } else if (operation instanceof Operation.AveragePool pool) {
      value = String.format(Locale.ROOT, "torch.avg_pool2d(%s, [%2$d, %2$d])", x, pool.kernel());
    } else if (operation instanceof Operation.GlobalAveragePool) {
      value = String.format(Locale.ROOT, "torch.mean(%s, [2, 3])", x);
    } else if (operation instanceof Operation.Flatten) {
      value = String.format(Locale.ROOT, "torch.flatten(%s, 1)", x);
    } else if (operation instanceof Operation.Add) {
      value = String.format(Locale.ROOT, "torch.add(%s, %s)", x, from.get(1));
    } else if (operation instanceof Operation.Concat) {
      value = "torch.cat([" + String.join(", ", from) + "], 1)";
    } else {
      int padding = ((Operation.Subsample) operation).padding();
      value =
          String.format(
              Locale.ROOT,
              "torch.constant_pad_nd(%s[:, :, ::2, ::2], [0, 0, 0, 0, %2$d, %2$d], 0.)",
              x,
              padding);
    }
    method.line("x%d = %s", i, value.replace("%", "%%"));
  }

  private String pool(Node node, Operation.MaxPool pool, String x, boolean soft) {
    String hard =
        String.format(
            Locale.ROOT,
            "torch.max_pool2d(%s, [%2$d, %2$d], [%3$d, %3$d], [%4$d, %4$d], [1, 1], %5$s)",
            x,
            pool.kernel(),
            pool.stride(),
            pool.padding(),
            pool.ceilMode() ? "True" : "False");
    List<Integer> shape = network.nodes().get(node.inputs().get(0)).shape();
    return soft
        ? String.format(
            Locale.ROOT,
            "self._pool(%s, %s, %d, %d, %d, %d, %d)",
            x,
            hard,
            pool.kernel(),
            pool.stride(),
            pool.padding(),
            pool.overhang(node.shape().get(1), shape.get(1)),
            pool.overhang(node.shape().get(2), shape.get(2)))
        : hard;
  }

  private String vector(Method method, String name, int length, Constant.Values values) {
    constants.add(Constant.vector(name, length, values));
    return method.constant(name);
  }
}

package curtain.compile;

import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    EagerPass pass = new EagerPass(method, constants, soft);
    for (int i = 0; i < network.nodes().size(); i++) {
      String value = Texts.of(network, i).eager(pass);
      method.line("x%d = %s", i, value);
    }
  }
}

package curtain.compile;

import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compiles a {@link Network} to the program of its exact path kernel, an archive of its own without
 * weights: the kernel reads the graph, the gates and the selections only. What it computes is
 * defined at {@link curtain.gram.PathKernel}.
 *
 * <p>The program's methods, for L ReLU calls:
 *
 * <ul>
 *   <li>{@code held(x, gates: List[Tensor], pools: List[Tensor], n: int, bits: bool) -> (Tensor,
 *       List[Tensor], List[Tensor])}: what is held of the first n images: x = 2p/255 - 1 in float64
 *       (n, H, W, 3) from the same in float32 (N, 3, H, W), gates and selections as {@code
 *       gates_of} of {@link Program} gives them with the channels last, gates as uint8 with {@code
 *       bits}, selections as int32
 *   <li>{@code row(x, gates, pools, row: int, columns, column_gates, column_pools) -> Tensor}:
 *       log|K| and sign of one held image with each of P held images, float64 (2, P)
 * </ul>
 */
public final class PathProgram {
  private PathProgram() {}

  /**
   * Folds BatchNorm, which gives a convolution and its norm one constant, and writes the pass.
   *
   * @param constants whether affine maps have a constant coordinate
   */
  public static Program compile(Network network, boolean constants) {
    Network folded = BatchNormFolding.apply(network);
    String text =
        "class "
            + Method.MODULE
            + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
            + "  training : bool\n  _is_full_backward_hook : Optional[bool]\n"
            + row(folded, constants).text()
            + GateText.paths();
    // there is no backward pass: of the options only the precision says something
    CompileOptions options = new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT64);
    return new Program(ProgramInfo.of(network, options), text, List.of(), Map.of());
  }

  /**
   * Number of additions and multiplications for one pair of images, without those of the scales. A
   * caller can tell by it what the kernel costs before it starts.
   */
  public static long cost(Network network) {
    Network folded = BatchNormFolding.apply(network);
    List<Boolean> uniform = uniform(folded);
    int end = end(folded);
    long cost = size(folded, end, uniform);
    for (int i = 0; i <= end; i++) {
      List<Integer> inputs = folded.nodes().get(i).inputs();
      long read = inputs.isEmpty() ? 0 : size(folded, inputs.get(0), uniform);
      cost += Texts.of(folded, i).cost(read, size(folded, i, uniform));
    }
    return cost;
  }

  /** Numbers that a pair of images has at a node. */
  private static long size(Network network, int i, List<Boolean> uniform) {
    Node node = network.nodes().get(i);
    long all = node.shape().stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
    return uniform.get(i) ? all / node.channels() : all;
  }

  /** Nodes whose channels, or features, are all equal for every pair. */
  private static List<Boolean> uniform(Network network) {
    List<Boolean> uniform = new ArrayList<>();
    for (int i = 0; i < network.nodes().size(); i++) {
      boolean inputs = network.nodes().get(i).inputs().stream().allMatch(uniform::get);
      uniform.add(Texts.of(network, i).uniform(inputs));
    }
    return uniform;
  }

  /**
   * The node whose coordinates the paths end at: what the last linear map reads, if there is one.
   */
  private static int end(Network network) {
    int last = network.nodes().size() - 1;
    return endsLinear(network) ? network.nodes().get(last).inputs().get(0) : last;
  }

  private static boolean endsLinear(Network network) {
    Node last = network.nodes().get(network.nodes().size() - 1);
    return last.operation() instanceof Operation.Linear;
  }

  private static Method row(Network network, boolean constants) {
    Method method =
        new Method(
            "row",
            "x: Tensor, gates: List[Tensor], pools: List[Tensor], row: int, columns: Tensor,"
                + " column_gates: List[Tensor], column_pools: List[Tensor]",
            "Tensor");
    PathPass pass = new PathPass(network, method, constants, uniform(network));
    int end = end(network);
    for (int i = 0; i <= end; i++) {
      Texts.of(network, i).path(pass);
    }
    method.line("x%d = torch.flatten(x%d, 1)", end, end);
    pass.sum(end, "total", 1);
    method.line("scale = s%d", end);
    if (constants && endsLinear(network)) {
      method.line("total, scale = self._plus_one(total, scale)");
    }
    method.line("total = torch.flatten(total)");
    method.line(
        "log = torch.add(torch.log(torch.abs(total)), torch.mul(scale, 0.6931471805599453))");
    return method.line("return torch.stack([log, torch.sign(total)])");
  }
}

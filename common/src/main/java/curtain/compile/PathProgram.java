package curtain.compile;

import curtain.gates.Gate;
import curtain.gates.PoolGate;
import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.List;
import java.util.Locale;
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
 *
 * <p>As all entries of a linear map count as 1, its outputs are equal: they are computed for one
 * channel and broadcast where channels differ again.
 */
public final class PathProgram {
  private final Network network;
  private final boolean constants;
  private final boolean[] uniform;
  private final Method method;
  private int relus;
  private int pools;

  private PathProgram(Network network, boolean constants) {
    this.network = network;
    this.constants = constants;
    this.uniform = uniform(network);
    this.method =
        new Method(
            "row",
            "x: Tensor, gates: List[Tensor], pools: List[Tensor], row: int, columns: Tensor,"
                + " column_gates: List[Tensor], column_pools: List[Tensor]",
            "Tensor");
  }

  /**
   * Folds BatchNorm, which gives a convolution and its norm one constant, and writes the pass.
   *
   * @param constants whether affine maps have a constant coordinate; without: {@code
   *     --no-bias-coordinate}
   */
  public static Program compile(Network network, boolean constants) {
    Network folded = BatchNormFolding.apply(network);
    String text =
        "class "
            + Method.MODULE
            + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
            + "  training : bool\n  _is_full_backward_hook : Optional[bool]\n"
            + new PathProgram(folded, constants).emit()
            + GateText.paths();
    // there is no backward pass: of the options only the precision says something
    CompileOptions options = new CompileOptions(Gate.HARD, PoolGate.HARD, false, Precision.FLOAT64);
    return new Program(ProgramInfo.of(network, options), text, List.of(), Map.of());
  }

  /**
   * Additions and multiplications of one pair of images, without those of the scales: what the
   * kernel costs, to be told before it starts.
   */
  public static long cost(Network network) {
    Network folded = BatchNormFolding.apply(network);
    boolean[] uniform = uniform(folded);
    long cost = 0;
    for (int i = 0; i <= end(folded); i++) {
      Node node = folded.nodes().get(i);
      Operation operation = node.operation();
      if (operation instanceof Operation.Input) {
        cost += size(node, false);
        continue;
      }
      int from = node.inputs().get(0);
      long read = size(folded.nodes().get(from), uniform[from]);
      long made = size(node, uniform[i]);
      if (operation instanceof Operation.Convolution c) {
        long windows = c.kernel() == 1 ? 0 : (long) c.kernel() * c.kernel() * made;
        cost += read + windows + made;
      } else if (operation instanceof Operation.Linear) {
        cost += read + made;
      } else if (operation instanceof Operation.Affine) {
        cost += normalises(folded, node) ? 0 : made;
      } else if (operation instanceof Operation.Relu || operation instanceof Operation.MaxPool) {
        cost += 2 * made;
      } else if (operation instanceof Operation.AveragePool
          || operation instanceof Operation.GlobalAveragePool) {
        cost += read;
      } else if (operation instanceof Operation.Add) {
        cost += made;
      }
    }
    return cost + size(folded.nodes().get(end(folded)), uniform[end(folded)]);
  }

  private static long size(Node node, boolean uniform) {
    long all = node.shape().stream().mapToLong(n -> n).reduce(1, Math::multiplyExact);
    return uniform ? all / node.channels() : all;
  }

  /** Nodes whose channels, or features, are all equal for every pair. */
  private static boolean[] uniform(Network network) {
    boolean[] uniform = new boolean[network.nodes().size()];
    for (int i = 0; i < uniform.length; i++) {
      Node node = network.nodes().get(i);
      Operation operation = node.operation();
      if (operation instanceof Operation.Convolution || operation instanceof Operation.Linear) {
        uniform[i] = true;
      } else if (operation instanceof Operation.Affine
          || operation instanceof Operation.AveragePool
          || operation instanceof Operation.GlobalAveragePool
          || operation instanceof Operation.Add) {
        uniform[i] = node.inputs().stream().allMatch(input -> uniform[input]);
      }
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

  /** Whether an affine map is the normalisation of the image, which is no layer. */
  private static boolean normalises(Network network, Node affine) {
    return network.nodes().get(affine.inputs().get(0)).operation() instanceof Operation.Input;
  }

  private String emit() {
    int end = end(network);
    for (int i = 0; i <= end; i++) {
      emit(i, network.nodes().get(i));
    }
    method.line("x%d = torch.flatten(x%d, 1)", end, end);
    sum(end, "total", 1);
    method.line("scale = s%d", end);
    if (constants && endsLinear(network)) {
      method.line("total, scale = self._plus_one(total, scale)");
    }
    method.line("total = torch.flatten(total)");
    method.line(
        "log = torch.add(torch.log(torch.abs(total)), torch.mul(scale, 0.6931471805599453))");
    return method.line("return torch.stack([log, torch.sign(total)])").text();
  }

  private void emit(int i, Node node) {
    Operation operation = node.operation();
    if (operation instanceof Operation.Input) {
      method.line("x%d = torch.mul(x[row:row + 1], columns)", i);
      method.line("s%d = torch.new_zeros(columns, [torch.size(columns, 0)])", i);
      return;
    }
    int from = node.inputs().get(0);
    if (operation instanceof Operation.Add) {
      int other = node.inputs().get(1);
      align(i, node.inputs());
      method.line(
          "x%1$d, s%1$d = self._scaled(torch.add(%2$s, %3$s), s%1$d)",
          i, atScale(from, i), atScale(other, i));
      return;
    }
    if (operation instanceof Operation.Concat) {
      align(i, node.inputs());
      List<String> parts =
          node.inputs().stream().map(part -> channels(part, atScale(part, i))).toList();
      method.line("x%d = torch.cat([%s], 3)", i, String.join(", ", parts));
      return;
    }
    method.line("s%d = s%d", i, from);
    if (operation instanceof Operation.Affine) {
      method.line("x%d = x%d", i, from);
      if (!normalises(network, node)) {
        affine(i);
      }
    } else if (operation instanceof Operation.Convolution c) {
      sum(from, "x" + i, 3);
      if (c.kernel() > 1 || c.stride() > 1 || c.padding() > 0) {
        method.line(
            "x%1$d = self._windows(x%1$d, %2$d, %3$d, %4$d)",
            i, c.kernel(), c.stride(), c.padding());
      }
      affine(i);
    } else if (operation instanceof Operation.Linear) {
      sum(from, "x" + i, 1);
      affine(i);
    } else if (operation instanceof Operation.Relu) {
      method.line(
          "x%1$d = self._gated(x%2$d, gates[%3$d][row:row + 1], column_gates[%3$d])",
          i, from, relus++);
    } else if (operation instanceof Operation.MaxPool) {
      method.line(
          "x%1$d = self._both_selected(x%2$d, pools[%3$d][row:row + 1], column_pools[%3$d])",
          i, from, pools++);
    } else if (operation instanceof Operation.AveragePool pool) {
      method.line("x%1$d = self._windows(x%2$d, %3$d, %3$d, 0)", i, from, pool.kernel());
    } else if (operation instanceof Operation.GlobalAveragePool) {
      method.line("x%d = self._positions(x%d)", i, from);
    } else if (operation instanceof Operation.Flatten) {
      int channels = network.nodes().get(from).channels();
      method.line("x%d = self._flat(x%d, %d)", i, from, channels);
    } else if (operation instanceof Operation.Subsample subsample) {
      method.line(
          "x%1$d = torch.constant_pad_nd(%2$s, [%3$d, %3$d], 0.)",
          i,
          channels(from, String.format(Locale.ROOT, "x%d[:, ::2, ::2]", from)),
          subsample.padding());
    }
  }

  /** The sum over channels or features, the last axis, which stays with one element. */
  private void sum(int i, String to, int axis) {
    if (uniform[i]) {
      method.line("%s = torch.mul(x%d, %d.)", to, i, network.nodes().get(i).channels());
    } else {
      method.line("%s = torch.sum(x%d, [%d], True)", to, i, axis);
    }
  }

  /** The constant of an affine map on all of its outputs, and a scale that fits them. */
  private void affine(int i) {
    method.line("x%1$d, s%1$d = self.%2$s(x%1$d, s%1$d)", i, constants ? "_plus_one" : "_scaled");
  }

  /** The largest of the inputs' scales. */
  private void align(int i, List<Integer> inputs) {
    method.line("s%d = s%d", i, inputs.get(0));
    for (int input : inputs.subList(1, inputs.size())) {
      method.line("s%1$d = torch.maximum(s%1$d, s%2$d)", i, input);
    }
  }

  private static String atScale(int from, int to) {
    return String.format(Locale.ROOT, "self._at_scale(x%1$d, s%1$d, s%2$d)", from, to);
  }

  /** An expression of node i's values with all of its channels. */
  private String channels(int i, String values) {
    return uniform[i]
        ? String.format(
            Locale.ROOT,
            "torch.expand(%s, [-1, -1, -1, %d])",
            values,
            network.nodes().get(i).channels())
        : values;
  }
}

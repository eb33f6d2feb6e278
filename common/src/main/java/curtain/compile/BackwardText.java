package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.List;
import java.util.Locale;

/**
 * Statements of the backward pass of chosen logits, or of neurons, behind a forward pass that kept
 * the pre-activations.
 *
 * <p>The gradient with respect to node i is {@code gi}, (B, C, H, W) with B = M N K: M temperatures
 * by N images by K targets, in this order, so that one forward pass serves all of them. Gates are
 * functions of (M, N) alone and are broadcast over the targets.
 */
final class BackwardText {
  /**
   * What the backward pass does at gates.
   *
   * @param prefix of the gradients' variables
   * @param copies M, as an expression
   * @param hardRelus every ReLU multiplies by 1[z > 0]
   * @param hardPools every max-pool passes its gradient to the element it selected
   * @param compatible functional ReLUs stay hard, as in the authors' code
   */
  record Gating(
      String prefix, String copies, boolean hardRelus, boolean hardPools, boolean compatible) {

    /** The vanilla gradient, which has no temperature: M = 1. */
    static final Gating VANILLA = new Gating("h", "1", true, true, false);
  }

  /** A contribution that is zero but for every stride-th row and column. */
  private record Sparse(String variable, int stride) {}

  private final Network network;
  private final Method method;
  private final Gating gating;
  private final String[] gradient;
  private final boolean[] owned;
  private final Sparse[] waiting;
  private final int[] uses;
  private final List<Integer> relus;

  /**
   * Adds the statements.
   *
   * @return variable of the gradient with respect to the image, (B, 3, H, W)
   */
  static String emit(Network network, Method method, Gating gating) {
    return new BackwardText(network, method, gating, network.uses()).emit();
  }

  /**
   * Adds the statements of a pass that begins at a node.
   *
   * @param node whose gradient is given; nodes that it does not depend on take no part
   * @param seed variable of that gradient, (B, ...), which may be overwritten
   * @return variable of the gradient with respect to the image, (B, 3, H, W)
   */
  static String emit(Network network, Method method, Gating gating, int node, String seed) {
    BackwardText text = new BackwardText(network, method, gating, network.uses(node));
    text.gradient[node] = seed;
    text.owned[node] = true;
    for (int i = node; i > 0; i--) {
      if (text.gradient[i] != null) {
        text.emit(i);
      }
    }
    return text.gradient[0];
  }

  private BackwardText(Network network, Method method, Gating gating, int... uses) {
    this.network = network;
    this.method = method;
    this.gating = gating;
    this.gradient = new String[network.nodes().size()];
    this.owned = new boolean[network.nodes().size()];
    this.waiting = new Sparse[network.nodes().size()];
    this.uses = uses;
    this.relus = network.indicesOf(Operation.Relu.class);
  }

  private String emit() {
    method.line(
        "rows = torch.reshape(torch.expand(torch.unsqueeze(targets, 0), [%s, -1, -1]), [-1])",
        gating.copies());
    for (int i = seed(); i > 0; i--) {
      emit(i);
    }
    return gradient[0];
  }

  /** The logits' one-hot gradient, taken through the last map; returns the next node to visit. */
  private int seed() {
    int last = network.nodes().size() - 1;
    Operation operation = network.nodes().get(last).operation();
    if (operation instanceof Operation.Linear) {
      int input = input(last);
      assign(input, true);
      method.line(
          "%s = torch.index_select(%s, 0, rows)",
          gradient[input], method.constant("weight" + last));
      return last - 1;
    }
    // SqueezeNet: classifier convolution 1 x 1, ReLU, mean over positions; one channel is not zero
    int relu = input(last);
    int convolution = input(relu);
    int input = input(convolution);
    assign(input, true);
    method.line(
        "%s = self._%s(x%d, targets, %s, rows, %s)",
        gradient[input],
        hardAt(relu) ? "hard_seed" : "seed",
        convolution,
        method.constant("weight" + convolution),
        hardAt(relu) ? gating.copies() : temperature(relu));
    return convolution - 1;
  }

  private void emit(int i) {
    Node node = network.nodes().get(i);
    Operation operation = node.operation();
    String g = gradient[i];
    if (operation instanceof Operation.Convolution convolution) {
      List<Integer> shape = network.nodes().get(input(i)).shape();
      TransposedConvolution transposed =
          new TransposedConvolution(convolution, "back" + i, shape.get(1), shape.get(2));
      if (transposed.sparse()) {
        String part = gating.prefix() + "s" + i;
        transposed.emit(method, part, g);
        contributeSparse(input(i), part, convolution.stride());
      } else {
        String to = fresh(input(i));
        transposed.emit(method, to, g);
        contribute(input(i), to, true);
      }
    } else if (operation instanceof Operation.Linear) {
      String to = fresh(input(i));
      method.line("%s = torch.matmul(%s, %s)", to, g, method.constant("weight" + i));
      contribute(input(i), to, true);
    } else if (operation instanceof Operation.Affine) {
      String to = fresh(input(i));
      method.line(
          "%s = torch.%s(%s, %s)", to, owned[i] ? "mul_" : "mul", g, method.constant("scale" + i));
      contribute(input(i), to, true);
    } else if (operation instanceof Operation.Relu) {
      relu(i);
    } else if (operation instanceof Operation.MaxPool pool) {
      maxPool(i, pool);
    } else if (operation instanceof Operation.AveragePool pool) {
      List<Integer> shape = network.nodes().get(input(i)).shape();
      String to = fresh(input(i));
      method.line(
          "%s = torch.upsample_nearest2d(torch.mul(%s, %s), [%d, %d])",
          to, g, 1.0 / (pool.kernel() * pool.kernel()), shape.get(1), shape.get(2));
      contribute(input(i), to, true);
    } else if (operation instanceof Operation.GlobalAveragePool) {
      List<Integer> shape = network.nodes().get(input(i)).shape();
      int positions = shape.get(1) * shape.get(2);
      String to = fresh(input(i));
      method.line(
          "%s = torch.expand(torch.view(torch.div(%s, %d.), [-1, %d, 1, 1]), [-1, %d, %d, %d])",
          to, g, positions, shape.get(0), shape.get(0), shape.get(1), shape.get(2));
      contribute(input(i), to, false);
    } else if (operation instanceof Operation.Flatten) {
      List<Integer> shape = network.nodes().get(input(i)).shape();
      String to = fresh(input(i));
      method.line(
          "%s = torch.contiguous(torch.view(%s, [-1, %d, %d, %d]), memory_format=2)",
          to, g, shape.get(0), shape.get(1), shape.get(2));
      contribute(input(i), to, true);
    } else if (operation instanceof Operation.Add) {
      contribute(node.inputs().get(0), g, false);
      contribute(node.inputs().get(1), g, false);
    } else if (operation instanceof Operation.Concat) {
      int from = 0;
      for (int part : node.inputs()) {
        int channels = network.nodes().get(part).channels();
        String to = fresh(part);
        method.line("%s = %s[:, %d:%d]", to, g, from, from + channels);
        contribute(part, to, false);
        from += channels;
      }
    } else if (operation instanceof Operation.Subsample subsample) {
      int p = subsample.padding();
      int channels = network.nodes().get(input(i)).channels();
      contributeSparse(input(i), String.format(Locale.ROOT, "%s[:, %d:%d]", g, p, p + channels), 2);
    }
  }

  private void relu(int i) {
    int input = input(i);
    if (uses[input] != 1) {
      throw new IllegalStateException("a pre-activation has one user, its ReLU");
    }
    assign(input, true);
    if (hardAt(i)) {
      method.line(
          "%s = self._hard_excite(%s, x%d, %s, %s)",
          gradient[input], gradient[i], input, gating.copies(), own(i));
    } else {
      method.line(
          "%s = self._excite(%s, x%d, %s, %s)",
          gradient[input], gradient[i], input, temperature(i), own(i));
    }
  }

  private void maxPool(int i, Operation.MaxPool pool) {
    int input = input(i);
    List<Integer> shape = network.nodes().get(input).shape();
    List<Integer> pooled = network.nodes().get(i).shape();
    String to = fresh(input);
    String window = pool.kernel() + ", " + pool.stride() + ", " + pool.padding();
    if (gating.hardPools()) {
      method.line(
          "%s = self._hard_pool(%s, x%d, p%d, %s, %s, %s)",
          to, gradient[i], input, i, gating.copies(), window, pool.ceilMode() ? "True" : "False");
    } else {
      // with ceil mode the last windows may overhang what the padding reaches
      int high = pool.overhang(pooled.get(1), shape.get(1));
      int wide = pool.overhang(pooled.get(2), shape.get(2));
      method.line(
          "%s = self._softmax_pool(%s, x%d, x%d, %s, %s, %d, %d)",
          to, gradient[i], input, i, poolTemperature(input), window, high, wide);
    }
    contribute(input, to, true);
  }

  /** The temperature of the ReLU channels that feed a max-pool, (M, 1 or C, 1, 1). */
  private String poolTemperature(int i) {
    Operation operation = network.nodes().get(i).operation();
    if (operation instanceof Operation.Relu) {
      return temperature(i);
    }
    if (operation instanceof Operation.Concat) {
      List<String> parts =
          network.nodes().get(i).inputs().stream()
              .map(
                  part ->
                      String.format(
                          Locale.ROOT,
                          "torch.expand(%s, [-1, %d, -1, -1])",
                          poolTemperature(part),
                          network.nodes().get(part).channels()))
              .toList();
      return "torch.cat([" + String.join(", ", parts) + "], 1)";
    }
    throw new IllegalStateException("no ReLU feeds the max-pool behind node " + i);
  }

  private String own(int i) {
    return owned[i] ? "True" : "False";
  }

  private boolean hardAt(int relu) {
    Operation.Relu operation = (Operation.Relu) network.nodes().get(relu).operation();
    return gating.hardRelus() || (gating.compatible() && operation.functional());
  }

  private String temperature(int relu) {
    return "temperatures[" + relus.indexOf(relu) + "]";
  }

  private int input(int i) {
    return network.nodes().get(i).inputs().get(0);
  }

  private void assign(int i, boolean own) {
    gradient[i] = gating.prefix() + i;
    owned[i] = own;
  }

  /** A variable for a contribution to node i: the gradient itself if it is the first one. */
  private String fresh(int i) {
    return gradient[i] == null ? gating.prefix() + i : gating.prefix() + i + "_";
  }

  /**
   * Adds a contribution that is zero but for every stride-th row and column. It waits for another
   * contribution, if there is one, so that no zeros are written and added.
   */
  private void contributeSparse(int i, String variable, int stride) {
    if (gradient[i] == null && waiting[i] == null && uses[i] > 1) {
      waiting[i] = new Sparse(variable, stride);
      return;
    }
    if (gradient[i] == null) {
      String zeros = fresh(i);
      List<Integer> shape = network.nodes().get(i).shape();
      method.line(
          "%s = torch.permute(torch.new_zeros(%s, [torch.size(%s, 0), %d, %d, %d]), [0, 3, 1, 2])",
          zeros, variable, variable, shape.get(1), shape.get(2), shape.get(0));
      contribute(i, zeros, true);
    } else {
      own(i, gradient[i], owned[i]);
    }
    addSparse(gradient[i], variable, stride);
  }

  /** Adds a contribution to the gradient of node i, in place where one of the two is ours. */
  private void contribute(int i, String variable, boolean own) {
    if (waiting[i] != null) {
      gradient[i] = variable;
      own(i, variable, own);
      addSparse(gradient[i], waiting[i].variable(), waiting[i].stride());
      waiting[i] = null;
    } else if (gradient[i] == null) {
      gradient[i] = variable;
      owned[i] = own;
    } else if (owned[i]) {
      method.line("%s = torch.add_(%s, %s)", gradient[i], gradient[i], variable);
    } else {
      String sum = gating.prefix() + i + "s";
      method.line("%s = torch.%s(%s, %s)", sum, own ? "add_" : "add", variable, gradient[i]);
      gradient[i] = sum;
      owned[i] = true;
    }
  }

  /** Makes the gradient of node i a tensor that may be changed in place. */
  private void own(int i, String variable, boolean already) {
    if (!already) {
      gradient[i] = gating.prefix() + i + "c";
      method.line("%s = torch.clone(%s)", gradient[i], variable);
    }
    owned[i] = true;
  }

  private void addSparse(String to, String variable, int stride) {
    method.line("torch.add_(%s[:, :, ::%d, ::%d], %s)", to, stride, stride, variable);
  }
}

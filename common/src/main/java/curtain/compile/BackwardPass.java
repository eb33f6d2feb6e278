package curtain.compile;

import curtain.network.Network;
import curtain.network.Operation;
import java.util.List;

/**
 * A backward pass that is being written: which variables hold gradients, and how contributions to
 * one are added.
 *
 * <p>The gradient with respect to node i is {@code gi}, (B, C, H, W) with B = M N K: M temperatures
 * by N images by K targets, in this order, so that one forward pass serves all of them. Gates are
 * functions of (M, N) alone and are broadcast over the targets.
 */
final class BackwardPass {
  /**
   * What the backward pass does at gates.
   *
   * @param prefix of the gradients' variables
   * @param copies M, as an expression
   * @param hardRelus whether every ReLU multiplies by 1[z > 0]
   * @param hardPools whether every max-pool passes its gradient to the element it selected
   * @param compatible whether functional ReLUs stay hard, as in the authors' code
   */
  record Gating(
      String prefix, String copies, boolean hardRelus, boolean hardPools, boolean compatible) {

    /** The vanilla gradient, which has no temperature: M = 1. */
    static final Gating VANILLA = new Gating("h", "1", true, true, false);
  }

  /** A contribution that is zero except in every stride-th row and column. */
  private record Sparse(String variable, int stride) {}

  private final Network network;
  private final Method method;
  private final Gating gating;
  private final String[] gradient;
  private final boolean[] owned;
  private final Sparse[] waiting;
  private final int[] uses;

  /**
   * A pass that has no gradients yet.
   *
   * @param uses for every node, how many nodes that the pass visits read it
   */
  BackwardPass(Network network, Method method, Gating gating, int... uses) {
    this.network = network;
    this.method = method;
    this.gating = gating;
    this.gradient = new String[network.nodes().size()];
    this.owned = new boolean[network.nodes().size()];
    this.waiting = new Sparse[network.nodes().size()];
    this.uses = uses;
  }

  /** The method that the statements go to. */
  Method method() {
    return method;
  }

  Gating gating() {
    return gating;
  }

  /** Variable of the gradient of node i; null where nothing was contributed to it. */
  String gradient(int i) {
    return gradient[i];
  }

  /** Whether the gradient of node i is a tensor that may be changed in place. */
  boolean owns(int i) {
    return owned[i];
  }

  /** The answer of {@link #owns} in TorchScript. */
  String own(int i) {
    return owned[i] ? "True" : "False";
  }

  /** Number of nodes that contribute to the gradient of node i. */
  int uses(int i) {
    return uses[i];
  }

  /** Whether a ReLU multiplies by 1[z > 0]. */
  boolean hardAt(Operation.Relu relu) {
    return gating.hardRelus() || (gating.compatible() && relu.functional());
  }

  /** The temperature of a ReLU call, (M, 1 or C, 1, 1). */
  static String temperature(Place relu) {
    return "temperatures[" + relu.call() + "]";
  }

  /** Gives node i its whole gradient, in a variable that may be changed in place. */
  void begin(int i, String variable) {
    gradient[i] = variable;
    owned[i] = true;
  }

  /**
   * Gives node i its whole gradient in a variable named after it, which is returned; the caller
   * assigns it.
   */
  String begin(int i) {
    begin(i, gating.prefix() + i);
    return gradient[i];
  }

  /** A variable for a contribution to node i: the gradient itself if it is the first one. */
  String fresh(int i) {
    return gradient[i] == null ? gating.prefix() + i : gating.prefix() + i + "_";
  }

  /**
   * Adds a contribution that is zero except in every stride-th row and column. It waits for another
   * contribution, if there is one, so that no zeros are written and added.
   */
  void contributeSparse(int i, String variable, int stride) {
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
      claim(i, gradient[i], owned[i]);
    }
    addSparse(gradient[i], variable, stride);
  }

  /**
   * Adds a contribution to the gradient of node i.
   *
   * @param own whether {@code variable} is a tensor that may be changed in place
   */
  void contribute(int i, String variable, boolean own) {
    if (waiting[i] != null) {
      gradient[i] = variable;
      claim(i, variable, own);
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
  private void claim(int i, String variable, boolean already) {
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

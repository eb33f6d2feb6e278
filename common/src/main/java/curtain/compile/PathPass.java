package curtain.compile;

import curtain.network.Network;
import java.util.List;
import java.util.Locale;

/**
 * The path kernel's forward pass that is being written: of node i the values are {@code xi}, (P, H,
 * W, C) or (P, F), and the exponents of their scales {@code si}, (P), for P pairs of images.
 *
 * <p>As all entries of a linear map count as 1, its outputs are equal: they are computed for one
 * channel and broadcast where channels differ again.
 *
 * @param constants whether affine maps have a constant coordinate
 * @param uniform of every node, whether its channels are all equal, so that it has one
 */
record PathPass(Network network, Method method, boolean constants, List<Boolean> uniform) {
  PathPass {
    uniform = List.copyOf(uniform);
  }

  /** Adds the statement that keeps the scale of the first input. */
  void keepScale(Place at) {
    method.line("s%d = s%d", at.index(), at.input());
  }

  /** Adds the statements that give the node the largest scale of its inputs. */
  void alignScales(Place at) {
    keepScale(at);
    for (int input : at.inputs().subList(1, at.inputs().size())) {
      method.line("s%1$d = torch.maximum(s%1$d, s%2$d)", at.index(), input);
    }
  }

  /** An expression of node i's values at the scale of another. */
  static String atScale(int i, int of) {
    return String.format(Locale.ROOT, "self._at_scale(x%1$d, s%1$d, s%2$d)", i, of);
  }

  /**
   * Adds the statement that sums over channels or features, the last axis, of which one element
   * stays.
   */
  void sum(int i, String to, int axis) {
    if (uniform.get(i)) {
      method.line("%s = torch.mul(x%d, %d.)", to, i, network.nodes().get(i).channels());
    } else {
      method.line("%s = torch.sum(x%d, [%d], True)", to, i, axis);
    }
  }

  /**
   * Adds the statement that adds the constant of an affine map, where maps have one, to all of its
   * outputs, and fits the scale to them.
   */
  void affine(Place at) {
    method.line(
        "x%1$d, s%1$d = self.%2$s(x%1$d, s%1$d)", at.index(), constants ? "_plus_one" : "_scaled");
  }

  /** An expression of node i's values with all of its channels. */
  String channels(int i, String values) {
    return uniform.get(i)
        ? String.format(
            Locale.ROOT,
            "torch.expand(%s, [-1, -1, -1, %d])",
            values,
            network.nodes().get(i).channels())
        : values;
  }
}

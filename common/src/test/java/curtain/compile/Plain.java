package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The forward pass in plain loops, in double precision, for one image; no pools but of averages.
 */
final class Plain {
  private Plain() {}

  /** The last node's values for x (3, H, W). */
  static double[] logits(Network network, double[] x) {
    List<double[]> values = new ArrayList<>();
    for (Node node : network.nodes()) {
      double[] a = node.inputs().isEmpty() ? x : values.get(node.inputs().get(0));
      Operation operation = node.operation();
      if (operation instanceof Operation.Input) {
        values.add(a);
      } else if (operation instanceof Operation.Affine affine) {
        int positions = a.length / node.channels();
        double[] y = new double[a.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = affine.scale()[i / positions] * a[i] + affine.shift()[i / positions];
        }
        values.add(y);
      } else if (operation instanceof Operation.Convolution convolution) {
        int side = network.nodes().get(node.inputs().get(0)).shape().get(1);
        values.add(convolution(convolution, a, side, node.shape().get(1)));
      } else if (operation instanceof Operation.Relu) {
        values.add(Arrays.stream(a).map(v -> Math.max(v, 0)).toArray());
      } else if (operation instanceof Operation.Add) {
        double[] b = values.get(node.inputs().get(1));
        double[] y = new double[a.length];
        Arrays.setAll(y, i -> a[i] + b[i]);
        values.add(y);
      } else if (operation instanceof Operation.Flatten) {
        values.add(a);
      } else if (operation instanceof Operation.Linear linear) {
        double[] y = new double[linear.outputs()];
        for (int o = 0; o < y.length; o++) {
          y[o] = linear.bias()[o];
          for (int i = 0; i < a.length; i++) {
            y[o] += linear.weight()[o * a.length + i] * a[i];
          }
        }
        values.add(y);
      } else {
        throw new IllegalArgumentException("no plain form of " + operation);
      }
    }
    return values.get(values.size() - 1);
  }

  private static double[] convolution(Operation.Convolution c, double[] x, int side, int pooled) {
    double[] y = new double[c.outputs() * pooled * pooled];
    for (int at = 0; at < y.length; at++) {
      int output = at / (pooled * pooled);
      double sum = c.bias()[output];
      for (int tap = 0; tap < c.inputs() * c.kernel() * c.kernel(); tap++) {
        int input = tap / (c.kernel() * c.kernel());
        int a = tap / c.kernel() % c.kernel();
        int b = tap % c.kernel();
        int row = at / pooled % pooled * c.stride() + a - c.padding();
        int column = at % pooled * c.stride() + b - c.padding();
        if (row >= 0 && row < side && column >= 0 && column < side) {
          sum += c.at(output, input, a, b) * x[(input * side + row) * side + column];
        }
      }
      y[at] = sum;
    }
    return y;
  }
}

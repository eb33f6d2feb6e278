package curtain.compile;

import curtain.network.Network;
import curtain.network.Network.Node;
import curtain.network.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The forward pass in plain loops, in double precision, for one image; of some operations only. */
final class Plain implements Operation.Visitor<double[]> {
  private final Network network;
  private final List<double[]> values = new ArrayList<>();
  private Node node;

  private Plain(Network network) {
    this.network = network;
  }

  /** The last node's values for x (3, H, W). */
  static double[] logits(Network network, double[] x) {
    Plain plain = new Plain(network);
    plain.values.add(x);
    for (Node node : network.nodes().subList(1, network.nodes().size())) {
      plain.node = node;
      plain.values.add(node.operation().accept(plain));
    }
    return plain.values.get(plain.values.size() - 1);
  }

  /** Values that the node reads. */
  private double[] read(int k) {
    return values.get(node.inputs().get(k));
  }

  @Override
  public double[] input(Operation.Input input) {
    return values.get(0);
  }

  @Override
  public double[] affine(Operation.Affine affine) {
    double[] x = read(0);
    int positions = x.length / node.channels();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = affine.scale()[i / positions] * x[i] + affine.shift()[i / positions];
    }
    return y;
  }

  @Override
  public double[] convolution(Operation.Convolution convolution) {
    int side = network.nodes().get(node.inputs().get(0)).shape().get(1);
    return convolved(convolution, read(0), side, node.shape().get(1));
  }

  @Override
  public double[] linear(Operation.Linear linear) {
    double[] x = read(0);
    double[] y = new double[linear.outputs()];
    for (int o = 0; o < y.length; o++) {
      y[o] = linear.bias()[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += linear.weight()[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  @Override
  public double[] relu(Operation.Relu relu) {
    return Arrays.stream(read(0)).map(v -> Math.max(v, 0)).toArray();
  }

  @Override
  public double[] flatten(Operation.Flatten flatten) {
    return read(0);
  }

  @Override
  public double[] add(Operation.Add add) {
    double[] a = read(0);
    double[] b = read(1);
    double[] y = new double[a.length];
    Arrays.setAll(y, i -> a[i] + b[i]);
    return y;
  }

  private static IllegalArgumentException none(Operation operation) {
    return new IllegalArgumentException("no plain form of " + operation);
  }

  @Override
  public double[] maxPool(Operation.MaxPool pool) {
    throw none(pool);
  }

  @Override
  public double[] averagePool(Operation.AveragePool pool) {
    throw none(pool);
  }

  @Override
  public double[] globalAveragePool(Operation.GlobalAveragePool pool) {
    throw none(pool);
  }

  @Override
  public double[] concat(Operation.Concat concat) {
    throw none(concat);
  }

  @Override
  public double[] subsample(Operation.Subsample subsample) {
    throw none(subsample);
  }

  private static double[] convolved(Operation.Convolution c, double[] x, int side, int pooled) {
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

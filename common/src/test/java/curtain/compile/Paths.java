package curtain.compile;

import curtain.network.Network;
import curtain.network.Operation;
import java.util.List;

/**
 * Every path of a small network, one after the other, from its end back to a value of the image or
 * a constant: the kernel's definition in plain Java, on the graph as it was built.
 */
final class Paths {
  /**
   * What an image brings.
   *
   * @param x in [-1, 1], (3, H, W)
   * @param gates of every ReLU call
   * @param selections of every max-pool call, h W + w
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Image(double[] x, List<float[]> gates, List<long[]> selections) {}

  private final Network network;
  private final boolean constants;
  private final Image first;
  private final Image second;
  private final int[] uses;
  private double sum;
  private double lost;
  private double magnitude;
  private long count;

  /** Walks all paths. */
  Paths(Network network, boolean constants, Image first, Image second) {
    this.network = network;
    this.constants = constants;
    this.first = first;
    this.second = second;
    this.uses = network.uses();
    int last = network.nodes().size() - 1;
    if (network.nodes().get(last).operation() instanceof Operation.Linear) {
      int end = source(last, 0);
      for (int f = 0; f < network.nodes().get(end).channels(); f++) {
        walk(end, f, 1, 1);
      }
      constant(1, 1);
    } else {
      for (int f = 0; f < network.classes(); f++) {
        walk(last, f, 1, 1);
      }
    }
  }

  /** The sum of the products of the two images' features. */
  double kernel() {
    return sum + lost;
  }

  /** The sum of the products' absolute values: what rounding is relative to. */
  double magnitude() {
    return magnitude;
  }

  /** Number of paths that neither image closes. */
  long count() {
    return count;
  }

  /** Adds a path; what rounding takes from the sum is summed apart (Neumaier). */
  private void end(double product) {
    double next = sum + product;
    boolean larger = Math.abs(sum) >= Math.abs(product);
    lost += larger ? sum - next + product : product - next + sum;
    sum = next;
    magnitude += Math.abs(product);
    count++;
  }

  private void constant(double a, double b) {
    if (constants) {
      end(a * b);
    }
  }

  private int source(int i, int k) {
    return network.nodes().get(i).inputs().get(k);
  }

  /** All paths that end at an element of node i, whose features behind it are a and b. */
  private void walk(int i, int at, double a, double b) {
    if (a != 0 && b != 0) {
      network.nodes().get(i).operation().accept(new Step(i, at, a, b));
    }
  }

  /** Goes on from an element to those of the node's inputs. */
  private final class Step implements Operation.Visitor<Void> {
    private final int i;
    private final int at;
    private final double a;
    private final double b;

    Step(int i, int at, double a, double b) {
      this.i = i;
      this.at = at;
      this.a = a;
      this.b = b;
    }

    /** The same element of the only input. */
    private Void same() {
      walk(source(i, 0), at, a, b);
      return null;
    }

    @Override
    public Void input(Operation.Input input) {
      end(a * first.x()[at] * (b * second.x()[at]));
      return null;
    }

    @Override
    public Void affine(Operation.Affine affine) {
      Operation before = network.nodes().get(source(i, 0)).operation();
      boolean folded = before instanceof Operation.Convolution && uses[source(i, 0)] == 1;
      if (!folded && !(before instanceof Operation.Input)) {
        constant(a, b);
      }
      return same();
    }

    @Override
    public Void convolution(Operation.Convolution c) {
      constant(a, b);
      for (int channel = 0; channel < c.inputs(); channel++) {
        window(i, at, c.kernel(), c.stride(), c.padding(), channel, a, b, null);
      }
      return null;
    }

    @Override
    public Void linear(Operation.Linear linear) {
      constant(a, b);
      for (int f = 0; f < linear.inputs(); f++) {
        walk(source(i, 0), f, a, b);
      }
      return null;
    }

    @Override
    public Void relu(Operation.Relu relu) {
      int call = network.indicesOf(Operation.Relu.class).indexOf(i);
      walk(source(i, 0), at, a * first.gates().get(call)[at], b * second.gates().get(call)[at]);
      return null;
    }

    @Override
    public Void maxPool(Operation.MaxPool pool) {
      int call = network.indicesOf(Operation.MaxPool.class).indexOf(i);
      long[] selected = {first.selections().get(call)[at], second.selections().get(call)[at]};
      int channel = at / (side(i) * side(i));
      window(i, at, pool.kernel(), pool.stride(), pool.padding(), channel, a, b, selected);
      return null;
    }

    @Override
    public Void averagePool(Operation.AveragePool pool) {
      int channel = at / (side(i) * side(i));
      window(i, at, pool.kernel(), pool.kernel(), 0, channel, a, b, null);
      return null;
    }

    @Override
    public Void globalAveragePool(Operation.GlobalAveragePool pool) {
      int positions = side(source(i, 0)) * side(source(i, 0));
      for (int p = 0; p < positions; p++) {
        walk(source(i, 0), at * positions + p, a, b);
      }
      return null;
    }

    @Override
    public Void flatten(Operation.Flatten flatten) {
      return same();
    }

    @Override
    public Void add(Operation.Add add) {
      walk(source(i, 0), at, a, b);
      walk(source(i, 1), at, a, b);
      return null;
    }

    @Override
    public Void concat(Operation.Concat concat) {
      int size = network.nodes().get(source(i, 0)).channels() * side(i) * side(i);
      walk(source(i, at < size ? 0 : 1), at < size ? at : at - size, a, b);
      return null;
    }

    @Override
    public Void subsample(Operation.Subsample subsample) {
      int channel = at / (side(i) * side(i)) - subsample.padding();
      if (channel >= 0 && channel < network.nodes().get(source(i, 0)).channels()) {
        int row = at / side(i) % side(i);
        int from = side(source(i, 0));
        walk(source(i, 0), (channel * from + 2 * row) * from + 2 * (at % side(i)), a, b);
      }
      return null;
    }
  }

  private int side(int i) {
    return network.nodes().get(i).shape().get(1);
  }

  /** The elements of a window in one channel of the input; of a max-pool those selected. */
  private void window(
      int i,
      int at,
      int kernel,
      int stride,
      int padding,
      int channel,
      double a,
      double b,
      long[] selected) {
    int from = side(source(i, 0));
    for (int tap = 0; tap < kernel * kernel; tap++) {
      int row = at / side(i) % side(i) * stride + tap / kernel - padding;
      int column = at % side(i) * stride + tap % kernel - padding;
      if (row >= 0 && row < from && column >= 0 && column < from) {
        int index = row * from + column;
        double m = selected == null || selected[0] == index ? 1 : 0;
        double n = selected == null || selected[1] == index ? 1 : 0;
        walk(source(i, 0), channel * from * from + index, a * m, b * n);
      }
    }
  }
}

package curtain.compile;

import curtain.gates.Gate;
import curtain.gates.PoolGate;
import java.io.Serializable;

/**
 * What is fixed when a network is compiled. Temperatures are not: they enter at call time.
 *
 * @param gate at ReLUs
 * @param pool at max-pools
 * @param compatAuthors functional ReLUs stay hard, as in the paper's released code, which replaces
 *     modules only: DenseNet's last ReLU and every ReLU of the CIFAR ResNets
 * @param precision of all tensors
 * @param target devices that the program is for
 */
public record CompileOptions(
    Gate gate, PoolGate pool, boolean compatAuthors, Precision precision, Target target)
    implements Serializable {

  /** Sigmoid gates, softmax pools, float32: the paper's pullback. */
  public static final CompileOptions DEFAULT =
      new CompileOptions(Gate.SIGMOID, PoolGate.SOFTMAX, false, Precision.FLOAT32);

  /**
   * Takes null for {@link Target#ANY}: descriptions of programs for any device do not name it.
   *
   * @throws IllegalArgumentException for a GPU with tensors other than float32
   */
  public CompileOptions {
    target = target == null ? Target.ANY : target;
    if (target.isGpu() && precision != Precision.FLOAT32) {
      throw new IllegalArgumentException("programs for GPUs are of float32, not " + precision);
    }
  }

  /** Options of a program for any device. */
  public CompileOptions(Gate gate, PoolGate pool, boolean compatAuthors, Precision precision) {
    this(gate, pool, compatAuthors, precision, Target.ANY);
  }

  /** The same for other devices. */
  public CompileOptions on(Target other) {
    return new CompileOptions(gate, pool, compatAuthors, precision, other);
  }
}

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
 */
public record CompileOptions(Gate gate, PoolGate pool, boolean compatAuthors, Precision precision)
    implements Serializable {

  /** Sigmoid gates, softmax pools, float32: the paper's pullback. */
  public static final CompileOptions DEFAULT =
      new CompileOptions(Gate.SIGMOID, PoolGate.SOFTMAX, false, Precision.FLOAT32);
}

package curtain.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import curtain.compile.EagerProgram;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network whose pullbacks PyTorch's autograd computes from straight-through gates: what the
 * compiled program is measured against, and agrees with. Subnormal numbers count as zeros here as
 * there.
 */
public final class EagerNetwork implements AutoCloseable {
  private final PtNDManager manager;
  private final PtSymbolBlock module;

  private EagerNetwork(PtNDManager manager, PtSymbolBlock module) {
    this.manager = manager;
    this.module = module;
  }

  /**
   * Loads the network.
   *
   * @throws IOException if its program cannot be written
   */
  public static EagerNetwork load(Network network, Device device) throws IOException {
    Libtorch.start();
    Path archive = Files.createTempFile("curtain", ".pt");
    try {
      EagerProgram.write(network, archive);
      PtNDManager manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
      // trainParam: tensors of inference mode cannot be saved for a backward pass
      return new EagerNetwork(
          manager,
          JniUtils.loadModule(manager, archive, false, new String[0], new String[0], true));
    } finally {
      Files.delete(archive);
    }
  }

  /**
   * The manager of the network's tensors, from which a caller makes a sub-manager for each call.
   */
  public NDManager manager() {
    return manager;
  }

  /** Logits (N, C) of x (N, 3, H, W), owned by the call's manager. */
  public NDArray forward(NDManager call, PtNDArray x) {
    try (IValue argument = IValue.from(x);
        IValue result =
            Subnormals.asZero(() -> IValueUtils.runMethod(module, "forward", argument))) {
      return result.toTensor((PtNDManager) call);
    }
  }

  /** Pullback (N, 3, H, W) of one logit of every image, owned by the call's manager. */
  public NDArray pullback(NDManager call, PtNDArray images, int target) {
    PtNDArray x = (PtNDArray) images.duplicate();
    x.attach(call);
    x.setRequiresGradient(true);
    NDArray targets = call.full(new Shape(x.getShape().get(0), 1), target, DataType.INT64);
    try (GradientCollector collector = Libtorch.start().newGradientCollector()) {
      NDArray method = call.zeros(new Shape(1));
      method.setName("module_method:surrogate");
      NDList arguments = new NDList(method, x, targets);
      Subnormals.asZero(
          () -> {
            NDArray sum = IValueUtils.forward(module, arguments, true).singletonOrThrow();
            sum.attach(call);
            collector.backward(sum);
            return sum;
          });
    }
    return x.getGradient();
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}

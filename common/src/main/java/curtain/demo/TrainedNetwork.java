package curtain.demo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import curtain.network.Normalisation;
import curtain.weights.StateDict;
import curtain.weights.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * {@code demo_cnn} while it is trained: its parameters as arrays of DJL, by the names of the state
 * dict, and the pass through it whose gradients PyTorch's autograd takes. Everything else in
 * Curtain reads the state dict and compiles the network.
 */
final class TrainedNetwork {
  /** Share of the running statistics that a step keeps; PyTorch calls 1 - 0.9 the momentum. */
  private static final float MOMENTUM = 0.9f;

  private static final float EPSILON = 1e-5f;
  private static final Shape TWO = new Shape(2, 2);
  private static final Shape ONE = new Shape(1, 1);
  private static final Shape NONE = new Shape(0, 0);

  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final NDArray scale;
  private final NDArray shift;

  /**
   * Draws the weights: for a convolution with I input channels from the normal distribution of
   * variance 2/(9 I) (He et al. 2015), for the last map of variance 1/64, with a bias of 0;
   * BatchNorms are the identity.
   *
   * @param manager owns the arrays
   */
  TrainedNetwork(NDManager manager, int classes, Random random) {
    convolution(manager, random, "", 1, 3, 16);
    convolution(manager, random, "", 2, 16, 32);
    convolution(manager, random, "block.", 1, 32, 32);
    convolution(manager, random, "block.", 2, 32, 32);
    convolution(manager, random, "", 3, 32, 64);
    arrays.put("fc.weight", normal(manager, random, Math.sqrt(1 / 64.0), classes, 64));
    arrays.put("fc.bias", manager.zeros(new Shape(classes)));
    arrays.forEach((name, array) -> array.setRequiresGradient(trained(name)));
    float[] std = new float[3];
    float[] mean = new float[3];
    for (int c = 0; c < 3; c++) {
      std[c] = Normalisation.IMAGENET.std().get(c).floatValue();
      mean[c] = Normalisation.IMAGENET.mean().get(c).floatValue();
    }
    Shape channels = new Shape(1, 3, 1, 1);
    scale = manager.create(std, channels);
    shift = manager.create(mean, channels);
  }

  private void convolution(
      NDManager manager, Random random, String prefix, int number, int inputs, int outputs) {
    double std = Math.sqrt(2.0 / (9 * inputs));
    String bn = prefix + "bn" + number + ".";
    arrays.put(
        prefix + "conv" + number + ".weight", normal(manager, random, std, outputs, inputs, 3, 3));
    arrays.put(bn + "weight", manager.ones(new Shape(outputs)));
    arrays.put(bn + "bias", manager.zeros(new Shape(outputs)));
    arrays.put(bn + "running_mean", manager.zeros(new Shape(outputs)));
    arrays.put(bn + "running_var", manager.ones(new Shape(outputs)));
  }

  private static NDArray normal(NDManager manager, Random random, double std, long... shape) {
    float[] values = new float[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (std * random.nextGaussian());
    }
    return manager.create(values, new Shape(shape));
  }

  private static boolean trained(String name) {
    return !name.contains("running_");
  }

  /** What an optimiser changes, by name. */
  Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>(arrays);
    parameters.keySet().removeIf(name -> !trained(name));
    return parameters;
  }

  /**
   * Logits (N, C) of x (N, 3, 64, 64) in [-1, 1].
   *
   * @param training whether BatchNorm takes the batch's statistics, and moves its own towards them
   */
  NDArray forward(NDArray x, boolean training) {
    NDArray y = x.add(1).div(2).sub(shift).div(scale);
    y = pool(layer(y, "", 1, training));
    y = pool(layer(y, "", 2, training));
    NDArray inner = layer(y, "block.", 1, training);
    y = pool(Activation.relu(normalised(inner, "block.", 2, training).add(y)));
    y = Pool.globalAvgPool2d(layer(y, "", 3, training));
    return y.matMul(arrays.get("fc.weight").transpose()).add(arrays.get("fc.bias"));
  }

  private NDArray layer(NDArray x, String prefix, int number, boolean training) {
    return Activation.relu(normalised(x, prefix, number, training));
  }

  private NDArray normalised(NDArray x, String prefix, int number, boolean training) {
    NDArray weight = arrays.get(prefix + "conv" + number + ".weight");
    NDList y = Conv2d.conv2d(x, weight, null, ONE, ONE);
    String bn = prefix + "bn" + number + ".";
    return BatchNorm.batchNorm(
            y.singletonOrThrow(),
            arrays.get(bn + "running_mean"),
            arrays.get(bn + "running_var"),
            arrays.get(bn + "weight"),
            arrays.get(bn + "bias"),
            1,
            MOMENTUM,
            EPSILON,
            training)
        .singletonOrThrow();
  }

  private static NDArray pool(NDArray x) {
    return Pool.maxPool2d(x, TWO, TWO, NONE, false);
  }

  /** The state dict as it is now. */
  StateDict stateDict() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) ->
            tensors.put(
                name,
                Tensor.of(
                    Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray(),
                    array.toFloatArray())));
    return StateDict.of(tensors);
  }
}

package curtain.calibration;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.ProgramInfo.Layer;
import curtain.engine.LoadedProgram;
import curtain.engine.MicroBatch;
import curtain.engine.NativeHeap;
import curtain.pullback.PullbackKernel;
import curtain.statistics.Moments;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Distributions of the pre-activations z of every ReLU call's channels, over images and positions
 * (spec 2), in micro-batches. Means and sums of squares are taken in float64. For its quantiles a
 * batch's n values of a channel are sorted, and of every k = ceil((n - 2)/512) consecutive ones one
 * enters the sketch with weight k, beside the least and the largest with weight 1: no rank is off
 * by more than 0.1 % of the batch. Memory: a few kilobytes for each channel, however many images
 * there are, and one batch. Batches are filled up with black images, which are not counted, as in
 * {@link PullbackKernel}.
 */
public final class CalibrationKernel {
  /**
   * Values of a channel that enter its sketch from one batch, besides the least and the largest.
   */
  private static final int POINTS = 512;

  private final LoadedProgram program;
  private final MicroBatch inputs;
  private final Distribution[][] sums;

  /**
   * Begins with no image counted.
   *
   * @throws IllegalArgumentException if the batch is empty
   */
  public CalibrationKernel(LoadedProgram program, int batchSize) {
    this.program = program;
    this.inputs = new MicroBatch(batchSize, program.info().imageSize());
    List<Layer> layers = program.info().relus();
    this.sums = new Distribution[layers.size()][];
    for (int l = 0; l < sums.length; l++) {
      sums[l] = new Distribution[layers.get(l).shape().get(0)];
      Arrays.fill(sums[l], Distribution.NONE);
    }
  }

  /**
   * Adds one micro-batch.
   *
   * @param images at most {@code batchSize} images, each (3, H, W) in 8 bits
   * @return whether it was added; false, with nothing added, where a pre-activation is not finite
   * @throws IllegalArgumentException if there is no image, or more than the batch holds, or an
   *     image has another size
   */
  public boolean add(List<byte[]> images) {
    int n = images.size();
    inputs.check(n);
    NativeHeap.trimIfGrown();
    long[] steps = new long[sums.length];
    Arrays.setAll(steps, l -> step(length(l, n)));
    try (NDManager call = program.newManager()) {
      List<List<PtNDArray>> results =
          program.call(
              call,
              "distributions",
              IValue.from(inputs.fill(call, images)),
              IValue.from(n),
              IValue.listFrom(steps));
      double[][] moments = new double[sums.length][];
      for (int l = 0; l < sums.length; l++) {
        moments[l] = doubles(results.get(0).get(l));
        if (!Arrays.stream(moments[l]).allMatch(Double::isFinite)) {
          return false;
        }
      }
      for (int l = 0; l < sums.length; l++) {
        FloatBuffer points = results.get(1).get(l).toByteBuffer(true).asFloatBuffer();
        add(l, length(l, n), moments[l], points);
      }
      return true;
    }
  }

  private void add(int l, int length, double[] moments, FloatBuffer points) {
    float[] own = new float[points.remaining() / sums[l].length];
    int[] weights = weights(length, own.length);
    for (int c = 0; c < sums[l].length; c++) {
      points.get(own);
      Distribution sum = sums[l][c];
      sums[l][c] =
          new Distribution(
              sum.moments().plus(new Moments(length, moments[2 * c], moments[2 * c + 1])),
              sum.sketch().plus(own, weights));
    }
  }

  /** The distribution of one channel over all images added so far. */
  public Distribution channel(int layer, int channel) {
    return sums[layer][channel];
  }

  /** The number of values of one channel over n images. */
  private int length(int l, int n) {
    List<Integer> shape = program.info().relus().get(l).shape();
    return n * (shape.stream().reduce(1, Math::multiplyExact) / shape.get(0));
  }

  /** The weight k of each value that enters the sketch, but for the ends. */
  private static int step(int length) {
    return Math.max(1, (length - 2 + POINTS - 1) / POINTS);
  }

  /**
   * The weight of each point: 1 at both ends, and what steps of k leave over at the last but one.
   */
  private static int[] weights(int length, int points) {
    int[] weights = new int[points];
    Arrays.fill(weights, step(length));
    weights[0] = 1;
    weights[points - 1] = 1;
    if (points > 2) {
      weights[points - 2] = length - 2 - (points - 3) * step(length);
    }
    return weights;
  }

  private static double[] doubles(PtNDArray array) {
    DoubleBuffer buffer = array.toByteBuffer(true).asDoubleBuffer();
    double[] values = new double[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}

package curtain.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import curtain.compile.ProbeProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Checks that convolutions are right on this processor. oneDNN chooses and plans its kernels by the
 * processor, and on some the plans are wrong, see {@link InstructionLimit}; results would be wrong
 * without a sign of it. So before the first program of a process runs, two convolutions 1 x 1, of
 * the shapes that were seen to fail, have to equal plain sums.
 */
final class ConvolutionCheck {
  /** Numbers of input and output channels of each convolution. */
  private static final int[][] SHAPES = {{64, 512}, {1000, 512}};

  private static final int IMAGES = 16;
  private static final int SIDE = 13;
  private static final int SAMPLES = 400;

  /**
   * Largest error of a sum of up to 1,000 products between -1 and 1: far above rounding, far below
   * the errors of wrong plans.
   */
  private static final double TOLERANCE = 1e-2;

  /** Whether the check has passed in this process. */
  private static boolean passed;

  private ConvolutionCheck() {}

  /**
   * Runs the check, once in a process.
   *
   * @throws IOException if convolutions are wrong, or there is no room for a temporary file
   */
  static synchronized void pass() throws IOException {
    if (passed) {
      return;
    }
    double error = 0;
    for (int[] shape : SHAPES) {
      error = Math.max(error, error(shape[0], shape[1]));
    }
    refuse(error);
    passed = true;
  }

  /**
   * Refuses an error that rounding does not explain, or that is no number.
   *
   * @throws IOException that says what to set
   */
  static void refuse(double error) throws IOException {
    if (!(error <= TOLERANCE)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "oneDNN's convolutions are wrong on this processor (a sum of 1,000 products is off by"
                  + " %.2g): set %s=AVX in the environment of all processes, or use another machine",
              error,
              InstructionLimit.VARIABLE));
    }
  }

  /**
   * The largest difference between a convolution and plain sums, at some results, most of them of
   * the last channels.
   */
  private static double error(int inputs, int outputs) throws IOException {
    SplittableRandom random = new SplittableRandom(inputs);
    float[] weights = values(random, outputs * inputs);
    float[] x = values(random, IMAGES * inputs * SIDE * SIDE);
    Path file = Files.createTempFile("curtain-check", ".pt");
    try {
      ProbeProgram.convolution(inputs, outputs, SIDE, i -> weights[i]).write(file);
      try (LoadedProgram program = LoadedProgram.unchecked(file, Device.cpu(), IMAGES);
          NDManager manager = program.newManager()) {
        PtNDArray images = (PtNDArray) manager.create(x, new Shape(IMAGES, inputs, SIDE, SIDE));
        float[] y =
            program.call(manager, "forward", IValue.from(images)).get(0).get(0).toFloatArray();
        double worst = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
          int image = random.nextInt(IMAGES);
          int output = outputs - 1 - random.nextInt(sample % 4 == 0 ? outputs : 8);
          int position = random.nextInt(SIDE * SIDE);
          double expected = 0;
          for (int i = 0; i < inputs; i++) {
            expected +=
                (double) weights[output * inputs + i]
                    * x[(image * inputs + i) * SIDE * SIDE + position];
          }
          float actual = y[(image * outputs + output) * SIDE * SIDE + position];
          worst = Math.max(worst, Math.abs(actual - expected));
        }
        return worst;
      }
    } finally {
      Files.delete(file);
    }
  }

  private static float[] values(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}

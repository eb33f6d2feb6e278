package curtain.measures;

/**
 * Gaussian blur of square images, which insertion and deletion put in the place of hidden pixels
 * [spec 6]: sigma H/20, radius ceil(3 sigma), weights exp(-i^2/(2 sigma^2)) divided by their sum,
 * borders reflected without repeating the last pixel (d c b | a b c d | c b a).
 */
public final class Blur {
  private Blur() {}

  /**
   * Blurs every channel, columns and then rows, in double precision.
   *
   * @param x (C, H, H), row-major
   * @param side H
   */
  public static float[] of(float[] x, int side) {
    double sigma = side / 20.0;
    double[] weights = weights(sigma, (int) Math.ceil(3 * sigma));
    int plane = side * side;
    float[] blurred = new float[x.length];
    double[] between = new double[plane];
    double[] line = new double[side];
    for (int from = 0; from < x.length; from += plane) {
      for (int column = 0; column < side; column++) {
        for (int row = 0; row < side; row++) {
          line[row] = x[from + row * side + column];
        }
        for (int row = 0; row < side; row++) {
          between[row * side + column] = at(line, row, weights);
        }
      }
      for (int row = 0; row < side; row++) {
        System.arraycopy(between, row * side, line, 0, side);
        for (int column = 0; column < side; column++) {
          blurred[from + row * side + column] = (float) at(line, column, weights);
        }
      }
    }
    return blurred;
  }

  /** Weights at the distances 0, 1, ... from the middle. */
  private static double[] weights(double sigma, int radius) {
    double[] weights = new double[radius + 1];
    double sum = 0;
    for (int i = 0; i <= radius; i++) {
      weights[i] = Math.exp(-i * i / (2 * sigma * sigma));
      sum += i == 0 ? weights[i] : 2 * weights[i];
    }
    for (int i = 0; i <= radius; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  private static double at(double[] line, int middle, double[] weights) {
    double sum = weights[0] * line[middle];
    for (int i = 1; i < weights.length; i++) {
      sum +=
          weights[i]
              * (line[reflected(middle - i, line.length)]
                  + line[reflected(middle + i, line.length)]);
    }
    return sum;
  }

  private static int reflected(int at, int length) {
    if (length == 1) {
      return 0;
    }
    int period = 2 * (length - 1);
    int folded = Math.floorMod(at, period);
    return folded < length ? folded : period - folded;
  }
}

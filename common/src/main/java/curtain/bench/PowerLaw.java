package curtain.bench;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a quantity grows with a size n: y = a + b n^e, a being what is there at any size, a program's
 * start say. Of a straight line through logarithms the start would bend the small end, and the
 * exponent would come out too small. Residuals are relative, since times scatter by shares of
 * themselves.
 *
 * @param start a, 0 or more, in the unit of y
 * @param factor b, 0 or more
 * @param exponent e; 0 for what does not grow, see {@link #fit}
 * @param least the smallest exponent of the fits that leave out one size each
 * @param most the largest of them
 */
public record PowerLaw(double start, double factor, double exponent, double least, double most) {
  /** Sizes without which three parameters and their scatter are not told. */
  public static final int LEAST_SIZES = 5;

  /** What the largest value is at least, over the smallest, of something that grows. */
  public static final double GROWN = 1.1;

  private static final double STEP = 0.001;
  private static final int LARGEST = 3_000;

  /** Below e = 0.05 a power is as good as constant, and a and b cannot be told apart. */
  private static final int SMALLEST = 50;

  /** The best a and b for an exponent, and the sum of squared relative residuals. */
  private record Trial(double start, double factor, double exponent, double loss) {
    double at(double size) {
      return start + factor * Math.pow(size, exponent);
    }
  }

  /**
   * Fits the law: the exponent, from 0.05 to 3 in steps of 0.001, whose best a and b leave the
   * smallest sum of squared relative residuals. Where no value is {@value #GROWN} times another
   * one, or the law grows by less from the smallest size to the largest, the quantity is taken as
   * constant, with e = 0: an exponent would be that of the scatter.
   *
   * @param sizes n, above 0, each once
   * @param values y at each, above 0
   * @return empty for fewer sizes than {@value #LEAST_SIZES}
   */
  public static Optional<PowerLaw> fit(double[] sizes, double[] values) {
    if (sizes.length < LEAST_SIZES) {
      return Optional.empty();
    }
    double smallest = Arrays.stream(values).min().orElseThrow();
    if (Arrays.stream(values).max().orElseThrow() < GROWN * smallest) {
      return Optional.of(new PowerLaw(smallest, 0, 0, 0, 0));
    }
    Trial best = best(sizes, values);
    double from = best.at(Arrays.stream(sizes).min().orElseThrow());
    if (best.at(Arrays.stream(sizes).max().orElseThrow()) < GROWN * from) {
      return Optional.of(new PowerLaw(from, 0, 0, 0, 0));
    }
    double[] others =
        IntStream.range(0, sizes.length)
            .mapToDouble(i -> best(without(sizes, i), without(values, i)).exponent())
            .toArray();
    return Optional.of(
        new PowerLaw(
            best.start(),
            best.factor(),
            best.exponent(),
            Arrays.stream(others).min().orElseThrow(),
            Arrays.stream(others).max().orElseThrow()));
  }

  private static double[] without(double[] numbers, int left) {
    return IntStream.range(0, numbers.length)
        .filter(i -> i != left)
        .mapToDouble(i -> numbers[i])
        .toArray();
  }

  private static Trial best(double[] sizes, double[] values) {
    Trial best = trial(sizes, values, SMALLEST * STEP);
    for (int i = SMALLEST + 1; i <= LARGEST; i++) {
      Trial next = trial(sizes, values, i * STEP);
      best = next.loss() < best.loss() ? next : best;
    }
    return best;
  }

  /** Linear least squares of 1 = a / y + b n^e / y, with a and b of 0 or more. */
  private static Trial trial(double[] sizes, double[] values, double exponent) {
    double uu = 0;
    double uv = 0;
    double vv = 0;
    double u1 = 0;
    double v1 = 0;
    for (int i = 0; i < sizes.length; i++) {
      double u = 1 / values[i];
      double v = Math.pow(sizes[i], exponent) / values[i];
      uu += u * u;
      uv += u * v;
      vv += v * v;
      u1 += u;
      v1 += v;
    }
    double determinant = uu * vv - uv * uv;
    double a = (u1 * vv - v1 * uv) / determinant;
    double b = (v1 * uu - u1 * uv) / determinant;
    if (a < 0) {
      a = 0;
      b = v1 / vv;
    } else if (b < 0) {
      a = u1 / uu;
      b = 0;
    }
    double loss = 0;
    for (int i = 0; i < sizes.length; i++) {
      double residual = 1 - (a + b * Math.pow(sizes[i], exponent)) / values[i];
      loss += residual * residual;
    }
    return new Trial(a, b, exponent, loss);
  }
}

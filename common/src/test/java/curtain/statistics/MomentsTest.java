package curtain.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against two passes over the numbers, far from zero, where naive sums cancel. */
@Tag("fast")
class MomentsTest {
  private static final double OFFSET = 1e6;

  private static double[] numbers(int seed, int count) {
    return new SplittableRandom(seed).doubles(count).map(x -> OFFSET + x).toArray();
  }

  private static Moments moments(double[] x, int from, int to) {
    Moments moments = Moments.NONE;
    for (int i = from; i < to; i++) {
      moments = moments.plus(x[i]);
    }
    return moments;
  }

  private static void assertClose(Moments expected, Moments actual) {
    assertEquals(expected.count(), actual.count());
    assertEquals(expected.mean(), actual.mean(), 1e-12 * OFFSET);
    assertEquals(expected.squares(), actual.squares(), 1e-9 * expected.squares());
  }

  @Test
  void equalsTwoPasses() {
    double[] x = numbers(1, 1000);
    double mean = Arrays.stream(x).map(v -> v - OFFSET).average().orElseThrow() + OFFSET;
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    Moments actual = moments(x, 0, 1000);
    assertClose(new Moments(1000, mean, squares), actual);
    assertEquals(Math.sqrt(squares / 1000), actual.deviation(), 1e-9);
    assertEquals(Math.sqrt(squares / 999 / 1000), actual.standardError(), 1e-10);
    assertEquals(Double.NaN, moments(x, 0, 1).standardError());
    assertClose(actual, Moments.of(1000, actual.mean(), actual.deviation()));
  }

  @Test
  void mergingIsAssociativeAndCommutative() {
    double[] x = numbers(2, 300);
    Moments a = moments(x, 0, 7);
    Moments b = moments(x, 7, 200);
    Moments c = moments(x, 200, 300);
    assertClose(moments(x, 0, 300), a.plus(b).plus(c));
    assertClose(a.plus(b).plus(c), a.plus(b.plus(c)));
    assertClose(a.plus(b), b.plus(a));
    assertEquals(a, a.plus(Moments.NONE));
    assertEquals(a, Moments.NONE.plus(a));
  }

  @Test
  void correlationEqualsTwoPassesHoweverItIsMerged() {
    double[] x = numbers(3, 500);
    double[] y = numbers(4, 500);
    Correlation[] parts = {Correlation.NONE, Correlation.NONE, Correlation.NONE};
    Correlation whole = Correlation.NONE;
    double[] sums = new double[5];
    for (int i = 0; i < 500; i++) {
      double u = x[i] - OFFSET;
      double v = y[i] - OFFSET + u;
      whole = whole.plus(x[i], OFFSET + v);
      parts[i % 3] = parts[i % 3].plus(x[i], OFFSET + v);
      double[] terms = {u, v, u * u, v * v, u * v};
      Arrays.setAll(sums, j -> sums[j] + terms[j]);
    }
    double expected =
        (sums[4] - sums[0] * sums[1] / 500)
            / Math.sqrt((sums[2] - sums[0] * sums[0] / 500) * (sums[3] - sums[1] * sums[1] / 500));
    assertEquals(expected, whole.pearson(), 1e-9);
    assertEquals(expected, parts[0].plus(parts[1]).plus(parts[2]).pearson(), 1e-9);
    assertEquals(expected, parts[2].plus(parts[0].plus(parts[1])).pearson(), 1e-9);
    assertEquals(500, parts[0].plus(parts[1]).plus(parts[2]).count());
  }

  @Test
  void equalNumbersHaveCorrelationOne() {
    Correlation same = Correlation.NONE;
    for (double x : numbers(7, 100)) {
      same = same.plus(x, x);
    }
    assertEquals(1, same.pearson());
  }

  @Test
  void whatHasNoSpreadHasNoCorrelation() {
    assertNull(Correlation.NONE.pearson());
    assertNull(Correlation.NONE.plus(1, 2).pearson());
    assertNull(Correlation.NONE.plus(1, 2).plus(1, 3).pearson());
    assertEquals(-1, Correlation.NONE.plus(1, 3).plus(2, 2).plus(3, 1).pearson(), 1e-15);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Correlation(Moments.NONE, Moments.NONE.plus(1), 0));
  }
}

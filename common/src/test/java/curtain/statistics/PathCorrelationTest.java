package curtain.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against every path of small networks, and where products over layers overflow. */
@Tag("fast")
class PathCorrelationTest {
  private static final int[] SIZES = {3, 5, 2, 4};

  private static double[][] gates(SplittableRandom random, boolean hard) {
    double[][] gates = new double[SIZES.length][];
    for (int l = 0; l < SIZES.length; l++) {
      gates[l] = random.doubles(SIZES[l]).map(x -> hard ? Math.rint(x) : x).toArray();
    }
    return gates;
  }

  private static double[] products(double[][] a, double[][] b) {
    double[] products = new double[a.length];
    for (int l = 0; l < a.length; l++) {
      for (int i = 0; i < a[l].length; i++) {
        products[l] += a[l][i] * (b == null ? 1 : b[l][i]);
      }
    }
    return products;
  }

  private static double pearson(double[][] a, double[][] b, int[] sizes) {
    return PathCorrelation.pearson(
        PathCorrelation.logMean(products(a, b), sizes),
        PathCorrelation.logMean(products(a, null), sizes),
        PathCorrelation.logMean(products(b, null), sizes),
        PathCorrelation.logMean(products(a, a), sizes),
        PathCorrelation.logMean(products(b, b), sizes));
  }

  /** Adds all paths from a layer on. */
  private static Correlation enumerate(
      double[][] a, double[][] b, int layer, double valueA, double valueB) {
    if (layer == a.length) {
      return Correlation.NONE.plus(valueA, valueB);
    }
    Correlation sum = enumerate(a, b, layer + 1, valueA, valueB);
    for (int i = 0; i < a[layer].length; i++) {
      sum = sum.plus(enumerate(a, b, layer + 1, valueA * a[layer][i], valueB * b[layer][i]));
    }
    return sum;
  }

  @Test
  void equalsTheCorrelationOverAllPaths() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 20; trial++) {
      double[][] a = gates(random, trial % 2 == 0);
      double[][] b = gates(random, trial % 3 == 0);
      Double expected = enumerate(a, b, 0, 1, 1).pearson();
      assertEquals(expected, pearson(a, b, SIZES), 1e-12);
      assertEquals(1, pearson(a, a, SIZES), 1e-12);
    }
  }

  @Test
  void manyLayersDoNotOverflow() {
    int[] sizes = new int[2000];
    double[][] a = new double[2000][];
    double[][] b = new double[2000][];
    for (int l = 0; l < sizes.length; l++) {
      sizes[l] = 7;
      a[l] = new double[] {1, 0, 0, 0, 0, 0, 0};
      b[l] = l == 0 ? new double[] {0, 1, 0, 0, 0, 0, 0} : a[l];
    }
    // means over 8 entries: a 2/8, a b 2/8, in the first layer a b 1/8: half the paths are common
    assertEquals(0.5, pearson(a, b, sizes), 1e-9);
    assertEquals(1, pearson(a, a, sizes), 1e-9);
  }

  @Test
  void gatesThatAreAllOpenHaveNoCorrelation() {
    double[][] open = {{1, 1, 1}, {1, 1, 1, 1, 1}, {1, 1}, {1, 1, 1, 1}};
    double[][] half = gates(new SplittableRandom(6), true);
    assertEquals(Double.NaN, pearson(open, half, SIZES));
    assertEquals(Double.NaN, pearson(half, open, SIZES));
  }
}

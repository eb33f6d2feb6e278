package curtain.measures;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which pixels a direction v, or the attribution itself, points at. Arrays are (C, H, W),
 * row-major, a pixel one of H W; sums over channels are in double precision.
 */
public final class Pixels {
  private Pixels() {}

  /** sum_c |v x| for every pixel, (H W). */
  public static double[] relevance(float[] v, float[] x, int pixels) {
    double[] relevance = new double[pixels];
    for (int i = 0; i < v.length; i++) {
      relevance[i % pixels] += Math.abs((double) v[i] * x[i]);
    }
    return relevance;
  }

  /** sum_c |v| for every pixel, (H W). */
  public static double[] magnitude(float[] v, int pixels) {
    double[] magnitude = new double[pixels];
    for (int i = 0; i < v.length; i++) {
      magnitude[i % pixels] += Math.abs((double) v[i]);
    }
    return magnitude;
  }

  /** The pixels by their number, the largest number first, equal ones by their index. */
  public static int[] ranked(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -numbers[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Share of sum |v| that lies inside a mask.
   *
   * @param magnitude sum_c |v| for every pixel, not all 0
   * @param inside for every pixel
   */
  public static double localisation(double[] magnitude, boolean[] inside) {
    double all = 0;
    double in = 0;
    for (int i = 0; i < magnitude.length; i++) {
      all += magnitude[i];
      in += inside[i] ? magnitude[i] : 0;
    }
    return in / all;
  }

  /** 1 if the pixel with the largest sum_c |v|, the first one of equals, is inside, else 0. */
  public static double pointingGame(double[] magnitude, boolean[] inside) {
    int largest = 0;
    for (int i = 1; i < magnitude.length; i++) {
      if (magnitude[i] > magnitude[largest]) {
        largest = i;
      }
    }
    return inside[largest] ? 1 : 0;
  }
}

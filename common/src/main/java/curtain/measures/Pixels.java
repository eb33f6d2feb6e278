package curtain.measures;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Ranks of pixels by a direction v, and how they fit a mask [spec 6]. Arrays are (C, H, W),
 * row-major, a pixel one of H W; sums over channels are in double precision.
 */
public final class Pixels {
  private Pixels() {}

  /** The relevance sum_c |v x| of every pixel, (H W). */
  public static double[] relevance(float[] v, float[] x, int pixels) {
    double[] relevance = new double[pixels];
    for (int i = 0; i < v.length; i++) {
      relevance[i % pixels] += Math.abs((double) v[i] * x[i]);
    }
    return relevance;
  }

  /** The magnitude sum_c |v| of every pixel, (H W). */
  public static double[] magnitude(float[] v, int pixels) {
    double[] magnitude = new double[pixels];
    for (int i = 0; i < v.length; i++) {
      magnitude[i % pixels] += Math.abs((double) v[i]);
    }
    return magnitude;
  }

  /** The indices of the pixels in descending order of their numbers, of equal ones by index. */
  public static int[] ranked(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -numbers[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * The share of sum |v| that lies inside a mask.
   *
   * @param magnitude sum_c |v| of every pixel, (H W), not all 0
   * @param inside whether a pixel is inside the mask, (H W)
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

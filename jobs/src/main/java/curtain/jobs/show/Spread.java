package curtain.jobs.show;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Some of many, at equal distances: the first ones are mostly of one class. */
public final class Spread {
  private Spread() {}

  /**
   * Places among {@code count}, ascending: floor(i count / n), n = min(most, count).
   *
   * @param count how many there are, 0 and up
   * @param most how many are wanted, 0 and up
   */
  public static int[] of(int count, int most) {
    int n = Math.min(most, count);
    return IntStream.range(0, n).map(i -> (int) ((long) i * count / n)).toArray();
  }

  /** Whether a place is one of those, which ascend. */
  public static boolean has(int[] places, int place) {
    return Arrays.binarySearch(places, place) >= 0;
  }
}

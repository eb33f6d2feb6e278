package curtain.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class GrowthTest {
  @Test
  void anEighthMoreThanSettledIsGrowth() {
    assertEquals(List.of(9), grown(100, 800, 800, 800, 900, 900, 900, 900, 900, 901, 901));
  }

  @Test
  void whatNeverGrowsIsLeftAlone() {
    long[] sizes = new long[1000];
    Arrays.fill(sizes, 800);
    sizes[0] = 100;
    assertEquals(List.of(), grown(sizes));
  }

  @Test
  void eightLooksLieBetweenTwoReturns() {
    long[] sizes = new long[40];
    Arrays.setAll(sizes, i -> 1000L << i);
    assertEquals(List.of(7, 15, 23, 31, 39), grown(sizes));
  }

  @Test
  void afterAReturnTheProcessSettlesAnew() {
    List<Integer> grown =
        grown(
            100, 800, 800, 800, 800, 800, 800, 1000, 200, 1000, 1000, 1100, 1100, 1100, 1100, 1100);
    assertEquals(List.of(7), grown);
  }

  /** The looks, from 0, that found the process grown. */
  private static List<Integer> grown(long... sizes) {
    Growth growth = new Growth();
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (growth.grown(sizes[i])) {
        found.add(i);
      }
    }
    return found;
  }
}

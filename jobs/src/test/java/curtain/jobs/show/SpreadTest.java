package curtain.jobs.show;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Some of many, at equal distances. */
@Tag("fast")
class SpreadTest {
  @Test
  void takesAllOfFew() {
    assertArrayEquals(new int[0], Spread.of(0, 24));
    assertArrayEquals(new int[0], Spread.of(7, 0));
    assertArrayEquals(new int[] {0, 1, 2}, Spread.of(3, 24));
  }

  @Test
  void takesManyAtEqualDistances() {
    assertArrayEquals(new int[] {0, 3, 6}, Spread.of(10, 3));
    int[] places = Spread.of(13_394, 24);
    assertEquals(24, places.length);
    for (int i = 1; i < places.length; i++) {
      int step = places[i] - places[i - 1];
      assertTrue(step == 558 || step == 559, "a step of " + step);
    }
    assertTrue(Spread.has(places, places[5]));
    assertFalse(Spread.has(places, places[5] + 1));
  }
}

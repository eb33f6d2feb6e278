package curtain.jobs.tables;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class Float16Test {
  /** The value of a half, by its definition. */
  private static double value(int half) {
    int exponent = half >> 10 & 31;
    double magnitude =
        exponent == 0
            ? Math.scalb((double) (half & 1023), -24)
            : Math.scalb(1024.0 + (half & 1023), exponent - 25);
    return (half & 0x8000) == 0 ? magnitude : -magnitude;
  }

  @Test
  void everyFiniteHalfIsItself() {
    for (int half = 0; half < 0x7c00; half++) {
      assertEquals((short) half, Float16.bits((float) value(half)));
      assertEquals((float) value(half), Float16.value((short) half));
      assertEquals((float) value(half | 0x8000), Float16.value((short) (half | 0x8000)));
      assertEquals((short) (half | 0x8000), Float16.bits((float) value(half | 0x8000)));
    }
  }

  @Test
  void whatLiesBetweenGoesToTheNearestAndTiesToTheEven() {
    for (int half = 0; half < 0x7bff; half++) {
      double below = value(half);
      double above = value(half + 1);
      float middle = (float) ((below + above) / 2);
      assertEquals((short) (half + (half & 1)), Float16.bits(middle));
      assertEquals((short) half, Float16.bits(Math.nextDown(middle)));
      assertEquals((short) (half + 1), Float16.bits(Math.nextUp(middle)));
    }
  }

  @Test
  void theEndsOfTheRange() {
    assertEquals((short) 0x8000, Float16.bits(-Float.MIN_VALUE));
    assertEquals((short) 0x7bff, Float16.bits(Math.nextDown(65_520f)));
    assertEquals((short) 0x7c00, Float16.bits(65_520f));
    assertEquals((short) 0xfc00, Float16.bits(Float.NEGATIVE_INFINITY));
    assertEquals((short) 0x7e00, Float16.bits(Float.NaN));
    assertEquals(Float.NEGATIVE_INFINITY, Float16.value((short) 0xfc00));
    assertTrue(Float.isNaN(Float16.value((short) 0x7e00)));
    assertTrue(Float16.holds(Math.nextDown(65_520f)));
    assertFalse(Float16.holds(65_520f));
    assertFalse(Float16.holds(Float.NaN));
  }

  @Test
  void theLowByteComesFirst() {
    assertArrayEquals(
        new byte[] {0, 0x3c, 0, (byte) 0xc0}, Float16.littleEndian(new float[] {1, -2}));
    assertArrayEquals(new float[] {1, -2}, Float16.floats(new byte[] {0, 0x3c, 0, (byte) 0xc0}));
  }
}

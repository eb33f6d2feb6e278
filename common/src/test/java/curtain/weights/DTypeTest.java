package curtain.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conversions to float32, and tensors made by hand. */
@Tag("fast")
final class DTypeTest {
  /** The definition: (-1)^s 2^(e - 15) (1 + f / 1024), subnormals 2^-14 f / 1024. */
  @Test
  void convertsEveryHalf() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = (bits >> 10) & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude =
          switch (exponent) {
            case 0 -> Math.scalb(fraction, -14);
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb(1 + fraction, exponent - 15);
          };
      float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
      // Float.compare tells zeros apart and takes all NaNs for one
      assertEquals(0, Float.compare(expected, DType.halfToFloat((short) bits)), "half " + bits);
    }
  }

  @Test
  void tensorsHoldTheirShape() {
    Tensor tensor = Tensor.of(new int[] {2, 0, 3}, new float[0]);
    tensor.shape()[0] = 7;
    assertEquals("float32[2, 0, 3]", tensor.toString());
    assertEquals(1, Tensor.of(new int[0], new float[1]).values().length);
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new int[] {2, 2}, new float[3]));
    assertThrows(IllegalArgumentException.class, () -> Tensor.of(new int[] {-1}, new float[1]));
  }

  @Test
  void stateDictsCannotBeChanged() {
    Map<String, Tensor> tensors =
        StateDict.of(Map.of("w", Tensor.of(new int[] {1}, new float[1]))).tensors();
    assertThrows(UnsupportedOperationException.class, tensors::clear);
  }
}

package curtain.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Means and standard deviations in units of 255 are refused, with what they are here. */
@Tag("fast")
final class NormalisationTest {
  private static final List<Double> MEAN = List.of(123.675, 116.28, 103.53);
  private static final List<Double> STD = List.of(58.395, 57.12, 57.375);
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

  @Test
  void unitsOf255() {
    String both = refuse(MEAN, STD);
    assertTrue(both.startsWith("mean [123.675, 116.28, 103.53] is in units"), both);
    assertTrue(both.endsWith("mean 0.485,0.456,0.406, std 0.229,0.224,0.225"), both);
    String mean = refuse(MEAN, Normalisation.IMAGENET.std());
    assertTrue(mean.endsWith("255, mean 0.485,0.456,0.406"), mean);
    String std = refuse(Normalisation.IMAGENET.mean(), STD);
    assertTrue(std.startsWith("std ") && std.endsWith("255, std 0.229,0.224,0.225"), std);
    assertTrue(refuse(MEAN, ONES).endsWith(", std 0.00392157,0.00392157,0.00392157"));
    assertTrue(refuse(List.of(0.0, 0.0, 0.0), List.of(255.0, 255.0, 255.0)).endsWith("1,1,1"));
  }

  @Test
  void unitsOf1() {
    assertEquals(ONES, new Normalisation(List.of(0.0, 0.5, 1.0), ONES).std());
  }

  private static String refuse(List<Double> mean, List<Double> std) {
    return assertThrows(IllegalArgumentException.class, () -> new Normalisation(mean, std))
        .getMessage();
  }
}

package curtain.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Laws that are known come out. */
@Tag("fast")
final class PowerLawTest {
  private static final double[] SIZES = {100, 300, 1_000, 3_000, 10_000, 30_000, 100_000};

  private static double[] values(double a, double b, double e) {
    return Arrays.stream(SIZES).map(n -> a + b * Math.pow(n, e)).toArray();
  }

  @ParameterizedTest
  @CsvSource({"4, 0.002, 1", "0, 0.002, 1", "4, 1e-6, 2", "4, 0.01, 0.5", "500, 0.01, 1.02"})
  void findsTheExponentBehindAStart(double a, double b, double e) {
    PowerLaw law = PowerLaw.fit(SIZES, values(a, b, e)).orElseThrow();
    // the exponents that are tried are 0.001 apart
    assertEquals(e, law.exponent(), 1e-6);
    assertEquals(e, law.least(), 1e-6);
    assertEquals(e, law.most(), 1e-6);
    assertEquals(a, law.start(), 1e-4 * (a + b * SIZES[0]));
    assertEquals(b, law.factor(), 1e-4 * b);
  }

  @Test
  void statesTheScatter() {
    Random random = new Random(1);
    double[] values = values(4, 0.002, 1);
    for (int i = 0; i < values.length; i++) {
      values[i] *= 1 + 0.02 * random.nextGaussian();
    }
    PowerLaw law = PowerLaw.fit(SIZES, values).orElseThrow();
    assertTrue(law.least() < law.exponent() && law.exponent() < law.most(), law.toString());
    assertTrue(law.least() > 0.9 && law.most() < 1.1, law.toString());
  }

  @Test
  void takesWhatHardlyGrowsAsConstant() {
    double[] values = {500, 530, 510, 540, 520, 545, 525};
    assertEquals(Optional.of(new PowerLaw(500, 0, 0, 0, 0)), PowerLaw.fit(SIZES, values));
  }

  /** Memory that a collector happens to give back, say. */
  @Test
  void takesWhatFallsAsConstant() {
    PowerLaw law =
        PowerLaw.fit(SIZES, new double[] {820, 810, 800, 760, 720, 700, 660}).orElseThrow();
    assertEquals(0, law.exponent());
    assertEquals(0, law.most());
  }

  @Test
  void asksForFiveSizes() {
    assertEquals(
        Optional.empty(), PowerLaw.fit(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 4}));
  }
}

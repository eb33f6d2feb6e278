package curtain.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class TicksTest {
  private static List<String> labels(List<Tick> ticks) {
    return ticks.stream().map(Tick::label).toList();
  }

  @Test
  void stepsAreOneTwoOrFive() {
    assertEquals(List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(Ticks.linear(0, 1, 6)));
    assertEquals(List.of("0.0", "0.5", "1.0"), labels(Ticks.linear(0, 1, 5)));
    assertEquals(List.of("\u22120.5", "0.0", "0.5", "1.0"), labels(Ticks.linear(-0.53, 1, 6)));
    assertEquals(
        List.of("0", "200", "400", "600", "800", "1,000", "1,200"),
        labels(Ticks.linear(-25, 1273, 7)));
    assertEquals(List.of("0.92", "0.94", "0.96"), labels(Ticks.linear(0.913, 0.977, 4)));
    assertEquals(List.of("1,000,000", "2,000,000"), labels(Ticks.linear(700_000, 2_100_000, 2)));
  }

  @Test
  void ticksAreWithinTheRangeAndNotTooMany() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      double low = random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4);
      double high = low + random.nextDouble() * Math.pow(10, random.nextInt(9) - 4) + 1e-5;
      int most = 2 + random.nextInt(10);
      List<Tick> ticks = Ticks.linear(low, high, most);
      String range = low + " to " + high + ": " + ticks;
      assertTrue(!ticks.isEmpty() && ticks.size() <= most, range);
      double slack = 1e-6 * (high - low);
      ticks.forEach(
          tick -> assertTrue(tick.value() >= low - slack && tick.value() <= high + slack, range));
      assertEquals(ticks.size(), new HashSet<>(labels(ticks)).size(), range);
      // Labels are the numbers, not roundings of them.
      double step = Ticks.step(low, high, most);
      ticks.forEach(
          tick ->
              assertEquals(
                  tick.value(),
                  Double.parseDouble(tick.label().replace(",", "").replace('\u2212', '-')),
                  1e-6 * step,
                  range));
    }
  }

  @Test
  void logarithmicTicksArePowersOfTen() {
    assertEquals(
        List.of("1e\u22126", "1e\u22125", "1e\u22124", "0.001", "0.01", "0.1", "1"),
        labels(Ticks.log(1e-6, 1, 7)));
    assertEquals(List.of("1e\u22126", "1e\u22124", "0.01", "1"), labels(Ticks.log(1e-6, 1, 6)));
    assertEquals(List.of("1", "2", "5"), labels(Ticks.log(0.9, 7, 6)));
    assertEquals(List.of("10,000", "1e5"), labels(Ticks.log(1e4, 1e5, 6)));
    // Between neighbours of the family there are only linear ones.
    assertEquals(List.of("2.5", "3.0"), labels(Ticks.log(2.3, 3.2, 3)));
  }

  @Test
  void emptyRangesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Ticks.linear(1, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> Ticks.linear(Double.NaN, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> Ticks.log(0, 1, 5));
    assertThrows(IllegalArgumentException.class, () -> Axis.log("a", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Axis.linear("a", 2, 1));
    assertThrows(IllegalArgumentException.class, () -> new Scale("a", 0, 0, false));
  }

  @Test
  void axesReachOverTheirNumbers() {
    Axis axis = Axis.around("a", -0.53, 0.97);
    assertEquals(0, axis.place(-1), 1e-12); // steps of 0.5
    assertEquals(1, axis.place(1), 1e-12);
    assertTrue(Double.isNaN(axis.place(1.2)));
    assertEquals(1, axis.clamped(1.2));
    double single = Axis.around("a", 3, 3).place(3);
    assertTrue(single > 0.1 && single < 0.9, "a single number is in the middle: " + single);
    assertEquals(0.5, Axis.log("a", 1e-4, 1).place(0.01), 1e-12);
    assertTrue(Double.isNaN(Axis.log("a", 1e-4, 1).place(-1)));
    Scale scale = Scale.sequential("a", -0.53, 1);
    assertEquals(-0.6, scale.low(), 1e-12);
    assertEquals(1, scale.high(), 1e-12);
  }

  @Test
  void namesAreThinnedEvenly() {
    assertEquals(1, Axis.every(11, 11));
    assertEquals(2, Axis.every(121, 70));
    assertEquals(5, Axis.every(121, 30));
    assertEquals(100, Axis.every(2_000, 20));
    List<String> names = List.of("a", "b", "c", "d", "e");
    assertEquals(List.of("a", "c", "e"), labels(Axis.names("x", names).ticks(3)));
  }

  @Test
  void axesCoverWhatIsFinite() {
    Axis axis = Axis.covering("y", DoubleStream.of(Double.NaN, 0.13, -0.7, 1 / 0.0));
    assertEquals(List.of(-0.8, 0.2), List.of(axis.low(), axis.high()));
    Axis none = Axis.covering("y", DoubleStream.of(Double.NaN));
    assertEquals(List.of(0.0, 1.0), List.of(none.low(), none.high()));
    assertEquals(
        Scale.sequential("z", -0.7, 0.13),
        Scale.sequential("z", DoubleStream.of(0.13, Double.NaN, -0.7)));
  }
}

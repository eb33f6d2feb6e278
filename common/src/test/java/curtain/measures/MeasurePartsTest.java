package curtain.measures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.network.Network;
import curtain.network.Operation;
import curtain.network.RandomNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of measures, against their definitions and against numbers known by hand. */
@Tag("fast")
final class MeasurePartsTest {
  private static final double EXACT = 1e-12;

  @Test
  void drawsAreThoseOfTheText() {
    // sha256 of "314/cat/1.png/0" begins with 8 bytes that any tool gives
    Random expected = new Random(0x0e0dd9d159607a10L);
    float[] x = {0, 0.5f, -1};
    float[] noisy = Draws.around(x, 0.05, "314/cat/1.png/0");
    for (int i = 0; i < x.length; i++) {
      assertEquals((float) (x[i] + 0.05 * expected.nextGaussian()), noisy[i]);
    }
    assertArrayEquals(noisy, Draws.around(x, 0.05, "314/cat/1.png/0"));
    assertNotEquals(noisy[0], Draws.around(x, 0.05, "314/cat/1.png/1")[0]);
  }

  @Test
  void drawsHaveTheirDeviation() {
    float[] noisy = Draws.around(new float[100_000], 0.3, "any");
    double squares = 0;
    for (float value : noisy) {
      squares += value * value;
    }
    assertEquals(0.3, Math.sqrt(squares / noisy.length), 0.003);
  }

  @Test
  void permutationsKeepValues() {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    float[] permuted = Draws.permuted(values, "text");
    assertEquals(999, values[999], "the original is as it was");
    assertTrue(IntStream.range(0, 1000).filter(i -> permuted[i] == i).count() < 10);
    Arrays.sort(permuted);
    assertArrayEquals(values, permuted);
    // Collections.shuffle's order
    List<Integer> list = new java.util.ArrayList<>(IntStream.range(0, 1000).boxed().toList());
    java.util.Collections.shuffle(list, Draws.random("text"));
    float[] again = Draws.permuted(values, "text");
    for (int i = 0; i < again.length; i++) {
      assertEquals(list.get(i), (int) again[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 32, 224})
  void blurIsTheTwoDimensionalSum(int side) {
    Random random = new Random(1);
    float[] x = new float[2 * side * side];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() * 2 - 1;
    }
    float[] blurred = Blur.of(x, side);
    double sigma = side / 20.0;
    int radius = (int) Math.ceil(3 * sigma);
    int[][] places = {{0, 0, 0}, {1, side - 1, 0}, {1, side / 2, side / 3}, {0, 0, side - 1}};
    for (int[] place : places) {
      double sum = 0;
      double weights = 0;
      for (int i = -radius; i <= radius; i++) {
        for (int j = -radius; j <= radius; j++) {
          double weight = Math.exp(-(i * i + j * j) / (2 * sigma * sigma));
          int row = reflect(place[1] + i, side);
          int column = reflect(place[2] + j, side);
          sum += weight * x[(place[0] * side + row) * side + column];
          weights += weight;
        }
      }
      assertEquals(sum / weights, blurred[(place[0] * side + place[1]) * side + place[2]], 1e-6);
    }
  }

  /** d c b | a b c d | c b a, step by step. */
  private static int reflect(int at, int side) {
    int i = at;
    while (side > 1 && (i < 0 || i >= side)) {
      i = i < 0 ? -i : 2 * (side - 1) - i;
    }
    return side == 1 ? 0 : i;
  }

  @Test
  void blurKeepsConstants() {
    float[] x = new float[3 * 32 * 32];
    Arrays.fill(x, 0.25f);
    assertArrayEquals(x, Blur.of(x, 32), 1e-7f);
  }

  @Test
  void pixelsAreRankedByTheirSumAndTiesByIndex() {
    // two channels of four pixels
    float[] v = {1, -2, 0, 1, 1, 1, 0, -2};
    float[] x = {1, 1, 9, -1, 2, 1, 9, 1};
    double[] relevance = Pixels.relevance(v, x, 4);
    assertArrayEquals(new double[] {3, 3, 0, 3}, relevance);
    assertArrayEquals(new int[] {0, 1, 3, 2}, Pixels.ranked(relevance));
    assertArrayEquals(new double[] {2, 3, 0, 3}, Pixels.magnitude(v, 4));
  }

  @Test
  void masks() {
    double[] magnitude = {1, 3, 0, 3};
    boolean[] first = {true, true, false, false};
    boolean[] last = {false, false, true, true};
    assertEquals(4 / 7.0, Pixels.localisation(magnitude, first), EXACT);
    assertEquals(1, Pixels.localisation(magnitude, new boolean[] {true, true, true, true}));
    assertEquals(0, Pixels.localisation(magnitude, new boolean[4]));
    assertEquals(1, Pixels.pointingGame(magnitude, first), "the first of equals");
    assertEquals(0, Pixels.pointingGame(magnitude, last));
  }

  @Test
  void giniIndex() {
    assertEquals(0, Gini.of(new float[] {2, -2, 2}), EXACT);
    assertEquals(0.75, Gini.of(new float[] {0, 0, -5, 0}), EXACT);
    assertEquals(1 / 4.0, Gini.of(new float[] {-3, 1}), EXACT);
    assertTrue(Double.isNaN(Gini.of(new float[3])));
    // half the mean absolute difference, divided by the mean
    Random random = new Random(2);
    float[] v = new float[50];
    double differences = 0;
    double sum = 0;
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) random.nextGaussian();
      sum += Math.abs(v[i]);
    }
    for (float a : v) {
      for (float b : v) {
        differences += Math.abs((double) Math.abs(a) - Math.abs(b));
      }
    }
    assertEquals(differences / (2 * v.length * sum), Gini.of(v), EXACT);
  }

  @Test
  void curves() {
    assertEquals(0, Curve.pixels(0, 1024));
    assertEquals(32, Curve.pixels(1, 1024));
    assertEquals(1024, Curve.pixels(Curve.STEPS, 1024));
    assertEquals(2, Curve.pixels(1, 49), "1.53");
    assertEquals(0.5, Curve.area(0, 0.25, 0.5, 0.75, 1), EXACT);
    assertEquals(0.75, Curve.area(0, 1, 1), EXACT);
    assertEquals(0.3, Curve.area(0.3, 0.3), EXACT);
  }

  @ParameterizedTest
  @CsvSource({"cifar_resnet20, ONE, 1", "cifar_resnet20, HALF, 10", "cifar_resnet20, ALL, 20"})
  void theLastMapsArePermutedWithinThemselves(String name, Randomisation how, int count)
      throws Exception {
    Network network = RandomNetworks.of(name, 1);
    Network random = how.apply(network, 314);
    int changed = 0;
    int maps = 0;
    for (int i = 0; i < network.nodes().size(); i++) {
      Operation before = network.nodes().get(i).operation();
      Operation after = random.nodes().get(i).operation();
      if (!(before instanceof Operation.Convolution || before instanceof Operation.Linear)) {
        assertSame(before, after);
        continue;
      }
      maps++;
      if (before == after) {
        assertTrue(maps <= 20 - count, "a map before the last " + count);
        continue;
      }
      changed++;
      float[] own = weight(before).clone();
      float[] other = weight(after).clone();
      assertTrue(!Arrays.equals(own, other));
      Arrays.sort(own);
      Arrays.sort(other);
      assertArrayEquals(own, other);
    }
    assertEquals(20, maps);
    assertEquals(count, changed);
    int last = network.nodes().size() - 1;
    float[] permuted = weight(random.nodes().get(last).operation());
    assertArrayEquals(
        permuted,
        weight(Randomisation.ONE.apply(network, 314).nodes().get(last).operation()),
        "the same, whatever k is");
    assertTrue(
        !Arrays.equals(permuted, weight(how.apply(network, 315).nodes().get(last).operation())));
  }

  private static float[] weight(Operation operation) {
    return operation instanceof Operation.Convolution c
        ? c.weight()
        : ((Operation.Linear) operation).weight();
  }

  @Test
  void halfIsRoundedDown() {
    assertEquals(13, Randomisation.HALF.maps(26));
    assertEquals(13, Randomisation.HALF.maps(27));
    assertEquals(0, Randomisation.HALF.maps(1));
  }

  @ParameterizedTest
  @EnumSource(Measure.class)
  void names(Measure measure) {
    assertSame(measure, Measure.of(measure.toString()));
  }

  @Test
  void otherNamesAreRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Measure.of("sparcity")).getMessage();
    assertTrue(
        message.startsWith("'sparcity' is no measure; the nearest is sparsity (of"), message);
  }
}

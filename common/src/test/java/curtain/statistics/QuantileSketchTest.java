package curtain.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks of what the sketch calls quantiles, among all numbers. */
@Tag("engine")
class QuantileSketchTest {
  private static final double[] SHARES = {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1};

  /** As a batch feeds it: in order, single numbers at the ends, weights between. */
  private static QuantileSketch fed(QuantileSketch sketch, float[] batch, int step) {
    float[] sorted = batch.clone();
    Arrays.sort(sorted);
    List<Float> points = new ArrayList<>(List.of(sorted[0]));
    List<Integer> weights = new ArrayList<>(List.of(1));
    for (int from = 1; from < sorted.length - 1; from += step) {
      int weight = Math.min(step, sorted.length - 1 - from);
      points.add(sorted[from + weight / 2]);
      weights.add(weight);
    }
    points.add(sorted[sorted.length - 1]);
    weights.add(1);
    float[] values = new float[points.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = points.get(i);
    }
    return sketch.plus(values, weights.stream().mapToInt(Integer::intValue).toArray());
  }

  private static double rankError(QuantileSketch sketch, float[] all) {
    float[] sorted = all.clone();
    Arrays.sort(sorted);
    double worst = 0;
    for (double share : SHARES) {
      double value = sketch.quantile(share);
      double below = Arrays.stream(toDoubles(sorted)).filter(x -> x < value).count();
      double upTo = Arrays.stream(toDoubles(sorted)).filter(x -> x <= value).count();
      double rank = share * sorted.length;
      worst = Math.max(worst, Math.max(below - rank, rank - upTo) / sorted.length);
    }
    return worst;
  }

  /** Shares are what quantiles invert, and right by themselves. */
  @ParameterizedTest
  @ValueSource(strings = {"normal", "skewed", "half zero"})
  void sharesBelowANumber(String kind) {
    Random random = new Random(315);
    float[] all = new float[60_000];
    for (int i = 0; i < all.length; i++) {
      double normal = random.nextGaussian();
      boolean zero = kind.equals("half zero") && random.nextBoolean();
      all[i] = (float) (kind.equals("skewed") ? Math.exp(normal) : zero ? 0 : normal);
    }
    QuantileSketch sketch = QuantileSketch.NONE;
    for (int from = 0; from < all.length; from += 3000) {
      sketch = fed(sketch, Arrays.copyOfRange(all, from, from + 3000), 6);
    }
    float[] sorted = all.clone();
    Arrays.sort(sorted);
    for (double x : new double[] {-3, -1, -0.2, -1e-3, 1e-3, 0.1, 0.7, 2, 5}) {
      double below = Arrays.stream(toDoubles(sorted)).filter(z -> z < x).count();
      assertEquals(below / sorted.length, sketch.share(x), 0.004, kind + " below " + x);
    }
    assertEquals(0, sketch.share(-1e9));
    assertEquals(1, sketch.share(1e9));
    assertEquals(0.3, sketch.share(sketch.quantile(0.3)), kind.equals("half zero") ? 0.51 : 1e-3);
    assertTrue(Double.isNaN(QuantileSketch.NONE.share(0)));
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  @ParameterizedTest
  @ValueSource(strings = {"normal", "skewed", "two far groups", "drifting", "steps", "constant"})
  void ranksOfManyBatchesAreRight(String kind) {
    Random random = new Random(314);
    DoubleUnaryOperator draw =
        switch (kind) {
          case "normal" -> batch -> random.nextGaussian();
          case "skewed" -> batch -> Math.exp(3 * random.nextGaussian());
          case "two far groups" -> batch -> random.nextDouble() + (random.nextInt(4) < 3 ? 0 : 1e6);
          case "drifting" -> batch -> batch + random.nextGaussian();
          case "steps" -> batch -> random.nextInt(7);
          default -> batch -> -0.1f;
        };
    int length = 3000;
    int batches = 100;
    float[] all = new float[batches * length];
    QuantileSketch sketch = QuantileSketch.NONE;
    QuantileSketch[] parts = {QuantileSketch.NONE, QuantileSketch.NONE, QuantileSketch.NONE};
    for (int b = 0; b < batches; b++) {
      float[] batch = new float[length];
      for (int i = 0; i < length; i++) {
        batch[i] = (float) draw.applyAsDouble(b);
      }
      System.arraycopy(batch, 0, all, b * length, length);
      sketch = fed(sketch, batch, 6);
      parts[b * parts.length / batches] = fed(parts[b * parts.length / batches], batch, 6);
    }
    double error = rankError(sketch, all);
    double merged = rankError(parts[0].plus(parts[1]).plus(parts[2]), all);
    System.out.printf(
        "%s: rank error %.5f, merged %.5f, %d bytes%n", kind, error, merged, sketch.bytes().length);
    assertTrue(error <= 0.004, kind + ": " + error);
    assertTrue(merged <= 0.004, kind + ", merged: " + merged);
    assertTrue(sketch.bytes().length < 6500, sketch.bytes().length + " bytes");
  }

  @Test
  void fewNumbersAreExact() {
    QuantileSketch sketch = QuantileSketch.NONE.plus(new float[] {7}, new int[] {1});
    assertEquals(7, sketch.quantile(0.5));
    sketch = sketch.plus(new float[] {-2, 1, 3, 9}, new int[] {1, 1, 1, 1});
    assertEquals(3, sketch.quantile(0.5));
    assertEquals(-2, sketch.quantile(0));
    assertEquals(9, sketch.quantile(1));
    assertTrue(Double.isNaN(QuantileSketch.NONE.quantile(0.5)));
  }

  @Test
  void theSameNumbersInTheSameOrderGiveTheSameBits() {
    float[] batch = new float[5000];
    byte[][] twice = new byte[2][];
    for (int run = 0; run < 2; run++) {
      Random random = new Random(1);
      QuantileSketch sketch = QuantileSketch.NONE;
      for (int b = 0; b < 20; b++) {
        for (int i = 0; i < batch.length; i++) {
          batch[i] = random.nextInt(300);
        }
        sketch = fed(sketch, batch, 10);
      }
      twice[run] = sketch.plus(QuantileSketch.of(sketch.bytes())).bytes();
    }
    assertArrayEquals(twice[0], twice[1]);
  }

  @Test
  void nothingIsNeutralAndWrongWeightsAreRefused() {
    QuantileSketch sketch = QuantileSketch.NONE.plus(new float[] {1, 2}, new int[] {1, 1});
    assertArrayEquals(sketch.bytes(), sketch.plus(QuantileSketch.NONE).bytes());
    assertArrayEquals(sketch.bytes(), QuantileSketch.NONE.plus(sketch).bytes());
    assertArrayEquals(sketch.bytes(), sketch.plus(new float[0], new int[0]).bytes());
    for (int[] wrong : new int[][] {{1}, {2, 1}, {1, 2}}) {
      assertThrows(IllegalArgumentException.class, () -> sketch.plus(new float[] {1, 2}, wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> sketch.plus(new float[1001], new int[1001]));
    assertThrows(
        IllegalArgumentException.class, () -> sketch.plus(new float[] {Float.NaN}, new int[] {1}));
  }
}

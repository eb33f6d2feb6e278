package curtain.jobs.pullbacks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class MostExcitedTest {
  private static PullbackRow row(int ordinal, float value, String gate) {
    return new PullbackRow(
        "i" + ordinal,
        ordinal,
        null,
        null,
        "relu:0",
        gate,
        0.3,
        "absolute",
        "softmax",
        value,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void keepsTheLargestAndOfEqualsTheEarlier() {
    Random random = new Random(1);
    for (int count : new int[] {0, 3, 7, 8, 100}) {
      MostExcited most = new MostExcited(7);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = Math.round(random.nextGaussian() * 3);
        most.add(row(i, values[i], "sigmoid"));
        most.add(row(i, values[i], "hard"));
      }
      List<Integer> expected =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparing((Integer i) -> -values[i]))
              .limit(7)
              .toList();
      assertEquals(expected, most.rows().stream().map(r -> (int) r.ordinal()).toList());
      for (int i = 0; i < count; i++) {
        assertEquals(expected.indexOf(i), most.rank(i));
      }
    }
  }
}

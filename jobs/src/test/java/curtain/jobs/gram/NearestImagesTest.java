package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class NearestImagesTest {
  @Test
  void keepsTheLargestAndOfEqualsTheEarlier() {
    Random random = new Random(1);
    double[] values = random.doubles(200).map(v -> Math.rint(v * 20)).toArray();
    List<Integer> order = new ArrayList<>(IntStream.range(0, 200).boxed().toList());
    for (int trial = 0; trial < 20; trial++) {
      Collections.shuffle(order, random);
      NearestImages nearest = new NearestImages(7);
      order.forEach(position -> nearest.add(values[position], position));
      List<Integer> expected =
          IntStream.range(0, 200)
              .boxed()
              .sorted(Comparator.comparing((Integer p) -> -values[p]).thenComparing(p -> p))
              .limit(7)
              .toList();
      assertEquals(
          expected,
          IntStream.range(0, nearest.size()).mapToObj(r -> (int) nearest.position(r)).toList());
    }
    assertEquals(0, new NearestImages(0).size());
  }
}

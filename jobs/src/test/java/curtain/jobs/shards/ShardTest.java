package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.images.source.ImageRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class ShardTest {
  @Test
  void shardsCoverTheSetWithoutGapsInMultiplesOfTheBatch() {
    for (int images : new int[] {1, 15, 16, 17, 110, 5000, 1_281_167}) {
      for (int batch : new int[] {1, 5, 16, 2000}) {
        for (int slots : new int[] {1, 2, 64}) {
          for (int partitions : new int[] {0, 1, 3, 7}) {
            List<Shard> shards = Shard.cut(alike(images), batch, slots, partitions);
            long next = 0;
            for (Shard shard : shards) {
              assertEquals(next, shard.from());
              assertTrue(shard.to() > shard.from());
              assertEquals(0, shard.from() % batch);
              next = shard.to();
            }
            assertEquals(images, next);
            if (partitions > 0) {
              assertTrue(shards.size() <= partitions);
            } else {
              assertTrue(shards.get(0).to() <= Math.max(batch, Shard.MOST_IMAGES));
            }
          }
        }
      }
    }
  }

  /** As many images of one size, of which one object is in memory. */
  private static List<ImageRef> alike(int images) {
    return Collections.nCopies(images, image(100_000));
  }

  private static ImageRef image(long bytes) {
    return new ImageRef(0, "a.png", null, null, "file:/a.png", 0, bytes, null);
  }

  /** 1,000 small images and 40 large ones, which are most of the work. */
  @Test
  void shardsCostAboutTheSame() {
    List<ImageRef> images = new ArrayList<>(Collections.nCopies(1000, image(2_000)));
    images.addAll(Collections.nCopies(40, image(20_000_000)));
    List<Shard> shards = Shard.cut(images, 1, 4, 0);
    double all = cost(images);
    for (Shard shard : shards) {
      double share = cost(images.subList((int) shard.from(), (int) shard.to())) / all;
      assertTrue(share < 1.5 / 16, shard + " is " + share);
    }
    // none is larger than it were if all cost the same
    assertTrue(shards.stream().allMatch(shard -> shard.to() - shard.from() <= 65), "" + shards);
    for (int partitions = 1; partitions < 20; partitions++) {
      assertTrue(Shard.cut(images, 1, 4, partitions).size() <= partitions);
      double most =
          Shard.cut(images, 1, 4, partitions).stream()
              .mapToDouble(shard -> cost(images.subList((int) shard.from(), (int) shard.to())))
              .max()
              .orElseThrow();
      assertTrue(most < 1.6 * all / partitions, partitions + ": " + most / all);
    }
  }

  private static double cost(List<ImageRef> images) {
    return images.stream().mapToDouble(image -> 524_288 + Math.min(image.length(), 4 << 20)).sum();
  }

  @Test
  void aboutFourShardsForEachSlot() {
    assertEquals(8, Shard.cut(alike(110), 1, 2, 0).size());
    assertEquals(7, Shard.cut(alike(110), 16, 2, 0).size());
    assertEquals(3, Shard.cut(alike(110), 1, 2, 3).size());
  }
}

package curtain.jobs.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
            List<Shard> shards = Shard.cut(images, batch, slots, partitions);
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

  @Test
  void aboutFourShardsForEachSlot() {
    assertEquals(8, Shard.cut(110, 1, 2, 0).size());
    assertEquals(7, Shard.cut(110, 16, 2, 0).size());
    assertEquals(3, Shard.cut(110, 1, 2, 3).size());
  }
}

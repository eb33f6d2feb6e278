package curtain.jobs.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A contiguous run of images: the unit of work that one task does and that a resumed run skips when
 * it is done.
 *
 * @param index number of the shard, from 0
 * @param from first ordinal
 * @param to one past the last ordinal
 */
public record Shard(int index, long from, long to) implements Serializable {
  /**
   * The most images in a shard where the user names no number, so that a lost task costs little.
   */
  static final long MOST_IMAGES = 1024;

  /** The number of shards for each task slot, so that slots end at about the same time. */
  private static final int PER_SLOT = 4;

  /** The name of the shard in the names of its files. */
  String name() {
    return String.format(Locale.ROOT, "%05d", index);
  }

  /**
   * Cuts a set into shards whose sizes, except for the last, are multiples of the batch size: so
   * batches begin at the same ordinals whatever the number of shards.
   *
   * @param images number of images listed
   * @param batch batch size, at least 1
   * @param slots tasks that run at once
   * @param partitions largest number of shards; 0 for about four for each slot, of at most 1,024
   *     images each
   */
  public static List<Shard> cut(long images, int batch, int slots, int partitions) {
    long size = ceilDiv(images, partitions > 0 ? partitions : (long) PER_SLOT * slots);
    size = Math.max(1, ceilDiv(size, batch)) * batch;
    if (partitions == 0) {
      size = Math.min(size, Math.max(1, MOST_IMAGES / batch) * batch);
    }
    List<Shard> shards = new ArrayList<>();
    for (long from = 0; from < images; from += size) {
      shards.add(new Shard(shards.size(), from, Math.min(images, from + size)));
    }
    return List.copyOf(shards);
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}

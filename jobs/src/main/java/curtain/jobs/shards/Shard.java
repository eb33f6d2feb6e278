package curtain.jobs.shards;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A contiguous run of images: the unit of work that one task does and a resumed run skips.
 *
 * @param index from 0
 * @param from first ordinal
 * @param to one past the last ordinal
 */
public record Shard(int index, long from, long to) implements Serializable {
  /** The most images in a shard that Curtain chooses: what a lost task costs. */
  static final long MOST_IMAGES = 1024;

  /** Shards for each task slot, so that slots end at about the same time. */
  private static final int PER_SLOT = 4;

  /** Names the shard's files. */
  String name() {
    return String.format(Locale.ROOT, "%05d", index);
  }

  /** The number of images. */
  public long size() {
    return to - from;
  }

  /**
   * Cuts a set into shards whose sizes are multiples of the batch size, the last one's excepted: so
   * batches are cut at the same ordinals whatever the number of shards.
   *
   * @param images number of images listed
   * @param batch batch size, at least 1
   * @param slots tasks that run at once
   * @param partitions at most so many shards; 0 for Curtain's choice, about four for each slot and
   *     at most 1,024 images each
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

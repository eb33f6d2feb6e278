package curtain.jobs.shards;

import curtain.images.source.ImageRef;
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

  /**
   * What an image costs beside its bytes, in bytes: a pullback of ResNet50 takes as long as
   * decoding some of them.
   */
  private static final long EACH = 512 << 10;

  /** The most bytes that count: the network takes no longer for large images. */
  private static final long MOST_BYTES = 4 << 20;

  /** The name of the shard in the names of its files. */
  String name() {
    return String.format(Locale.ROOT, "%05d", index);
  }

  /**
   * Cuts a set into shards of about as many images, and more where the listing tells that some cost
   * more: an image costs its bytes, and {@link #EACH} whatever they are. Sizes, except for the last
   * one, are multiples of the batch size: so batches begin at the same ordinals whatever the number
   * of shards.
   *
   * @param images images listed
   * @param batch batch size, at least 1
   * @param slots tasks that run at once
   * @param partitions largest number of shards; 0 for about four for each slot, of at most 1,024
   *     images each
   */
  public static List<Shard> cut(List<ImageRef> images, int batch, int slots, int partitions) {
    int size = images.size();
    long[] costs = new long[(int) ceilDiv(size, batch)]; // of batches
    double all = 0;
    int at = 0;
    for (ImageRef image : images) {
      long bytes = image.error() == null ? Math.max(0, image.length()) : 0;
      long cost = EACH + Math.min(bytes, MOST_BYTES);
      costs[at / batch] += cost;
      all += cost;
      at++;
    }
    long even = ceilDiv(ceilDiv(size, (long) PER_SLOT * slots), batch) * batch;
    long most =
        partitions > 0
            ? Long.MAX_VALUE
            : Math.min(Math.max(batch, even), Math.max(1, MOST_IMAGES / batch) * batch);
    long wanted =
        partitions > 0 ? partitions : Math.max((long) PER_SLOT * slots, ceilDiv(size, most));
    List<Shard> shards = new ArrayList<>();
    long from = 0;
    double left = all; // cost of what is not cut
    double cost = 0;
    for (int i = 0; i < costs.length; i++) {
      cost += costs[i];
      long to = Math.min(size, (i + 1L) * batch);
      // with a largest number, what cannot be cut as wished must not leave too much for the last
      double share = partitions > 0 ? left / Math.max(1, wanted - shards.size()) : all / wanted;
      boolean last = i + 1 == costs.length;
      // the next batch would be more of this shard too much than the shard lacks without it
      boolean enough = cost >= share || (!last && cost + costs[i + 1] - share > share - cost);
      boolean mayEnd = partitions == 0 || shards.size() + 1 < partitions;
      if (last || (enough && mayEnd) || to - from + batch > most) {
        shards.add(new Shard(shards.size(), from, to));
        from = to;
        left -= cost;
        cost = 0;
      }
    }
    return List.copyOf(shards);
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}

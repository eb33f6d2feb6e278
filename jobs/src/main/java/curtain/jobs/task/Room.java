package curtain.jobs.task;

import java.util.ArrayList;
import java.util.List;

/**
 * A bound on the results that a task holds in memory: targets beyond it are computed after the
 * results of others are written.
 */
public final class Room {
  /** The most bytes of results that a task holds at once. */
  private static final long MOST = 384L << 20;

  private Room() {}

  /**
   * The number of results that fit, which may be 0.
   *
   * @param arrays number of float32 arrays (3, H, W) in a result
   * @param imageSize H, the side of an image
   */
  public static int results(long arrays, int imageSize) {
    long bytes = 3L * Float.BYTES * imageSize * imageSize * arrays;
    return (int) Math.min(Integer.MAX_VALUE, MOST / bytes);
  }

  /**
   * Cuts targets into groups, in order.
   *
   * @param classes the targets of each image, equally many
   * @param most largest number of targets of an image in a group, at least 1
   * @return for each group the targets of each image
   */
  public static List<List<List<Integer>>> groups(List<List<Integer>> classes, int most) {
    List<List<List<Integer>>> groups = new ArrayList<>();
    int count = classes.get(0).size();
    for (int from = 0; from < count; from += most) {
      int start = from;
      int end = Math.min(from + most, count);
      groups.add(classes.stream().map(image -> image.subList(start, end)).toList());
    }
    return groups;
  }
}

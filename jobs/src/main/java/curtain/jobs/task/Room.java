package curtain.jobs.task;

import java.util.ArrayList;
import java.util.List;

/**
 * How many targets' results a task holds at once: the others are computed after these are written.
 */
public final class Room {
  /** Bytes of the results that a task holds at once. */
  private static final long MOST = 384L << 20;

  private Room() {}

  /**
   * So many results fit, maybe none.
   *
   * @param arrays of an image's size, float32, in a result
   * @param imageSize side of an image
   */
  public static int results(long arrays, int imageSize) {
    long bytes = 3L * Float.BYTES * imageSize * imageSize * arrays;
    return (int) Math.min(Integer.MAX_VALUE, MOST / bytes);
  }

  /**
   * Targets in groups of at most so many, in order.
   *
   * @param classes for each image its targets, equally many
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

package curtain.pullback;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whose logits' pullbacks are computed: the {@code top} largest logits of every image, or given
 * classes.
 *
 * @param top above 0: so many of the largest logits; 0: the given classes
 * @param classes for each image of the batch its classes, all equally many; empty with {@code top}
 */
public record Targets(int top, List<List<Integer>> classes) {
  /** The largest logits of every image; {@code top(1)} is the predicted class. */
  public static Targets top(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("top:" + count + " names no class");
    }
    return new Targets(count, List.of());
  }

  /** Given classes, a list for each image. */
  public static Targets of(List<List<Integer>> classes) {
    return new Targets(0, List.copyOf(classes));
  }

  /**
   * The classes of the largest logits of every image, the largest first.
   *
   * @param logits (N, C)
   * @param classes C
   * @param top how many of them
   */
  public static List<List<Integer>> largest(float[] logits, int classes, int top) {
    List<List<Integer>> largest = new ArrayList<>();
    for (int row = 0; row < logits.length; row += classes) {
      int start = row;
      largest.add(
          IntStream.range(0, classes)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer c) -> -logits[start + c]))
              .limit(top)
              .toList());
    }
    return largest;
  }

  /** K, the number of targets of each image. */
  public int count() {
    return top > 0 ? top : classes.isEmpty() ? 0 : classes.get(0).size();
  }

  /** Checks that every image has its targets, and that the network has such classes. */
  public void check(int images, int size) {
    if (top > size) {
      throw new IllegalArgumentException(
          "targets top:" + top + " asks for more than the network's " + size + " classes");
    }
    if (top == 0 && (classes.size() != images || count() == 0)) {
      throw new IllegalArgumentException(
          "targets for " + classes.size() + " images, " + count() + " each, for " + images);
    }
    for (List<Integer> image : classes) {
      if (image.size() != count()) {
        throw new IllegalArgumentException("images of a batch have equally many targets");
      }
      for (int target : image) {
        if (target < 0 || target >= size) {
          throw new IllegalArgumentException(
              "target " + target + " is none of the network's " + size + " classes");
        }
      }
    }
  }
}

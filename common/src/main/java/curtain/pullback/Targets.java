package curtain.pullback;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The targets of a batch's images: the classes of the {@code top} largest logits, or given classes.
 *
 * @param top number of largest logits, or 0 for the given classes
 * @param classes the classes of each image of the batch, equally many; empty where {@code top} is
 *     above 0
 */
public record Targets(int top, List<List<Integer>> classes) {
  /**
   * The largest logits of every image; {@code top(1)} is the predicted class.
   *
   * @throws IllegalArgumentException where the count is below 1
   */
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
   * The classes of the largest logits of every image, the largest first, of equal ones the lower
   * class.
   *
   * @param logits (N, C) row-major
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

  /**
   * Checks the targets against a batch and a network.
   *
   * @param images number of images
   * @param size C, the number of classes
   * @throws IllegalArgumentException where images and lists differ in number, lists differ in
   *     length or are empty, or a class is not one of the network's
   */
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

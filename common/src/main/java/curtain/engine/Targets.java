package curtain.engine;

import java.util.List;

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

  /** K, the number of targets of each image. */
  public int count() {
    return top > 0 ? top : classes.isEmpty() ? 0 : classes.get(0).size();
  }
}

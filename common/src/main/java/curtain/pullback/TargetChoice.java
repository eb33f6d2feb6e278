package curtain.pullback;

import curtain.images.ClassList;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The value of {@code --targets}: the classes whose logits are pulled back, before any image is
 * known.
 *
 * @param kind how the classes of an image are found
 * @param top K of {@code top:K}, 1 for {@code predicted}, else 0
 * @param classes class indices where a list of them was given, else empty
 */
public record TargetChoice(Kind kind, int top, List<Integer> classes) implements Serializable {
  /** How the classes of an image are found. */
  public enum Kind {
    /** The classes of the image's largest logits. */
    TOP,
    /** The image's label. */
    LABEL,
    /** The same ones for every image. */
    CLASSES
  }

  private static final String TOP = "top:";

  /**
   * Reads the option's value.
   *
   * @param classes the network's classes
   * @throws IllegalArgumentException for a class that is unknown, ambiguous, out of range or named
   *     twice, and for a K that is not between 1 and the number of classes
   */
  public static TargetChoice parse(String text, ClassList classes) {
    if (text.equals("predicted")) {
      return new TargetChoice(Kind.TOP, 1, List.of());
    }
    if (text.equals("label")) {
      return new TargetChoice(Kind.LABEL, 0, List.of());
    }
    if (text.startsWith(TOP)) {
      return new TargetChoice(
          Kind.TOP, count(text.substring(TOP.length()), classes.size()), List.of());
    }
    List<Integer> indices = new ArrayList<>();
    for (String target : text.split(",", -1)) {
      if (target.isBlank()) {
        throw new IllegalArgumentException("'" + text + "' has an empty name");
      }
      int index = classes.indexOf(target);
      if (indices.contains(index)) {
        throw new IllegalArgumentException(
            "'" + text + "' names class " + index + " (" + classes.name(index) + ") twice");
      }
      indices.add(index);
    }
    return new TargetChoice(Kind.CLASSES, 0, List.copyOf(indices));
  }

  private static int count(String text, int most) {
    if (text.matches("\\d{1,9}")) {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= most) {
        return count;
      }
    }
    throw new IllegalArgumentException(
        "top:" + text + " takes a number from 1 to " + most + ", the network's classes");
  }

  /**
   * The targets of a batch.
   *
   * @param labels labels of its images, none null where the labels are the targets
   */
  public Targets of(List<Integer> labels) {
    return switch (kind) {
      case TOP -> Targets.top(top);
      case LABEL -> Targets.of(labels.stream().map(List::of).toList());
      case CLASSES -> Targets.of(labels.stream().map(label -> classes).toList());
    };
  }

  /** The option's value, classes as indices. */
  @Override
  public String toString() {
    return switch (kind) {
      case TOP -> top == 1 ? "predicted" : TOP + top;
      case LABEL -> "label";
      case CLASSES -> classes.stream().map(String::valueOf).collect(Collectors.joining(","));
    };
  }
}

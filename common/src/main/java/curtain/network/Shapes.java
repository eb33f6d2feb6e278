package curtain.network;

import java.util.List;

/**
 * Rules of shapes that several operations have. What does not fit is an {@link
 * IllegalArgumentException}; its message continues a sentence that begins with the operation.
 */
final class Shapes {
  private Shapes() {}

  /** Checks the number of inputs. */
  static void count(int expected, List<List<Integer>> inputs) {
    if (inputs.size() != expected) {
      throw new IllegalArgumentException(
          "reads " + (expected == 1 ? "1 input" : expected + " inputs") + ", not " + inputs.size());
    }
  }

  /** The shape of the only input. */
  static List<Integer> only(List<List<Integer>> inputs) {
    count(1, inputs);
    return inputs.get(0);
  }

  /** The shape (C, H, W) of the only input. */
  static List<Integer> image(List<List<Integer>> inputs) {
    List<Integer> shape = only(inputs);
    if (shape.size() != 3) {
      throw new IllegalArgumentException("reads (C, H, W), not " + shape);
    }
    return shape;
  }

  /** The shape (C, H, W) of the only input, which has so many channels. */
  static List<Integer> image(int channels, List<List<Integer>> inputs) {
    List<Integer> shape = image(inputs);
    if (shape.get(0) != channels) {
      throw new IllegalArgumentException("reads " + channels + " channels, not " + shape);
    }
    return shape;
  }

  /** Number of windows that fit wholly into so many rows, or columns, and their padding. */
  static int windows(int size, int kernel, int stride, int padding) {
    if (kernel < 1 || stride < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "has kernel " + kernel + ", stride " + stride + " and padding " + padding);
    }
    if (size + 2 * padding < kernel) {
      throw new IllegalArgumentException(
          "has windows of " + kernel + " on " + size + " with padding " + padding);
    }
    return (size + 2 * padding - kernel) / stride + 1;
  }
}

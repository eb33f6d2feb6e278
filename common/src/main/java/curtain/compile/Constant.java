package curtain.compile;

import java.util.List;

/**
 * A tensor of a program: written to the archive as one storage.
 *
 * @param name attribute of the TorchScript module
 * @param shape sizes
 * @param strides in elements
 * @param values element of the storage by its index; the storage has as many as the shape
 */
record Constant(String name, List<Integer> shape, List<Integer> strides, Values values) {

  /** The storage's elements, in double precision; rounded to the archive's type when written. */
  interface Values {
    double at(int index);
  }

  int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** A vector (n). */
  static Constant vector(String name, int length, Values values) {
    return new Constant(name, List.of(length), List.of(1), values);
  }

  /** A row-major matrix (rows, columns). */
  static Constant matrix(String name, int rows, int columns, Values values) {
    return new Constant(name, List.of(rows, columns), List.of(columns, 1), values);
  }

  /** A value per channel, (1, C, 1, 1) in the channels-last layout. */
  static Constant channels(String name, int channels, Values values) {
    return new Constant(
        name, List.of(1, channels, 1, 1), List.of(channels, 1, channels, channels), values);
  }

  /** Weights of a convolution as (O, I, height, width) tap by tap. */
  interface Taps {
    double at(int output, int input, int row, int column);
  }

  /** Weights (O, I, h, w) in the channels-last layout, which convolutions on such input prefer. */
  static Constant kernel(String name, int outputs, int inputs, int height, int width, Taps taps) {
    return new Constant(
        name,
        List.of(outputs, inputs, height, width),
        List.of(height * width * inputs, 1, width * inputs, inputs),
        index -> {
          int input = index % inputs;
          int column = index / inputs % width;
          int row = index / inputs / width % height;
          return taps.at(index / inputs / width / height, input, row, column);
        });
  }
}

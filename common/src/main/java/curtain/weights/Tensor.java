package curtain.weights;

import java.util.Arrays;

/**
 * One entry of a state dict: a shape, row-major, and its values as float32. Convolution weights are
 * (out, in / groups, kH, kW), linear weights (out, in), a scalar has the empty shape.
 */
public final class Tensor {
  private final int[] shape;
  private final float[] values;
  private final String dtype;

  Tensor(int[] shape, float[] values, String dtype) {
    this.shape = shape;
    this.values = values;
    this.dtype = dtype;
  }

  /**
   * A float32 tensor.
   *
   * @param shape sizes, none negative; copied
   * @param values row-major; not copied, and not to be changed afterwards
   * @throws IllegalArgumentException if the shape's product is not the number of values
   */
  public static Tensor of(int[] shape, float[] values) {
    long product = 1;
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      product = Math.multiplyExact(product, (long) size);
    }
    if (product != values.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
    }
    return new Tensor(shape.clone(), values, DType.FLOAT32.title());
  }

  /** Sizes; a copy. */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * The values, row-major; the array itself, since a network's are hundreds of megabytes: not to be
   * changed. Entries that are one tensor in the file (tied weights) share it.
   */
  public float[] values() {
    return values;
  }

  /**
   * The element type in the file: {@code float32}, {@code float64}, {@code float16}, {@code
   * bfloat16}, {@code int64}, {@code int32}, {@code int16}, {@code int8}, {@code uint8} or {@code
   * bool}. The values are converted to float32, rounding to nearest.
   */
  public String dtype() {
    return dtype;
  }

  /** Type and shape, {@code float32[64, 3, 7, 7]} for example. */
  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }
}

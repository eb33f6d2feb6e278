package curtain.scores;

import java.util.Locale;

/**
 * A rectangle of a matrix.
 *
 * @param rowStart first row within the matrix
 * @param colStart first column within the matrix
 * @param rows number of rows, at least 1
 * @param cols number of columns, at least 1
 * @param values (rows, cols), row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a block is passed on, never compared
public record MatrixBlock(int rowStart, int colStart, int rows, int cols, double[] values) {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException where they do not fit
   */
  public MatrixBlock {
    if (rowStart < 0 || colStart < 0 || rows < 1 || cols < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "block of %d x %d at (%d, %d)", rows, cols, rowStart, colStart));
    }
    if (values.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "block of %d x %d with %d values", rows, cols, values.length));
    }
  }

  /** The value of row i and column j of the block. */
  public double at(int i, int j) {
    return values[i * cols + j];
  }
}

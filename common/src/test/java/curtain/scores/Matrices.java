package curtain.scores;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Kernel matrices of random vectors, cut into blocks. */
final class Matrices {
  private Matrices() {}

  /** exp(-|x - x'|^2/s) of clustered points: positive semi-definite, with a diagonal of 1. */
  static double[][] gaussian(int n, int dimensions, double scale, Random random) {
    double[][] points = new double[n][];
    for (int i = 0; i < n; i++) {
      double shift = i % 3;
      points[i] = random.doubles(dimensions).map(x -> 2 * x + shift).toArray();
    }
    double[][] kernel = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double square = 0;
        for (int d = 0; d < dimensions; d++) {
          square += Math.pow(points[i][d] - points[j][d], 2);
        }
        kernel[i][j] = Math.exp(-square / scale);
      }
    }
    return kernel;
  }

  /** Of a rectangular or symmetric matrix, in blocks of these sizes, which come in random order. */
  static BlockMatrix blocks(double[][] matrix, boolean symmetric, int... sizes) throws IOException {
    int n = matrix.length;
    int m = matrix[0].length;
    BlockMatrix blocks = symmetric ? BlockMatrix.symmetric(n) : BlockMatrix.rectangular(n, m);
    List<MatrixBlock> all = new ArrayList<>();
    for (int i = 0, r = 0; i < n; i += sizes[r++ % sizes.length]) {
      int rows = Math.min(sizes[r % sizes.length], n - i);
      for (int j = 0, c = 0; j < m; j += sizes[c++ % sizes.length]) {
        int cols = Math.min(sizes[c % sizes.length], m - j);
        if (!symmetric || i <= j) {
          double[] values = new double[rows * cols];
          for (int a = 0; a < rows; a++) {
            System.arraycopy(matrix[i + a], j, values, a * cols, cols);
          }
          all.add(new MatrixBlock(i, j, rows, cols, values));
        }
      }
    }
    Collections.shuffle(all, new Random(1));
    for (MatrixBlock block : all) {
      blocks.add(block);
    }
    blocks.checkWhole();
    return blocks;
  }

  static Logits logits(int n, int classes, Random random) {
    float[][] values = new float[n][classes];
    for (float[] row : values) {
      for (int c = 0; c < classes; c++) {
        row[c] = (float) random.nextGaussian();
      }
    }
    return new Logits(values);
  }

  /** Smooth functions of the rows of a kernel, so that a regression has something to find. */
  static Logits smooth(double[][] kernel, int classes, Random random) {
    float[][] values = new float[kernel.length][classes];
    for (int c = 0; c < classes; c++) {
      double[] weights = random.doubles(kernel.length, -1, 1).toArray();
      for (int i = 0; i < kernel.length; i++) {
        double sum = 0.05 * random.nextGaussian();
        for (int j = 0; j < kernel.length; j++) {
          sum += weights[j] * kernel[i][j];
        }
        values[i][c] = (float) sum;
      }
    }
    return new Logits(values);
  }

  static boolean[] all(int n) {
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    return all;
  }
}

package curtain.scores;

import java.io.IOException;
import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Kernel ridge regression of a network's logits (spec 7), which says how far the kernel determines
 * them. Images at even positions are fitted, those at odd ones test the fit. Every fifth of the
 * fitted ones, positions 0, 10, 20, ..., chooses the ridge from 10^-8 to 10^3 in half decades, by
 * the squared error of a fit of the others; then all of them are fitted: (K + ridge I) a = y, y
 * less its mean over the fitted images. Memory: at most 6 n^2 bytes, and logits.
 *
 * @param ridge the ridge that was chosen
 * @param rSquared 1 - sum (y - yhat)^2 / sum (y - mean y)^2 over all classes and the images at odd
 *     positions, mean y that of the same images; null where these all have the same logits
 * @param argmaxAgreement share of the images at odd positions whose largest predicted logit is the
 *     network's largest
 */
public record RidgeRegression(double ridge, Double rSquared, double argmaxAgreement) {
  private static final int SMALLEST_HALF_DECADE = -16;
  private static final int LARGEST_HALF_DECADE = 6;
  private static final int CHOOSES = 5;

  /** Logits whose squared deviations are below this times their squares count as equal. */
  private static final double ROUNDING = 1e-24;

  /** Targets less their means. */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  private record Centred(DMatrixRMaj values, double[] means) {}

  /**
   * Chooses the ridge, fits and tests.
   *
   * @param kernel symmetric, normalised
   * @param logits logits of the same images
   * @return the result, or null where there are fewer than three images
   * @throws IOException when the kernel's scratch file cannot be read
   * @throws ArithmeticException where K + ridge I is singular
   */
  public static RidgeRegression of(BlockMatrix kernel, Logits logits) throws IOException {
    int n = kernel.rows();
    if (n < 3) {
      return null;
    }
    DMatrixRMaj fitting = fitting(kernel);
    double ridge = choose(fitting, logits);
    int[] all = new int[fitting.numRows];
    for (int i = 0; i < all.length; i++) {
      all[i] = 2 * i;
    }
    Centred targets = centred(logits, all);
    ShiftedSystem system = new ShiftedSystem(fitting);
    DMatrixRMaj rotated = system.solve(ridge, system.rotated(targets.values()));
    if (rotated == null) {
      throw new ArithmeticException(String.format(Locale.ROOT, "K + %s I is singular", ridge));
    }
    DMatrixRMaj weights = new DMatrixRMaj(all.length, logits.classes());
    CommonOps_DDRM.mult(system.q(), rotated, weights);
    return judged(predictions(kernel, weights.data, targets.means()), ridge, logits);
  }

  /** The kernel of the images at even positions. */
  private static DMatrixRMaj fitting(BlockMatrix kernel) throws IOException {
    int size = (kernel.rows() + 1) / 2;
    DMatrixRMaj matrix = new DMatrixRMaj(size, size);
    kernel.forEach(
        block -> {
          for (int i = block.rowStart() % 2; i < block.rows(); i += 2) {
            for (int j = block.colStart() % 2; j < block.cols(); j += 2) {
              int row = (block.rowStart() + i) / 2;
              int col = (block.colStart() + j) / 2;
              if (row <= col) { // so that the matrix is symmetric to the last bit
                matrix.set(row, col, block.at(i, j));
                matrix.set(col, row, block.at(i, j));
              }
            }
          }
        });
    return matrix;
  }

  private static double choose(DMatrixRMaj fitting, Logits logits) {
    int size = fitting.numRows;
    int choosing = (size + CHOOSES - 1) / CHOOSES;
    int[] others = new int[size - choosing];
    for (int i = 0, at = 0; i < size; i++) {
      if (i % CHOOSES != 0) {
        others[at++] = i;
      }
    }
    DMatrixRMaj system = new DMatrixRMaj(others.length, others.length);
    DMatrixRMaj across = new DMatrixRMaj(choosing, others.length);
    for (int j = 0; j < others.length; j++) {
      for (int i = 0; i < others.length; i++) {
        system.set(i, j, fitting.get(others[i], others[j]));
      }
      for (int i = 0; i < choosing; i++) {
        across.set(i, j, fitting.get(i * CHOOSES, others[j]));
      }
    }
    int[] positions = new int[others.length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = 2 * others[i];
    }
    Centred targets = centred(logits, positions);
    ShiftedSystem shifted = new ShiftedSystem(system);
    DMatrixRMaj rotated = shifted.rotated(targets.values());
    DMatrixRMaj seen = new DMatrixRMaj(choosing, others.length);
    CommonOps_DDRM.mult(across, shifted.q(), seen);
    DMatrixRMaj predicted = new DMatrixRMaj(choosing, logits.classes());
    double best = Double.NaN;
    double least = Double.POSITIVE_INFINITY;
    for (int half = SMALLEST_HALF_DECADE; half <= LARGEST_HALF_DECADE; half++) {
      double ridge = Math.pow(10, half / 2.0);
      DMatrixRMaj weights = shifted.solve(ridge, rotated);
      if (weights != null) {
        CommonOps_DDRM.mult(seen, weights, predicted);
        double error = 0;
        for (int i = 0; i < choosing; i++) {
          for (int c = 0; c < logits.classes(); c++) {
            double miss =
                predicted.get(i, c) + targets.means()[c] - logits.values()[2 * CHOOSES * i][c];
            error += miss * miss;
          }
        }
        if (error < least) {
          least = error;
          best = ridge;
        }
      }
    }
    if (Double.isNaN(best)) {
      throw new ArithmeticException("no ridge gives predictions that are numbers");
    }
    return best;
  }

  private static Centred centred(Logits logits, int[] positions) {
    double[] means = new double[logits.classes()];
    for (int position : positions) {
      for (int c = 0; c < means.length; c++) {
        means[c] += logits.values()[position][c] / (double) positions.length;
      }
    }
    DMatrixRMaj values = new DMatrixRMaj(positions.length, means.length);
    for (int i = 0; i < positions.length; i++) {
      for (int c = 0; c < means.length; c++) {
        values.set(i, c, logits.values()[positions[i]][c] - means[c]);
      }
    }
    return new Centred(values, means);
  }

  /** The predicted logits of the images at odd positions, in their order. */
  private static double[][] predictions(BlockMatrix kernel, double[] weights, double[] means)
      throws IOException {
    double[][] predicted = new double[kernel.rows() / 2][means.length];
    kernel.forEach(
        block -> {
          boolean mirrored = kernel.isMirrored(block);
          for (int i = 0; i < block.rows(); i++) {
            int row = block.rowStart() + i;
            for (int j = 0; j < block.cols(); j++) {
              int col = block.colStart() + j;
              if (row % 2 == 1 && col % 2 == 0) {
                add(predicted[row / 2], weights, col / 2, block.at(i, j));
              } else if (mirrored && row % 2 == 0 && col % 2 == 1) {
                add(predicted[col / 2], weights, row / 2, block.at(i, j));
              }
            }
          }
        });
    for (double[] row : predicted) {
      for (int c = 0; c < means.length; c++) {
        row[c] += means[c];
      }
    }
    return predicted;
  }

  private static void add(double[] sum, double[] weights, int row, double times) {
    int from = row * sum.length;
    for (int c = 0; c < sum.length; c++) {
      sum[c] += times * weights[from + c];
    }
  }

  private static RidgeRegression judged(double[][] predicted, double ridge, Logits logits) {
    double[] means = new double[logits.classes()];
    for (int i = 0; i < predicted.length; i++) {
      for (int c = 0; c < means.length; c++) {
        means[c] += logits.values()[2 * i + 1][c] / (double) predicted.length;
      }
    }
    double missed = 0;
    double spread = 0;
    double squares = 0;
    int agreed = 0;
    for (int i = 0; i < predicted.length; i++) {
      float[] actual = logits.values()[2 * i + 1];
      int best = 0;
      for (int c = 0; c < means.length; c++) {
        missed += (actual[c] - predicted[i][c]) * (actual[c] - predicted[i][c]);
        spread += (actual[c] - means[c]) * (actual[c] - means[c]);
        squares += (double) actual[c] * actual[c];
        best = predicted[i][c] > predicted[i][best] ? c : best;
      }
      agreed += best == logits.argmax(2 * i + 1) ? 1 : 0;
    }
    return new RidgeRegression(
        ridge,
        spread > ROUNDING * squares ? 1 - missed / spread : null,
        (double) agreed / predicted.length);
  }
}

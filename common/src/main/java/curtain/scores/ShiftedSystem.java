package curtain.scores;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.TridiagonalSimilarDecomposition_F64;

/**
 * Solves (A + s I) X = Y for a symmetric A and many shifts s. A = QTQ', T tridiagonal, is found
 * once; each shift is then a tridiagonal system, solved with pivoting. So A + s I need not be
 * positive definite: rounding may give A negative eigenvalues.
 */
final class ShiftedSystem {
  private final double[] diagonal;
  private final double[] side;
  private final DMatrixRMaj q;

  /**
   * Decomposes a matrix.
   *
   * @param a A, symmetric; overwritten
   */
  ShiftedSystem(DMatrixRMaj a) {
    int n = a.numRows;
    diagonal = new double[n];
    side = new double[n];
    if (n == 1) { // for which EJML makes no decomposition
      diagonal[0] = a.get(0, 0);
      q = CommonOps_DDRM.identity(1);
      return;
    }
    TridiagonalSimilarDecomposition_F64<DMatrixRMaj> decomposition =
        DecompositionFactory_DDRM.tridiagonal(n);
    if (!decomposition.decompose(a)) {
      throw new ArithmeticException("a kernel matrix has values that are no numbers");
    }
    decomposition.getDiagonal(diagonal, side);
    q = decomposition.getQ(null, false);
  }

  /** The orthogonal matrix Q. */
  DMatrixRMaj q() {
    return q;
  }

  /** The product Q'Y. */
  DMatrixRMaj rotated(DMatrixRMaj y) {
    DMatrixRMaj rotated = new DMatrixRMaj(q.numCols, y.numCols);
    CommonOps_DDRM.multTransA(q, y, rotated);
    return rotated;
  }

  /**
   * Solves (T + s I) Z = R; for R = Q'Y the solution is Q'X. Gaussian elimination with partial
   * pivoting, after LAPACK's dgtsv.
   *
   * @return Z, or null where T + s I is singular
   */
  DMatrixRMaj solve(double shift, DMatrixRMaj rotated) {
    int n = diagonal.length;
    int width = rotated.numCols;
    double[] d = new double[n];
    double[] below = side.clone();
    double[] above = side.clone();
    double[] second = new double[n];
    for (int i = 0; i < n; i++) {
      d[i] = diagonal[i] + shift;
    }
    double[] b = rotated.data.clone();
    for (int i = 0; i < n - 1; i++) {
      int row = i * width;
      if (Math.abs(d[i]) >= Math.abs(below[i])) {
        if (d[i] == 0) {
          return null;
        }
        double factor = below[i] / d[i];
        d[i + 1] -= factor * above[i];
        for (int c = row; c < row + width; c++) {
          b[c + width] -= factor * b[c];
        }
      } else {
        double factor = d[i] / below[i];
        double next = d[i + 1];
        d[i] = below[i];
        d[i + 1] = above[i] - factor * next;
        if (i < n - 2) {
          second[i] = above[i + 1];
          above[i + 1] = -factor * second[i];
        }
        above[i] = next;
        for (int c = row; c < row + width; c++) {
          double upper = b[c];
          b[c] = b[c + width];
          b[c + width] = upper - factor * b[c + width];
        }
      }
    }
    if (d[n - 1] == 0) {
      return null;
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int c = i * width; c < (i + 1) * width; c++) {
        double rest = b[c];
        rest -= i < n - 1 ? above[i] * b[c + width] : 0;
        rest -= i < n - 2 ? second[i] * b[c + 2 * width] : 0;
        b[c] = rest / d[i];
      }
    }
    return DMatrixRMaj.wrap(n, width, b);
  }
}

package curtain.scores;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores by hand, by brute force, and where they are not defined. */
@Tag("fast")
class ScoresTest {
  private static double[][] identity(int n) {
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  private static double[][] constant(int n, double value) {
    double[][] constant = new double[n][n];
    for (double[] row : constant) {
      Arrays.fill(row, value);
    }
    return constant;
  }

  @Test
  void aKernelIsNormalisedByItsDiagonal() {
    double none = Double.NEGATIVE_INFINITY;
    // K = (4, -6; 0, 0), diagonals 4, 16 of the rows and 9, 0 of the columns
    double[] logs = {Math.log(4), Math.log(6), none, none};
    byte[] signs = {1, -1, 0, 0};
    assertArrayEquals(
        new double[] {4 / 6.0, 0, 0, 0},
        Normalised.ofLogs(
            logs,
            signs,
            new double[] {Math.log(4), Math.log(16)},
            new double[] {Math.log(9), none}),
        1e-15);
    assertArrayEquals(
        new double[] {0.5, -0.25, 0, 0},
        Normalised.ofProducts(
            new double[] {3, -3, 0, 0}, new double[] {4, 0}, new double[] {9, 36}),
        1e-15);
    double[] huge = {1e5};
    assertArrayEquals(
        new double[] {Math.exp(-3)},
        Normalised.ofLogs(new double[] {1e5 - 3}, new byte[] {1}, huge, huge),
        1e-15);
    assertArrayEquals(
        new double[] {0.5 * Math.exp(-0.25)},
        Normalised.tempered(new double[] {0.5}, new double[] {9.5}, 10, 0.5),
        1e-15);
    assertArrayEquals(new double[] {1}, Normalised.tempered(null, new double[] {10}, 10, 0.5), 0);
  }

  @Test
  void equalSimilaritiesGoByPosition() throws Exception {
    double[][] kernel = constant(9, 0.5);
    kernel[4][7] = kernel[7][4] = 0.75;
    for (int block : new int[] {1, 2, 4, 9}) {
      try (BlockMatrix matrix = Matrices.blocks(kernel, true, block)) {
        Neighbours near = new Neighbours(9, 3, Matrices.all(9));
        matrix.forEach(b -> near.add(b, true, matrix.isMirrored(b)));
        assertEquals(
            List.of(7, 0, 1), IntStream.range(0, 3).mapToObj(r -> near.position(4, r)).toList());
        assertEquals(0.75, near.similarity(4, 0));
        assertEquals(
            List.of(1, 2, 3), IntStream.range(0, 3).mapToObj(r -> near.position(0, r)).toList());
      }
    }
  }

  @Test
  void theNearerOfTwoLabelsWithEqualVotesWins() {
    // row 0: neighbours 1, 2, 3, 4 in this order
    Neighbours near = new Neighbours(1, 5, Matrices.all(5));
    near.add(new MatrixBlock(0, 0, 1, 5, new double[] {1, 0.9, 0.8, 0.7, 0.6}), true, false);
    Labels rows = new Labels(List.of(8));
    Labels columns = new Labels(List.of(8, 7, 8, 8, 7));
    assertEquals(0, near.accuracy(1, rows, columns));
    assertEquals(0, near.accuracy(2, rows, columns));
    assertEquals(1, near.accuracy(3, rows, columns));
    assertEquals(0, near.accuracy(4, rows, columns));
    assertNull(near.accuracy(5, rows, columns));
    assertNull(near.accuracy(1, new Labels(Arrays.asList((Integer) null)), columns));
  }

  @Test
  void neighboursOfTwoSetsAreColumns() throws Exception {
    Random random = new Random(3);
    double[][] kernel = new double[11][17];
    for (double[] row : kernel) {
      Arrays.setAll(row, j -> random.nextInt(6));
    }
    try (BlockMatrix matrix = Matrices.blocks(kernel, false, 4, 3)) {
      Neighbours near = new Neighbours(11, 30, Matrices.all(17));
      matrix.forEach(b -> near.add(b, false, matrix.isMirrored(b)));
      for (int i = 0; i < 11; i++) {
        int row = i;
        List<Integer> sorted =
            IntStream.range(0, 17)
                .boxed()
                .sorted((a, b) -> Double.compare(kernel[row][b], kernel[row][a]))
                .toList();
        assertEquals(17, near.count(i));
        assertEquals(sorted, IntStream.range(0, 17).mapToObj(r -> near.position(row, r)).toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 30, 31})
  void theMedianIsThatOfTheSortedValues(int n) throws Exception {
    Random random = new Random(n);
    double[][] kernel = new double[n][n];
    double[] pairs = new double[n * (n - 1) / 2];
    for (int i = 0, at = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        // repeated values, both signs, zeros of both signs
        double value = random.nextBoolean() ? random.nextInt(3) - 1 : random.nextGaussian();
        kernel[i][j] = kernel[j][i] = value == 0 && random.nextBoolean() ? -0.0 : value;
        pairs[at++] = value;
      }
    }
    Arrays.sort(pairs);
    try (BlockMatrix matrix = Matrices.blocks(kernel, true, 7)) {
      Double median = OffDiagonal.median(matrix);
      if (n == 1) {
        assertNull(median);
      } else {
        int middle = pairs.length / 2;
        assertEquals(
            pairs.length % 2 == 1 ? pairs[middle] : (pairs[middle - 1] + pairs[middle]) / 2,
            median + 0.0,
            1e-16);
      }
    }
  }

  @Test
  void aConstantKernelHasNoAlignment() throws Exception {
    Random random = new Random(5);
    double[][] some = Matrices.gaussian(12, 2, 3, random);
    try (BlockMatrix flat = Matrices.blocks(constant(12, 0.3), true, 5);
        BlockMatrix other = Matrices.blocks(some, true, 5)) {
      List<BlockMatrix> both = List.of(flat, other);
      Labels one = new Labels(Collections.nCopies(12, 4));
      Double[][] of = CentredAlignment.of(both, Matrices.all(12), one, null);
      for (int k = 0; k < 3; k++) {
        assertNull(of[0][k]);
        assertNull(of[2][k]);
      }
      assertEquals(1, of[1][1]);
      float[][] same = new float[12][];
      Arrays.fill(same, new float[] {0.1f, 0.7f, -3.3f});
      assertNull(CentredAlignment.of(both, Matrices.all(12), null, new Logits(same))[1][2]);
      assertEquals(0, Spectrum.leading(flat, 3).eigenvalues()[0], 1e-13);
      assertNull(RidgeRegression.of(other, new Logits(same)).rSquared());
      assertEquals(1, RidgeRegression.of(other, new Logits(same)).argmaxAgreement());
    }
  }

  @Test
  void theLabelKernelAlignsWithItself() throws Exception {
    double[][] kernel = new double[10][10];
    List<Integer> labels = IntStream.range(0, 10).mapToObj(i -> i % 3).toList();
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 10; j++) {
        kernel[i][j] = i % 3 == j % 3 ? 1 : 0;
      }
    }
    try (BlockMatrix matrix = Matrices.blocks(kernel, true, 4)) {
      Double[][] of =
          CentredAlignment.of(List.of(matrix), Matrices.all(10), new Labels(labels), null);
      assertEquals(1, of[0][1], 1e-15);
      assertEquals(of[0][1], of[1][0]);
    }
  }

  @Test
  void eigenvaluesMayBeEqual() throws Exception {
    try (BlockMatrix matrix = Matrices.blocks(identity(500), true, 64)) {
      Spectrum spectrum = Spectrum.leading(matrix, 6);
      assertArrayEquals(new double[] {1, 1, 1, 1, 1, 1}, spectrum.eigenvalues(), 1e-13);
    }
    try (BlockMatrix matrix = Matrices.blocks(identity(3), true, 2)) {
      assertEquals(2, Spectrum.leading(matrix, 6).eigenvalues().length);
    }
    try (BlockMatrix matrix = Matrices.blocks(identity(1), true, 2)) {
      assertEquals(0, Spectrum.leading(matrix, 6).eigenvalues().length);
      assertNull(RidgeRegression.of(matrix, new Logits(new float[1][2])));
    }
  }

  @Test
  void aBasisThatIsFullBeginsAgain() throws Exception {
    // nearly the identity, as product kernels are: many eigenvalues close together
    Random random = new Random(9);
    double[][] kernel = Matrices.gaussian(700, 12, 1.5, random);
    try (BlockMatrix matrix = Matrices.blocks(kernel, true, 256)) {
      Spectrum spectrum = Spectrum.leading(matrix, 8);
      assertTrue(spectrum.residual() <= 1e-10, spectrum.residual() + " " + spectrum.passes());
      assertTrue(spectrum.passes() > 14, "the basis was never full: " + spectrum.passes());
    }
  }

  @Test
  void aSmallRidgeInterpolates() throws Exception {
    // logits that the kernel determines: y = K a with a on the even positions
    Random random = new Random(11);
    double[][] kernel = Matrices.gaussian(120, 3, 4, random);
    float[][] values = new float[120][4];
    for (int c = 0; c < 4; c++) {
      for (int j = 0; j < 120; j += 8) {
        double weight = random.nextGaussian();
        for (int i = 0; i < 120; i++) {
          values[i][c] += (float) (weight * kernel[i][j]);
        }
      }
    }
    try (BlockMatrix matrix = Matrices.blocks(kernel, true, 50)) {
      RidgeRegression of = RidgeRegression.of(matrix, new Logits(values));
      assertTrue(of.ridge() < 1e-3 && of.rSquared() > 0.999, of.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 40})
  void shiftedSystemsAreSolvedWhereTheyAreIndefinite(int n) {
    Random random = new Random(n);
    DMatrixRMaj a = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        a.set(i, j, random.nextGaussian());
        a.set(j, i, a.get(i, j));
      }
    }
    DMatrixRMaj y = new DMatrixRMaj(n, 2);
    for (int i = 0; i < 2 * n; i++) {
      y.data[i] = random.nextGaussian();
    }
    ShiftedSystem system = new ShiftedSystem(a.copy());
    for (double shift : new double[] {0, 0.1, 3}) {
      DMatrixRMaj t = system.solve(shift, system.rotated(y));
      for (int c = 0; c < 2; c++) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < n; k++) {
            x[i] += system.q().get(i, k) * t.get(k, c);
          }
        }
        for (int i = 0; i < n; i++) {
          double left = shift * x[i];
          for (int j = 0; j < n; j++) {
            left += a.get(i, j) * x[j];
          }
          assertEquals(y.get(i, c), left, 1e-9);
        }
      }
    }
    assertNull(new ShiftedSystem(new DMatrixRMaj(2, 2)).solve(0, new DMatrixRMaj(2, 1)));
  }

  @Test
  void blocksThatDoNotCoverTheMatrixAreRefused() throws Exception {
    try (BlockMatrix matrix = BlockMatrix.symmetric(5)) {
      matrix.add(new MatrixBlock(0, 0, 3, 3, new double[9]));
      assertRefused("blocks end at 3 of 5 positions", matrix);
      matrix.add(new MatrixBlock(0, 3, 3, 2, new double[6]));
      assertRefused("the block at (3, 3) is missing", matrix);
      matrix.add(new MatrixBlock(3, 3, 2, 2, new double[4]));
      matrix.checkWhole();
      matrix.add(new MatrixBlock(0, 3, 3, 2, new double[6]));
      assertRefused("the block at (0, 3) is there twice", matrix);
    }
    try (BlockMatrix matrix = BlockMatrix.symmetric(5)) {
      matrix.add(new MatrixBlock(0, 0, 3, 3, new double[9]));
      matrix.add(new MatrixBlock(3, 0, 2, 3, new double[6]));
      matrix.add(new MatrixBlock(3, 3, 2, 2, new double[4]));
      matrix.add(new MatrixBlock(0, 3, 3, 2, new double[6]));
      assertRefused("the block at (3, 0) is below the diagonal", matrix);
    }
    try (BlockMatrix matrix = BlockMatrix.rectangular(2, 3)) {
      matrix.add(new MatrixBlock(0, 0, 2, 1, new double[2]));
      matrix.add(new MatrixBlock(0, 2, 2, 1, new double[2]));
      assertRefused("blocks begin at 2 where 1 was to come", matrix);
      matrix.add(new MatrixBlock(1, 1, 1, 1, new double[1]));
      matrix.add(new MatrixBlock(1, 0, 1, 2, new double[2]));
      assertRefused("blocks that begin at 0 have 1 and 2 positions", matrix);
    }
  }

  private static void assertRefused(String message, BlockMatrix matrix) {
    assertEquals(
        message, assertThrows(IllegalStateException.class, matrix::checkWhole).getMessage());
  }
}

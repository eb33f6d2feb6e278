package curtain.scores;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The leading eigenvalues of HKH, H = I - 11'/n, not divided by n, and the scores of kernel PCA
 * (spec 7): the score of image i on component k is the i-th entry of the k-th unit eigenvector
 * times the root of the eigenvalue, a coordinate of the image's centred feature vector. An
 * eigenvector's entry of largest magnitude is positive.
 *
 * <p>K is only multiplied by blocks of vectors, one pass over its blocks for each; a basis of the
 * block Krylov space grows by the residuals, and begins again from the best vectors when it is
 * full. Memory: about 400 vectors of n values.
 *
 * @param eigenvalues the largest first, as many as asked for, at most n - 1
 * @param scores by position and component, (n, K)
 * @param residual the largest |HKHv - wv| over eigenvalues w and their unit eigenvectors v,
 *     relative to the largest eigenvalue
 * @param passes number of passes over the blocks
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Spectrum(double[] eigenvalues, double[][] scores, double residual, int passes) {
  /** The residual at which the iteration ends, relative to the largest eigenvalue. */
  private static final double TOLERANCE = 1e-10;

  /** The residual that rounding leaves, relative to the trace; the iteration ends at it, too. */
  private static final double ROUNDING = 1e-14;

  private static final int MOST_PASSES = 300;
  private static final int BASIS = 160;
  private static final long SEED = 314;

  /**
   * Ritz values and vectors, the eigenpairs of HKH projected on a basis, and HKH times the vectors.
   */
  private record Ritz(double[] values, List<double[]> vectors, List<double[]> images) {}

  /**
   * Finds the leading eigenvalues and scores.
   *
   * @param kernel symmetric, normalised
   * @param components number of components, at least 1
   * @throws IOException when the kernel's scratch file cannot be read
   */
  public static Spectrum leading(BlockMatrix kernel, int components) throws IOException {
    int n = kernel.rows();
    int wanted = Math.min(components, n - 1);
    if (wanted == 0) {
      return new Spectrum(new double[0], new double[n][0], 0, 0);
    }
    int width = Math.min(n - 1, wanted + Math.max(4, wanted / 2));
    int most = Math.min(n - 1, Math.max(BASIS, 10 * width));
    List<double[]> basis = new ArrayList<>();
    List<double[]> images = new ArrayList<>();
    List<double[]> fresh = orthonormal(random(n, width), basis, 0);
    for (int pass = 1; ; pass++) {
      images.addAll(multiplied(kernel, fresh));
      basis.addAll(fresh);
      Ritz ritz = ritz(basis, images, Math.min(basis.size(), 2 * width));
      List<double[]> residuals = residuals(ritz, Math.min(basis.size(), width));
      double largest = 0;
      for (double[] residual : residuals.subList(0, Math.min(wanted, residuals.size()))) {
        largest = Math.max(largest, norm(residual));
      }
      double floor = ROUNDING * n;
      boolean done = largest <= Math.max(TOLERANCE * Math.abs(ritz.values()[0]), floor);
      if (!done && pass < MOST_PASSES) {
        if (basis.size() + residuals.size() > most && basis.size() > ritz.vectors().size()) {
          basis = new ArrayList<>(ritz.vectors());
          images = new ArrayList<>(ritz.images());
        }
        fresh = orthonormal(residuals, basis, floor);
        // centred vectors have n - 1 dimensions: a basis has no more
        fresh = fresh.subList(0, Math.min(fresh.size(), n - 1 - basis.size()));
      }
      if (done || pass == MOST_PASSES || fresh.isEmpty()) {
        double scale = Math.max(Math.abs(ritz.values()[0]), Double.MIN_NORMAL);
        return result(ritz, Math.min(wanted, ritz.values().length), largest / scale, pass);
      }
    }
  }

  private static Spectrum result(Ritz ritz, int wanted, double residual, int passes) {
    int n = ritz.vectors().get(0).length;
    double[][] scores = new double[n][wanted];
    for (int k = 0; k < wanted; k++) {
      double[] vector = ritz.vectors().get(k);
      int peak = 0;
      for (int i = 1; i < n; i++) {
        peak = Math.abs(vector[i]) > Math.abs(vector[peak]) ? i : peak;
      }
      double scale = Math.sqrt(Math.max(0, ritz.values()[k])) / norm(vector);
      scale *= vector[peak] < 0 ? -1 : 1;
      for (int i = 0; i < n; i++) {
        scores[i][k] = scale * vector[i];
      }
    }
    return new Spectrum(Arrays.copyOf(ritz.values(), wanted), scores, residual, passes);
  }

  private static List<double[]> random(int n, int width) {
    Random random = new Random(SEED);
    List<double[]> vectors = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      vectors.add(random.doubles(n, -1, 1).toArray());
    }
    return vectors;
  }

  /** HKHv for each of the vectors v, whose mean is 0, by one pass over the blocks. */
  private static List<double[]> multiplied(BlockMatrix kernel, List<double[]> vectors)
      throws IOException {
    int n = kernel.rows();
    int width = vectors.size();
    double[] in = new double[Math.multiplyExact(n, width)];
    double[] out = new double[in.length];
    for (int k = 0; k < width; k++) {
      for (int i = 0; i < n; i++) {
        in[i * width + k] = vectors.get(k)[i];
      }
    }
    kernel.forEach(
        block -> {
          boolean mirrored = kernel.isMirrored(block);
          for (int i = 0; i < block.rows(); i++) {
            int row = (block.rowStart() + i) * width;
            for (int j = 0; j < block.cols(); j++) {
              int col = (block.colStart() + j) * width;
              double value = block.at(i, j);
              for (int k = 0; k < width; k++) {
                out[row + k] += value * in[col + k];
              }
              for (int k = 0; mirrored && k < width; k++) {
                out[col + k] += value * in[row + k];
              }
            }
          }
        });
    List<double[]> images = new ArrayList<>();
    for (int k = 0; k < width; k++) {
      double[] image = new double[n];
      for (int i = 0; i < n; i++) {
        image[i] = out[i * width + k];
      }
      centre(image);
      images.add(image);
    }
    return images;
  }

  private static Ritz ritz(List<double[]> basis, List<double[]> images, int keep) {
    int size = basis.size();
    DMatrixRMaj projected = new DMatrixRMaj(size, size);
    for (int a = 0; a < size; a++) {
      for (int b = a; b < size; b++) {
        double value = (dot(basis.get(a), images.get(b)) + dot(basis.get(b), images.get(a))) / 2;
        projected.set(a, b, value);
        projected.set(b, a, value);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
    if (!eigen.decompose(projected)) {
      throw new ArithmeticException("the eigenvalues of a kernel did not converge");
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> -eigen.getEigenvalue(k).getReal()))
            .limit(keep)
            .mapToInt(k -> k)
            .toArray();
    List<double[]> vectors = new ArrayList<>();
    List<double[]> multiplied = new ArrayList<>();
    for (int k : order) {
      double[] weights = eigen.getEigenVector(k).data;
      vectors.add(combined(basis, weights));
      multiplied.add(combined(images, weights));
    }
    double[] values =
        Arrays.stream(order).mapToDouble(k -> eigen.getEigenvalue(k).getReal()).toArray();
    return new Ritz(values, vectors, multiplied);
  }

  private static double[] combined(List<double[]> vectors, double[] weights) {
    double[] sum = new double[vectors.get(0).length];
    for (int k = 0; k < vectors.size(); k++) {
      subtract(sum, vectors.get(k), -weights[k]);
    }
    return sum;
  }

  private static List<double[]> residuals(Ritz ritz, int count) {
    List<double[]> residuals = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      double[] residual = ritz.images().get(k).clone();
      subtract(residual, ritz.vectors().get(k), ritz.values()[k]);
      residuals.add(residual);
    }
    return residuals;
  }

  /**
   * An orthonormal basis of what the vectors add to a basis; remainders up to the floor are
   * dropped.
   */
  private static List<double[]> orthonormal(
      List<double[]> vectors, List<double[]> basis, double floor) {
    List<double[]> all = new ArrayList<>(basis);
    for (double[] vector : vectors) {
      double[] direction = vector.clone();
      if (norm(direction) <= floor) {
        continue;
      }
      boolean lost = false;
      for (int round = 0; round < 3 && !lost; round++) {
        double before = norm(direction);
        centre(direction);
        for (double[] known : all) {
          subtract(direction, known, dot(direction, known));
        }
        double left = norm(direction);
        // a first round may leave little but rounding, which further rounds make orthogonal
        lost = left <= 1e-12 * before;
        scale(direction, lost ? 0 : 1 / left);
      }
      if (!lost) {
        all.add(direction);
      }
    }
    return all.subList(basis.size(), all.size());
  }

  private static void centre(double[] vector) {
    double mean = Arrays.stream(vector).sum() / vector.length;
    for (int i = 0; i < vector.length; i++) {
      vector[i] -= mean;
    }
  }

  private static void scale(double[] vector, double by) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= by;
    }
  }

  private static void subtract(double[] from, double[] vector, double times) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * vector[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }
}

package curtain.scores;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The centred alignment of kernels on the same images (Cortes, Mohri and Rostamizadeh 2012; spec
 * 7): &lt;HKH, HLH&gt;/(|HKH| |HLH|), H = I - 11'/n, Frobenius norms. Two passes over the blocks.
 */
public final class CentredAlignment {
  /** A centred kernel whose norm is below this times its trace counts as constant. */
  private static final double ROUNDING = 1e-12;

  private CentredAlignment() {}

  /**
   * The alignments of kernels with each other, with labels and with logits.
   *
   * @param kernels symmetric, normalised, with blocks in the same order
   * @param over which images count
   * @param labels labels, known of all images that count; or null
   * @param logits logits, only where all images count; or null
   * @return a symmetric matrix over the kernels in their order, then labels, then logits, where
   *     given; an entry is null where one of the two kernels is constant
   * @throws IOException when a kernel's scratch file cannot be read
   */
  public static Double[][] of(
      List<BlockMatrix> kernels, boolean[] over, Labels labels, Logits logits) throws IOException {
    List<CentredPairs> more = new ArrayList<>();
    if (labels != null) {
      more.add(labels.centred());
    }
    if (logits != null) {
      more.add(logits.centred());
    }
    double count = 0;
    for (boolean counts : over) {
      count += counts ? 1 : 0;
    }
    int all = kernels.size() + more.size();
    double[] traces = new double[all];
    Arrays.fill(traces, count);
    for (int m = 0; m < more.size(); m++) {
      traces[kernels.size() + m] = more.get(m).trace();
    }
    double[][] means = new double[kernels.size()][];
    for (int k = 0; k < means.length; k++) {
      means[k] = centring(kernels.get(k), over, count);
    }
    double[][] products = products(kernels, over, means, more);
    Double[][] alignments = new Double[all][all];
    for (int a = 0; a < all; a++) {
      for (int b = 0; b < all; b++) {
        double normA = Math.sqrt(products[a][a]);
        double normB = Math.sqrt(products[b][b]);
        if (normA > ROUNDING * traces[a] && normB > ROUNDING * traces[b]) {
          double cosine = products[Math.min(a, b)][Math.max(a, b)] / (normA * normB);
          alignments[a][b] = Math.max(-1, Math.min(1, cosine));
        }
      }
    }
    return alignments;
  }

  /**
   * The values m_i, row means less half of the overall mean, with which k_ij - m_i - m_j is HKH.
   */
  private static double[] centring(BlockMatrix kernel, boolean[] over, double count)
      throws IOException {
    double[] sums = new double[over.length];
    kernel.forEach(
        block -> {
          boolean mirrored = kernel.isMirrored(block);
          for (int i = 0; i < block.rows(); i++) {
            int row = block.rowStart() + i;
            double sum = 0;
            for (int j = 0; j < block.cols(); j++) {
              int col = block.colStart() + j;
              double value = block.at(i, j);
              sum += over[col] ? value : 0;
              sums[col] += mirrored && over[row] ? value : 0;
            }
            sums[row] += sum;
          }
        });
    double total = 0;
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= count;
      total += over[i] ? sums[i] : 0;
    }
    double half = total / count / 2;
    return Arrays.stream(sums).map(mean -> mean - half).toArray();
  }

  private static double[][] products(
      List<BlockMatrix> kernels, boolean[] over, double[][] means, List<CentredPairs> more)
      throws IOException {
    int own = kernels.size();
    int all = own + more.size();
    double[][] sums = new double[all][all];
    double[] at = new double[all];
    int blocks = kernels.get(0).blocks();
    MatrixBlock[] open = new MatrixBlock[own];
    for (int index = 0; index < blocks; index++) {
      for (int k = 0; k < own; k++) {
        open[k] = kernels.get(k).block(index);
      }
      MatrixBlock block = open[0];
      double weight = kernels.get(0).isMirrored(block) ? 2 : 1;
      for (int i = 0; i < block.rows(); i++) {
        int row = block.rowStart() + i;
        double[][] partial = new double[all][all];
        for (int j = 0; over[row] && j < block.cols(); j++) {
          int col = block.colStart() + j;
          if (over[col]) {
            for (int k = 0; k < own; k++) {
              at[k] = open[k].at(i, j) - means[k][row] - means[k][col];
            }
            for (int m = own; m < all; m++) {
              at[m] = more.get(m - own).pairs().at(row, col);
            }
            add(partial, at);
          }
        }
        for (int a = 0; a < all; a++) {
          for (int b = a; b < all; b++) {
            sums[a][b] += weight * partial[a][b];
          }
        }
      }
    }
    return sums;
  }

  private static void add(double[][] sums, double[] at) {
    for (int a = 0; a < at.length; a++) {
      for (int b = a; b < at.length; b++) {
        sums[a][b] += at[a] * at[b];
      }
    }
  }
}

package curtain.gram;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import curtain.compile.Compiler;
import curtain.engine.LoadedProgram;
import curtain.engine.OneDnn;
import curtain.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/** Gram matrices of a few images, for tests. */
final class Grams {
  private Grams() {}

  /** Compiles and loads. */
  static LoadedProgram load(Network network, GramOptions options) throws IOException {
    Path archive = Files.createTempFile("gram", ".pt");
    try {
      OneDnn.write(Compiler.gram(network, options.gate(), options.numbers()), archive);
      return LoadedProgram.load(archive, Device.cpu());
    } finally {
      Files.delete(archive);
    }
  }

  /** Images from this one on, in batches of the kernel's size. */
  static Iterator<GateBlock> observe(GramKernel kernel, List<byte[]> images) {
    List<List<byte[]>> batches = new ArrayList<>();
    for (int from = 0; from < images.size(); from += kernel.batchSize()) {
      batches.add(images.subList(from, Math.min(images.size(), from + kernel.batchSize())));
    }
    return batches.stream().map(kernel::observe).iterator();
  }

  /** All pairs, as one tile whose rows are held as one block. */
  static Tile whole(GramKernel kernel, List<byte[]> images, boolean diagonal) {
    try (GateBlock rows = kernel.join(observe(kernel, images), images.size())) {
      return diagonal
          ? kernel.diagonal(rows, true)
          : kernel.multiply(rows, observe(kernel, images), images.size(), true);
    }
  }

  /**
   * The smallest eigenvalue, in float64, of the normalised product kernel, and of the tempered ones
   * with and without the input's factor, p = 1/L, 4/L and 1.
   *
   * @param tile of all images with themselves
   */
  static List<Double> smallestEigenvalues(Tile tile) {
    int n = tile.rows();
    int layers = tile.columns().layers().length;
    List<Double> smallest = new ArrayList<>();
    DMatrixRMaj product = new DMatrixRMaj(n, n);
    DMatrixRMaj input = new DMatrixRMaj(n, n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        int at = i * n + j;
        int ii = i * n + i;
        int jj = j * n + j;
        double own = (tile.logKernel()[ii] + tile.logKernel()[jj]) / 2;
        product.set(i, j, tile.sign()[at] * Math.exp(tile.logKernel()[at] - own));
        input.set(i, j, tile.pixel()[at] / Math.sqrt(tile.pixel()[ii] * tile.pixel()[jj]));
      }
    }
    smallest.add(smallestEigenvalue(product));
    for (double p : new double[] {1.0 / layers, 4.0 / layers, 1}) {
      for (boolean all : new boolean[] {false, true}) {
        DMatrixRMaj tempered = new DMatrixRMaj(n, n);
        for (int at = 0; at < n * n; at++) {
          double gates = Math.exp(p * (tile.layerSum()[at] - layers));
          tempered.set(at, all ? input.get(at) * gates : gates);
        }
        smallest.add(smallestEigenvalue(tempered));
      }
    }
    return smallest;
  }

  /** Of a symmetric matrix, which is overwritten. */
  static double smallestEigenvalue(DMatrixRMaj matrix) {
    int n = matrix.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, false, true);
    assertTrue(eigen.decompose(matrix), "no eigenvalues");
    return IntStream.range(0, n).mapToDouble(i -> eigen.getEigenvalue(i).real).min().orElseThrow();
  }
}

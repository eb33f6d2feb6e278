package curtain.jobs.gram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.tables.TableReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** The tiles of a Gram matrix, put together. */
final class GramOutput {
  /** A kernel's matrix; the lower triangle is filled in where there is one set. */
  static final class Matrix {
    final double[][] log;
    final double[][] value;
    final byte[][] sign;

    private Matrix(int rows, int columns) {
      log = new double[rows][columns];
      value = new double[rows][columns];
      sign = new byte[rows][columns];
    }
  }

  private final Map<String, Matrix> kernels = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /** Reads all tiles of an output. */
  GramOutput(Path output, int rows, int columns, boolean square) throws Exception {
    Configuration conf = new Configuration();
    FinishedOutput finished = FinishedOutput.open("--input", output.toString(), "gram", conf);
    for (org.apache.hadoop.fs.Path part : finished.parts("tiles")) {
      names.add(part.getName());
      TableReader.forEach(GramTables.TILES, part, conf, row -> add(row, rows, columns, square));
    }
  }

  private void add(TileRow row, int rows, int columns, boolean square) {
    Matrix matrix = kernels.computeIfAbsent(row.kernel(), none -> new Matrix(rows, columns));
    int top = Math.toIntExact(row.rowStart());
    int left = Math.toIntExact(row.colStart());
    int high = row.rows();
    int wide = row.cols();
    assertTrue(!square || row.rowBlock() <= row.colBlock(), "the upper triangle");
    double[] log = row.logKernel();
    byte[] sign = row.sign();
    double[] value = row.value();
    assertEquals(log == null, value != null);
    for (int i = 0; i < high; i++) {
      for (int j = 0; j < wide; j++) {
        int at = i * wide + j;
        for (boolean turned : new boolean[] {false, true}) {
          int r = turned ? left + j : top + i;
          int c = turned ? top + i : left + j;
          if (!turned || square) {
            matrix.log[r][c] = log == null ? 0 : log[at];
            matrix.sign[r][c] = sign == null ? 0 : sign[at];
            matrix.value[r][c] = value == null ? 0 : value[at];
          }
        }
      }
    }
  }

  Set<String> files() {
    return names;
  }

  Set<String> kernels() {
    return kernels.keySet();
  }

  Matrix matrix(String kernel) {
    return kernels.get(kernel);
  }
}

package curtain.jobs.gram;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;

/**
 * The means of a normalised kernel by pairs of classes, read from an output that keeps no tiles.
 *
 * @param kernel the kernel
 * @param rows its rows of {@code class_blocks}
 * @param labels labels ascending; null, that of images without one, last
 * @param images number of images of the rows
 */
record ClassBlocks(
    DrawnKernel kernel, List<ClassBlockRow> rows, List<Integer> labels, long images) {
  /**
   * Reads the rows of a kernel.
   *
   * @throws RunException when the table is not there
   */
  static ClassBlocks read(FinishedOutput gram, DrawnKernel kernel, Configuration conf)
      throws IOException, RunException {
    Comparator<Integer> order = Comparator.nullsLast(Comparator.naturalOrder());
    List<ClassBlockRow> rows = new ArrayList<>();
    TreeSet<Integer> labels = new TreeSet<>(order);
    KernelRows.forEach(gram, GramTables.CLASS_BLOCKS, kernel.table(), conf, rows::add);
    for (ClassBlockRow row : rows) {
      labels.add(row.labelA());
      labels.add(row.labelB());
    }
    rows.sort(
        Comparator.comparing(ClassBlockRow::labelA, order)
            .thenComparing(ClassBlockRow::labelB, order));
    return new ClassBlocks(kernel, rows, new ArrayList<>(labels), gram.provenance().results());
  }

  /** The value that is drawn for a row: its mean, or ln |mean|; NaN for null. */
  double drawn(ClassBlockRow row) {
    double mean = row.mean() == null ? Double.NaN : row.mean();
    return kernel.logarithmic() ? Math.log(Math.abs(mean)) : mean;
  }

  /** The values that are drawn, (labels, labels); NaN where there is no pair. */
  double[][] drawn() {
    Map<Integer, Integer> at = new LinkedHashMap<>();
    labels.forEach(label -> at.put(label, at.size()));
    double[][] values = new double[labels.size()][labels.size()];
    for (double[] row : values) {
      Arrays.fill(row, Double.NaN);
    }
    for (ClassBlockRow row : rows) {
      values[at.get(row.labelA())][at.get(row.labelB())] = drawn(row);
    }
    return values;
  }
}

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
 * Means of a normalised kernel by class, of a Gram that keeps no tiles.
 *
 * @param rows of {@code class_blocks}, by labels
 * @param labels ascending; null, for images without one, last
 * @param images their number
 */
record ClassBlocks(
    DrawnKernel kernel, List<ClassBlockRow> rows, List<Integer> labels, long images) {
  /** Reads a kernel's rows. */
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

  /** What a row is drawn as: its mean, or ln |mean|; NaN for null. */
  double drawn(ClassBlockRow row) {
    double mean = row.mean() == null ? Double.NaN : row.mean();
    return kernel.logarithmic() ? Math.log(Math.abs(mean)) : mean;
  }

  /** (labels, labels); NaN where there is no pair. */
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

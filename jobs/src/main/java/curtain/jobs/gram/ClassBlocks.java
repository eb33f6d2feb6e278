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
record ClassBlocks(DrawnKernel kernel, List<Object[]> rows, List<Integer> labels, long images) {
  /** Reads a kernel's rows. */
  static ClassBlocks read(FinishedOutput gram, DrawnKernel kernel, Configuration conf)
      throws IOException, RunException {
    Comparator<Integer> order = Comparator.nullsLast(Comparator.naturalOrder());
    List<Object[]> rows = new ArrayList<>();
    TreeSet<Integer> labels = new TreeSet<>(order);
    KernelRows.forEach(gram, GramTables.CLASS_BLOCKS, kernel.table(), conf, rows::add);
    for (Object[] row : rows) {
      labels.add((Integer) row[1]);
      labels.add((Integer) row[2]);
    }
    rows.sort(
        Comparator.comparing((Object[] row) -> (Integer) row[1], order)
            .thenComparing(row -> (Integer) row[2], order));
    return new ClassBlocks(kernel, rows, new ArrayList<>(labels), gram.provenance().results());
  }

  /** What a row is drawn as: its mean, or ln |mean|; NaN for null. */
  double drawn(Object[] row) {
    double mean = row[4] == null ? Double.NaN : (Double) row[4];
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
    for (Object[] row : rows) {
      values[at.get((Integer) row[1])][at.get((Integer) row[2])] = drawn(row);
    }
    return values;
  }
}

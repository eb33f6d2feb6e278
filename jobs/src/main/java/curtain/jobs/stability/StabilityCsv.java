package curtain.jobs.stability;

import curtain.jobs.shards.FileOutput;
import curtain.jobs.show.Csv;
import curtain.jobs.stability.StabilityResults.Activity;
import curtain.jobs.tables.RowForm;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers behind the charts of stability, as {@link Csv}. {@code path_stability.csv}, {@code
 * t_pi.csv} and {@code pullback_cosine.csv} are the tables (spec 12); {@code gate_flips.csv} and
 * {@code path_space.csv} those rows of the tables whose checkpoint_b is the last one, the first
 * with {@code rate}, differ over compared. {@code activations.csv} has the bins of the histograms:
 * checkpoint, low, high, count; {@code activation_counts.csv} checkpoint, layer, name, images,
 * neurons, dead, always_on.
 */
final class StabilityCsv {
  /** A regular expression of the files' names. */
  static final String FILES =
      "(path_stability|t_pi|gate_flips|path_space|activations|activation_counts|pullback_cosine)"
          + "\\.csv";

  private final FileOutput output;
  private final Map<String, Long> counts = new LinkedHashMap<>();

  private StabilityCsv(FileOutput output) {
    this.output = output;
  }

  /** Writes all files; gives the number of rows of each. */
  static Map<String, Long> write(StabilityResults results, FileOutput output) throws IOException {
    StabilityCsv csv = new StabilityCsv(output);
    csv.table(StabilityTables.PATH_STABILITY, results.pathStability());
    csv.table(StabilityTables.T_PI, results.tPi());
    csv.table(StabilityTables.PATH_SPACE, results.pathSpace());
    csv.table(StabilityTables.PULLBACK_COSINE, results.cosines());
    csv.flips(results.flips());
    csv.activations(results);
    return csv.counts;
  }

  private Csv file(String name, List<String> columns) throws IOException {
    return new Csv(output, name + ".csv", columns);
  }

  private <R extends Record> void table(Table<R> table, List<R> rows) throws IOException {
    RowForm<R> form = new RowForm<>(table);
    try (Csv csv = file(table.name(), table.names())) {
      for (R row : rows) {
        csv.row(form.cells(row));
      }
      counts.put(table.name() + ".csv", csv.rows());
    }
  }

  private void flips(List<GateFlipsRow> rows) throws IOException {
    RowForm<GateFlipsRow> form = new RowForm<>(StabilityTables.GATE_FLIPS);
    List<String> columns = new ArrayList<>(StabilityTables.GATE_FLIPS.names());
    columns.add("rate");
    try (Csv csv = file("gate_flips", columns)) {
      for (GateFlipsRow row : rows) {
        List<Object> values = new ArrayList<>(Arrays.asList(form.cells(row)));
        values.add(row.rate());
        csv.row(values.toArray());
      }
      counts.put("gate_flips.csv", csv.rows());
    }
  }

  private void activations(StabilityResults results) throws IOException {
    try (Csv csv = file("activations", List.of("checkpoint", "low", "high", "count"))) {
      for (Map.Entry<String, long[]> entry : results.shares().entrySet()) {
        long[] bins = entry.getValue();
        for (int i = 0; i < bins.length; i++) {
          csv.row(entry.getKey(), (double) i / bins.length, (i + 1.0) / bins.length, bins[i]);
        }
      }
      counts.put("activations.csv", csv.rows());
    }
    List<String> columns =
        List.of("checkpoint", "layer", "name", "images", "neurons", "dead", "always_on");
    try (Csv csv = file("activation_counts", columns)) {
      for (Activity each : results.activity()) {
        csv.row(
            each.checkpoint(),
            each.layer(),
            each.name(),
            each.images(),
            each.neurons(),
            each.dead(),
            each.alwaysOn());
      }
      counts.put("activation_counts.csv", csv.rows());
    }
  }
}

package curtain.jobs.stability;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Correlation;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * Merges the sums of shards, or of whole runs, and correlates logits with those of frozen gates
 * over all images (spec 4). One table of sums is in memory at a time; {@code frozen_gates} is read
 * once.
 *
 * @param fixed classes of {@code --targets} besides the label, in order
 * @param threshold value of {@code --threshold}
 */
record StabilityReduction(List<Integer> fixed, double threshold) implements Reduction {
  private static final List<Table<?>> TABLES =
      List.of(
          StabilityTables.GATE_FLIPS,
          StabilityTables.ACTIVATIONS,
          StabilityTables.ACTIVATION_BITS,
          StabilityTables.PATH_STABILITY,
          StabilityTables.T_PI,
          StabilityTables.PATH_SPACE,
          StabilityTables.PULLBACK_COSINE);

  @Override
  public List<Table<?>> tables() {
    return TABLES;
  }

  @Override
  public List<Table<?>> reads() {
    List<Table<?>> reads = new ArrayList<>(TABLES);
    reads.add(StabilityTables.FROZEN_GATES);
    return reads;
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    put(
        rows,
        StabilityTables.GATE_FLIPS,
        merged(parts, StabilityTables.GATE_FLIPS, GateFlipsRow::key, GateFlipsRow::plus));
    put(
        rows,
        StabilityTables.PATH_SPACE,
        merged(parts, StabilityTables.PATH_SPACE, PathSpaceRow::key, PathSpaceRow::plus));
    put(
        rows,
        StabilityTables.PULLBACK_COSINE,
        merged(
            parts,
            StabilityTables.PULLBACK_COSINE,
            PullbackCosineRow::key,
            PullbackCosineRow::plus));
    activations(parts, rows);
    correlations(parts, rows);
  }

  /** The rows of a table, merged by key, in the order of first occurrence. */
  private static <R extends Record, K> Map<K, R> merged(
      Parts parts, Table<R> table, Function<R, K> key, BinaryOperator<R> plus) throws IOException {
    Map<K, R> sums = new LinkedHashMap<>();
    parts.forEach(table, row -> sums.merge(key.apply(row), row, plus));
    return sums;
  }

  private static <R extends Record> void put(Rows rows, Table<R> table, Map<?, R> sums)
      throws IOException {
    for (R sum : sums.values()) {
      rows.write(table, sum);
    }
  }

  /** Writes activations and bits; dead and always active neurons are counted from merged bits. */
  private static void activations(Parts parts, Rows rows) throws IOException {
    Map<ActivationBitsRow.Key, ActivationBitsRow> bits =
        merged(
            parts,
            StabilityTables.ACTIVATION_BITS,
            ActivationBitsRow::key,
            ActivationBitsRow::plus);
    Map<ActivationsRow.Key, ActivationsRow> counts =
        merged(parts, StabilityTables.ACTIVATIONS, ActivationsRow::key, ActivationsRow::plus);
    for (ActivationsRow row : counts.values()) {
      ActivationBitsRow.Key key = new ActivationBitsRow.Key(row.checkpoint(), row.layer());
      rows.write(StabilityTables.ACTIVATIONS, row.with(bits.get(key)));
    }
    put(rows, StabilityTables.ACTIVATION_BITS, bits);
  }

  /** What a correlation is of; the target is null for the label of each image. */
  private record Key(String weights, String gates, String gate, Integer target) {}

  /** A correlation that grows, so that its entry in a map need not be replaced. */
  private static final class Growing {
    private Correlation sum = Correlation.NONE;
  }

  private void correlations(Parts parts, Rows rows) throws IOException {
    Map<Key, Growing> sums = new LinkedHashMap<>();
    long[] at = {0};
    parts.forEach(
        StabilityTables.FROZEN_GATES,
        row -> {
          // the rows of an image: its label, then the fixed classes
          int k = (int) (at[0]++ % (1 + fixed.size()));
          Key key =
              new Key(
                  row.weightsFrom(), row.gatesFrom(), row.gate(), k == 0 ? null : fixed.get(k - 1));
          Growing own = sums.computeIfAbsent(key, none -> new Growing());
          own.sum = own.sum.plus(row.value(), row.frozenValue());
        });
    Map<Key, List<Map.Entry<String, Double>>> columns = new LinkedHashMap<>();
    for (Map.Entry<Key, Growing> entry : sums.entrySet()) {
      Key key = entry.getKey();
      Double pearson = entry.getValue().sum.pearson();
      rows.write(
          StabilityTables.PATH_STABILITY,
          new PathStabilityRow(
              key.weights(),
              key.gates(),
              key.gate(),
              key.target(),
              entry.getValue().sum.count(),
              pearson));
      columns
          .computeIfAbsent(
              new Key(null, key.gates(), key.gate(), key.target()), none -> new ArrayList<>())
          .add(new AbstractMap.SimpleEntry<>(key.weights(), pearson));
    }
    for (Map.Entry<Key, List<Map.Entry<String, Double>>> column : columns.entrySet()) {
      Key key = column.getKey();
      rows.write(
          StabilityTables.T_PI,
          new TPiRow(
              key.gates(), key.gate(), key.target(), threshold, earliest(column.getValue())));
    }
  }

  /** The earliest checkpoint from which on all correlations are above the threshold, or null. */
  private String earliest(Collection<Map.Entry<String, Double>> column) {
    String earliest = null;
    for (Map.Entry<String, Double> entry : column) {
      boolean above = entry.getValue() != null && entry.getValue() > threshold;
      if (!above) {
        earliest = null;
      } else if (earliest == null) {
        earliest = entry.getKey();
      }
    }
    return earliest;
  }
}

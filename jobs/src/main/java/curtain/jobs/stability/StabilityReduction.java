package curtain.jobs.stability;

import curtain.jobs.shards.Parts;
import curtain.jobs.shards.Reduction;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.statistics.Correlation;
import curtain.statistics.Moments;
import java.io.IOException;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges the sums of shards, or of whole runs, and correlates the values of frozen gates over all
 * images. One table of sums is in memory at a time; frozen gates are read through once.
 *
 * @param fixed classes of {@code --targets} besides the label, in order
 * @param threshold of {@code --threshold}
 */
record StabilityReduction(List<Integer> fixed, double threshold) implements Reduction {
  private static final List<Table> TABLES =
      List.of(
          StabilityTables.GATE_FLIPS,
          StabilityTables.ACTIVATIONS,
          StabilityTables.ACTIVATION_BITS,
          StabilityTables.PATH_STABILITY,
          StabilityTables.T_PI,
          StabilityTables.PATH_SPACE,
          StabilityTables.PULLBACK_COSINE);

  /** Adds a row's sums to those of the row that has the same key. */
  private interface Merge {
    void add(Object[] sum, Object[] row);
  }

  @Override
  public List<Table> tables() {
    return TABLES;
  }

  @Override
  public void reduce(Parts parts, Rows rows) throws IOException {
    put(rows, StabilityTables.GATE_FLIPS, merged(parts, StabilityTables.GATE_FLIPS, 4, flips()));
    put(rows, StabilityTables.PATH_SPACE, merged(parts, StabilityTables.PATH_SPACE, 4, paths()));
    put(
        rows,
        StabilityTables.PULLBACK_COSINE,
        merged(parts, StabilityTables.PULLBACK_COSINE, 4, cosines()));
    activations(parts, rows);
    correlations(parts, rows);
  }

  private static Map<List<Object>, Object[]> merged(Parts parts, Table table, int keys, Merge merge)
      throws IOException {
    Map<List<Object>, Object[]> sums = new LinkedHashMap<>();
    parts.forEach(
        table,
        row -> {
          List<Object> key = Arrays.asList(Arrays.copyOf(row, keys));
          Object[] sum = sums.putIfAbsent(key, row);
          if (sum != null) {
            merge.add(sum, row);
          }
        });
    return sums;
  }

  private static void put(Rows rows, Table table, Map<List<Object>, Object[]> sums)
      throws IOException {
    for (Object[] sum : sums.values()) {
      rows.write(table, sum);
    }
  }

  private static void addLong(Object[] sum, Object[] row, int column) {
    sum[column] = (Long) sum[column] + (Long) row[column];
  }

  private static Merge flips() {
    return (sum, row) -> {
      for (int column = 4; column < sum.length; column++) {
        addLong(sum, row, column);
      }
    };
  }

  private static Merge paths() {
    return (sum, row) -> {
      Moments all =
          moments((Long) sum[4] - (Long) sum[5], sum, 6)
              .plus(moments((Long) row[4] - (Long) row[5], row, 6));
      addLong(sum, row, 4);
      addLong(sum, row, 5);
      putMoments(sum, all, 6);
    };
  }

  private static Merge cosines() {
    return (sum, row) -> {
      Moments all = moments((Long) sum[4], sum, 5).plus(moments((Long) row[4], row, 5));
      addLong(sum, row, 4);
      putMoments(sum, all, 5);
    };
  }

  private static Moments moments(long count, Object[] row, int mean) {
    return count == 0
        ? Moments.NONE
        : Moments.of(count, (Double) row[mean], (Double) row[mean + 1]);
  }

  private static void putMoments(Object[] row, Moments moments, int mean) {
    row[mean] = StabilityTables.mean(moments);
    row[mean + 1] = StabilityTables.deviation(moments);
  }

  /** Dead neurons and those always on are those of the merged bits. */
  private static void activations(Parts parts, Rows rows) throws IOException {
    Map<List<Object>, Object[]> bits =
        merged(
            parts,
            StabilityTables.ACTIVATION_BITS,
            2,
            (sum, row) -> {
              or((byte[]) sum[2], (byte[]) row[2]);
              or((byte[]) sum[3], (byte[]) row[3]);
            });
    Map<List<Object>, Object[]> counts =
        merged(
            parts,
            StabilityTables.ACTIVATIONS,
            3,
            (sum, row) -> {
              addLong(sum, row, 4);
              long[] own = (long[]) sum[5];
              long[] more = (long[]) row[5];
              Arrays.setAll(own, i -> own[i] + more[i]);
            });
    for (Object[] row : counts.values()) {
      Object[] ever = bits.get(Arrays.asList(row[0], row[1]));
      long neurons = Arrays.stream((int[]) row[3]).asLongStream().reduce(1, Math::multiplyExact);
      row[6] = neurons - StabilityTables.ones((byte[]) ever[2]);
      row[7] = neurons - StabilityTables.ones((byte[]) ever[3]);
    }
    put(rows, StabilityTables.ACTIVATIONS, counts);
    put(rows, StabilityTables.ACTIVATION_BITS, bits);
  }

  private static void or(byte[] sum, byte[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] |= more[i];
    }
  }

  /** What is correlated; the target is null for the label. */
  private record Key(String weights, String gates, String gate, Integer target) {}

  /** A sum that grows, so that a map keeps its key. */
  private static final class Growing {
    private Correlation sum = Correlation.NONE;
  }

  private void correlations(Parts parts, Rows rows) throws IOException {
    Map<Key, Growing> sums = new LinkedHashMap<>();
    long[] at = {0};
    parts.forEach(
        StabilityTables.FROZEN_GATES,
        row -> {
          // the label's row comes first, then the fixed classes'
          int k = (int) (at[0]++ % (1 + fixed.size()));
          Key key =
              new Key(
                  (String) row[2],
                  (String) row[3],
                  (String) row[4],
                  k == 0 ? null : fixed.get(k - 1));
          Growing own = sums.computeIfAbsent(key, none -> new Growing());
          own.sum = own.sum.plus((Double) row[6], (Double) row[7]);
        });
    Map<Key, List<Map.Entry<String, Double>>> columns = new LinkedHashMap<>();
    for (Map.Entry<Key, Growing> entry : sums.entrySet()) {
      Key key = entry.getKey();
      Double pearson = entry.getValue().sum.pearson();
      rows.write(
          StabilityTables.PATH_STABILITY,
          key.weights(),
          key.gates(),
          key.gate(),
          key.target(),
          entry.getValue().sum.count(),
          pearson);
      columns
          .computeIfAbsent(
              new Key(null, key.gates(), key.gate(), key.target()), none -> new ArrayList<>())
          .add(new AbstractMap.SimpleEntry<>(key.weights(), pearson));
    }
    for (Map.Entry<Key, List<Map.Entry<String, Double>>> column : columns.entrySet()) {
      Key key = column.getKey();
      rows.write(
          StabilityTables.T_PI,
          key.gates(),
          key.gate(),
          key.target(),
          threshold,
          earliest(column.getValue()));
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

package curtain.jobs.stability;

import curtain.figures.Histogram;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.RunException;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * What figures show of an output of stability. Rows are as {@link StabilityTables} has them.
 * Memory: these rows, and one row of activations, which is as long as a layer has channels or
 * neurons.
 *
 * @param checkpoints names, in order
 * @param gatesFrom names of those that lent their gates, in order
 * @param flips rows of {@code gate_flips} with the last checkpoint as b
 * @param pathSpace rows of {@code path_space} with the last checkpoint as b
 * @param cosines rows of {@code pullback_cosine}
 * @param pathStability rows of {@code path_stability}
 * @param tPi rows of {@code t_pi}
 * @param shares by checkpoint, number of channels by the share of images and positions at which one
 *     is active, {@link #BINS} bins from 0 to 1
 * @param activity by checkpoint and layer
 */
record StabilityResults(
    List<String> checkpoints,
    List<String> gatesFrom,
    List<Object[]> flips,
    List<Object[]> pathSpace,
    List<Object[]> cosines,
    List<Object[]> pathStability,
    List<Object[]> tPi,
    Map<String, long[]> shares,
    List<Activity> activity) {
  static final int BINS = 20;

  /** Neurons of a layer that are never active, and always. */
  record Activity(
      String checkpoint,
      int layer,
      String name,
      long images,
      long neurons,
      long dead,
      long alwaysOn) {}

  /**
   * Reads the tables.
   *
   * @throws RunException where one of them has no rows, as when no image could be used
   * @throws IOException when storage fails or a table is damaged
   */
  static StabilityResults read(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    Parts parts = new Parts(List.of(input.root()), conf);
    Map<String, long[]> shares = new LinkedHashMap<>();
    List<Activity> activity = new ArrayList<>();
    parts.forEach(StabilityTables.ACTIVATIONS, row -> activations(row, shares, activity));
    List<String> checkpoints = List.copyOf(shares.keySet());
    List<Object[]> stability = rows(parts, StabilityTables.PATH_STABILITY, null);
    if (checkpoints.isEmpty() || stability.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no image that could be used; errors/ says why",
              input.given()));
    }
    String last = checkpoints.get(checkpoints.size() - 1);
    List<String> gatesFrom =
        distinct(stability, 1).stream()
            .map(String.class::cast)
            .sorted(Comparator.comparing(checkpoints::indexOf))
            .toList();
    return new StabilityResults(
        checkpoints,
        gatesFrom,
        rows(parts, StabilityTables.GATE_FLIPS, last),
        rows(parts, StabilityTables.PATH_SPACE, last),
        rows(parts, StabilityTables.PULLBACK_COSINE, null),
        stability,
        rows(parts, StabilityTables.T_PI, null),
        shares,
        activity);
  }

  /** The rows of a table, where a checkpoint is given those that have it in the second column. */
  private static List<Object[]> rows(Parts parts, Table table, String second) throws IOException {
    List<Object[]> rows = new ArrayList<>();
    parts.forEach(
        table,
        row -> {
          if (second == null || second.equals(row[1])) {
            rows.add(row);
          }
        });
    return rows;
  }

  private static void activations(
      Object[] row, Map<String, long[]> shares, List<Activity> activity) {
    long neurons = 1;
    for (int side : (int[]) row[3]) {
      neurons *= side;
    }
    long images = (Long) row[4];
    long[] active = (long[]) row[5];
    activity.add(
        new Activity(
            (String) row[0],
            (Integer) row[1],
            (String) row[2],
            images,
            neurons,
            (Long) row[6],
            (Long) row[7]));
    long[] bins = shares.computeIfAbsent((String) row[0], none -> new long[BINS]);
    double most = (double) images * neurons / active.length;
    for (long count : active) {
      bins[Histogram.bin(count / most, BINS)]++;
    }
  }

  private static Set<Object> distinct(List<Object[]> rows, int column) {
    return rows.stream()
        .map(row -> row[column])
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Gates of the frozen networks, the hard ones first. */
  List<String> gates() {
    return distinct(pathStability, 2).stream()
        .map(String.class::cast)
        .sorted(Comparator.comparing(gate -> !gate.equals(StabilityTables.HARD)))
        .toList();
  }

  /** Fixed classes whose logits were correlated too. */
  List<Integer> fixed() {
    return distinct(pathStability, 3).stream()
        .filter(target -> target != null)
        .map(Integer.class::cast)
        .toList();
  }

  /** Names of the layers, in order. */
  List<String> layers() {
    return flips.stream()
        .filter(row -> row[0].equals(checkpoints.get(0)))
        .map(row -> (String) row[3])
        .toList();
  }

  /** Number of images behind the correlations. */
  long images() {
    return (Long) pathStability.get(0)[4];
  }

  /** The same in words. */
  String countedImages() {
    return images() == 1 ? "1 image" : String.format(Locale.ROOT, "%,d images", images());
  }
}

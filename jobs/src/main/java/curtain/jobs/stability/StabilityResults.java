package curtain.jobs.stability;

import curtain.figures.Histogram;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Parts;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.Counted;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * The rows of an output of {@code stability} that figures show. Memory: these rows, and while they
 * are read one row of {@code activations}, with a number for each channel or neuron of a layer.
 *
 * @param checkpoints file names of the checkpoints, in order
 * @param gatesFrom file names of those whose gates were used frozen, in order
 * @param flips rows of {@code gate_flips} with the last checkpoint as b
 * @param pathSpace rows of {@code path_space} with the last checkpoint as b
 * @param cosines rows of {@code pullback_cosine}
 * @param pathStability rows of {@code path_stability}
 * @param tPi rows of {@code t_pi}
 * @param shares histograms by checkpoint: number of channels, or neurons, by the share of images
 *     and positions at which they are active, {@link #BINS} bins from 0 to 1
 * @param activity dead and always active neurons by checkpoint and layer
 */
record StabilityResults(
    List<String> checkpoints,
    List<String> gatesFrom,
    List<GateFlipsRow> flips,
    List<PathSpaceRow> pathSpace,
    List<PullbackCosineRow> cosines,
    List<PathStabilityRow> pathStability,
    List<TPiRow> tPi,
    Map<String, long[]> shares,
    List<Activity> activity) {
  static final int BINS = 20;

  /** Numbers of neurons of a layer: all, never active, always active. */
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
   * @throws RunException where one of them has no rows, for example because no image could be used
   * @throws IOException when storage fails or a table is damaged
   */
  static StabilityResults read(FinishedOutput input, Configuration conf)
      throws IOException, RunException {
    Parts parts = new Parts(List.of(input.root()), conf);
    Map<String, long[]> shares = new LinkedHashMap<>();
    List<Activity> activity = new ArrayList<>();
    parts.forEach(StabilityTables.ACTIVATIONS, row -> activations(row, shares, activity));
    List<String> checkpoints = List.copyOf(shares.keySet());
    List<PathStabilityRow> stability = rows(parts, StabilityTables.PATH_STABILITY, row -> true);
    if (checkpoints.isEmpty() || stability.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s has no image that could be used; errors/ says why",
              input.given()));
    }
    String last = checkpoints.get(checkpoints.size() - 1);
    List<String> gatesFrom =
        stability.stream()
            .map(PathStabilityRow::gatesFrom)
            .distinct()
            .sorted(Comparator.comparing(checkpoints::indexOf))
            .toList();
    return new StabilityResults(
        checkpoints,
        gatesFrom,
        rows(parts, StabilityTables.GATE_FLIPS, row -> last.equals(row.checkpointB())),
        rows(parts, StabilityTables.PATH_SPACE, row -> last.equals(row.checkpointB())),
        rows(parts, StabilityTables.PULLBACK_COSINE, row -> true),
        stability,
        rows(parts, StabilityTables.T_PI, row -> true),
        shares,
        activity);
  }

  /** The rows of a table that pass the predicate. */
  private static <R extends Record> List<R> rows(Parts parts, Table<R> table, Predicate<R> wanted)
      throws IOException {
    List<R> rows = new ArrayList<>();
    parts.forEach(
        table,
        row -> {
          if (wanted.test(row)) {
            rows.add(row);
          }
        });
    return rows;
  }

  private static void activations(
      ActivationsRow row, Map<String, long[]> shares, List<Activity> activity) {
    long neurons = 1;
    for (int side : row.shape()) {
      neurons *= side;
    }
    activity.add(
        new Activity(
            row.checkpoint(),
            row.layer(),
            row.name(),
            row.images(),
            neurons,
            row.dead(),
            row.alwaysOn()));
    long[] bins = shares.computeIfAbsent(row.checkpoint(), none -> new long[BINS]);
    double most = (double) row.images() * neurons / row.active().length;
    for (long count : row.active()) {
      bins[Histogram.bin(count / most, BINS)]++;
    }
  }

  /** Names of the frozen gates, {@code hard} first. */
  List<String> gates() {
    return pathStability.stream()
        .map(PathStabilityRow::gate)
        .distinct()
        .sorted(Comparator.comparing(gate -> !gate.equals(StabilityTables.HARD)))
        .toList();
  }

  /** The fixed classes of {@code --targets}. */
  List<Integer> fixed() {
    return pathStability.stream()
        .map(PathStabilityRow::target)
        .distinct()
        .filter(target -> target != null)
        .toList();
  }

  /** Names of the layers, in order. */
  List<String> layers() {
    return flips.stream()
        .filter(row -> row.checkpointA().equals(checkpoints.get(0)))
        .map(GateFlipsRow::name)
        .toList();
  }

  /** The number of images that were correlated. */
  long images() {
    return pathStability.get(0).images();
  }

  /** The number of images, in words. */
  String countedImages() {
    return Counted.of(images(), "image");
  }
}

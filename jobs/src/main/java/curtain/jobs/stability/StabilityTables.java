package curtain.jobs.stability;

import curtain.compile.ProgramInfo.Layer;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.stability.StabilitySums;
import curtain.statistics.Moments;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * The tables of {@code stability} (spec 12), and what writes the sums of a shard to them.
 *
 * @param checkpoints file names of the checkpoints, in order
 * @param gatesFrom indices of those whose gates are used frozen
 * @param gate value of {@code --gate}
 * @param temperature temperature of gates and pools, in units of the pre-activations
 */
public record StabilityTables(
    List<String> checkpoints, List<Integer> gatesFrom, String gate, double temperature)
    implements Serializable {
  /** Name of hard gates in the tables. */
  static final String HARD = "hard";

  public static final Table<GateFlipsRow> GATE_FLIPS = Table.of("gate_flips", GateFlipsRow.class);

  public static final Table<ActivationsRow> ACTIVATIONS =
      Table.of("activations", ActivationsRow.class);

  static final Table<ActivationBitsRow> ACTIVATION_BITS =
      Table.of("activation_bits", ActivationBitsRow.class);

  static final Table<FrozenGateRow> FROZEN_GATES = Table.of("frozen_gates", FrozenGateRow.class);

  public static final Table<PathStabilityRow> PATH_STABILITY =
      Table.of("path_stability", PathStabilityRow.class);

  static final Table<TPiRow> T_PI = Table.of("t_pi", TPiRow.class);

  public static final Table<PathSpaceRow> PATH_SPACE = Table.of("path_space", PathSpaceRow.class);

  static final Table<PullbackCosineRow> PULLBACK_COSINE =
      Table.of("pullback_cosine", PullbackCosineRow.class);

  /** All tables of a run. */
  static final List<Table<?>> ALL =
      List.of(
          GATE_FLIPS,
          ACTIVATIONS,
          ACTIVATION_BITS,
          FROZEN_GATES,
          PATH_STABILITY,
          T_PI,
          PATH_SPACE,
          PULLBACK_COSINE,
          Table.ERRORS);

  /** Writes a shard's sums, in the form of the final tables. */
  void write(StabilitySums sums, Rows rows) throws IOException {
    for (int a = 0; a < checkpoints.size(); a++) {
      for (int b = 0; b < checkpoints.size(); b++) {
        flips(sums, a, b, rows);
        paths(rows, a, b, HARD, sums.hardPaths(a, b));
      }
      activations(sums, a, rows);
      cosines(rows, a, "pullback", gate, temperature, sums.pullbackCosines(a));
      cosines(rows, a, "gradient", HARD, null, sums.gradientCosines(a));
    }
    for (int s = 0; s < gatesFrom.size(); s++) {
      for (int b = 0; b < checkpoints.size(); b++) {
        paths(rows, gatesFrom.get(s), b, gate, sums.smoothPaths(s, b));
      }
    }
  }

  private void flips(StabilitySums sums, int a, int b, Rows rows) throws IOException {
    for (int l = 0; l < sums.layers().size(); l++) {
      Layer layer = sums.layers().get(l);
      long both = sums.both(a, b, l);
      long activeA = sums.active(a, l);
      long activeB = sums.active(b, l);
      rows.write(
          GATE_FLIPS,
          new GateFlipsRow(
              checkpoints.get(a),
              checkpoints.get(b),
              l,
              layer.name(),
              sums.images() * layer.size(),
              activeA + activeB - 2 * both,
              activeA,
              activeB,
              both,
              sums.uncertain(a, b, l)));
    }
  }

  private void activations(StabilitySums sums, int t, Rows rows) throws IOException {
    for (int l = 0; l < sums.layers().size(); l++) {
      Layer layer = sums.layers().get(l);
      byte[] on = sums.everOn(t, l);
      byte[] off = sums.everOff(t, l);
      rows.write(
          ACTIVATIONS,
          new ActivationsRow(
              checkpoints.get(t),
              l,
              layer.name(),
              layer.shape().stream().mapToInt(Integer::intValue).toArray(),
              sums.images(),
              sums.counts(t, l),
              layer.size() - StabilityBits.ones(on),
              layer.size() - StabilityBits.ones(off)));
      rows.write(ACTIVATION_BITS, new ActivationBitsRow(checkpoints.get(t), l, on, off));
    }
  }

  private void paths(Rows rows, int a, int b, String gateA, StabilitySums.Paths paths)
      throws IOException {
    Moments moments = paths.moments();
    rows.write(
        PATH_SPACE,
        new PathSpaceRow(
            checkpoints.get(a),
            checkpoints.get(b),
            gateA,
            HARD,
            moments.count() + paths.undefined(),
            paths.undefined(),
            MeanAt.mean(moments),
            MeanAt.deviation(moments)));
  }

  private void cosines(Rows rows, int t, String direction, String own, Double unit, Moments moments)
      throws IOException {
    rows.write(
        PULLBACK_COSINE,
        new PullbackCosineRow(
            checkpoints.get(t),
            direction,
            own,
            unit,
            moments.count(),
            MeanAt.mean(moments),
            MeanAt.deviation(moments)));
  }
}

package curtain.jobs.stability;

import curtain.compile.ProgramInfo.Layer;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.stability.StabilitySums;
import curtain.statistics.Moments;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * The tables of stability (spec 12), and the rows of a shard's sums.
 *
 * @param checkpoints names, in order
 * @param gatesFrom positions of those that lend their gates
 * @param gate of {@code --gate}
 * @param temperature of gates and pools
 */
public record StabilityTables(
    List<String> checkpoints, List<Integer> gatesFrom, String gate, double temperature)
    implements Serializable {
  static final String HARD = "hard";

  public static final Table GATE_FLIPS =
      Table.of(
          "gate_flips",
          Column.of("checkpoint_a", ColumnType.STRING),
          Column.of("checkpoint_b", ColumnType.STRING),
          Column.of("layer", ColumnType.INT),
          Column.of("name", ColumnType.STRING),
          Column.of("compared", ColumnType.BIGINT),
          Column.of("differ", ColumnType.BIGINT),
          Column.of("active_a", ColumnType.BIGINT),
          Column.of("active_b", ColumnType.BIGINT),
          Column.of("active_both", ColumnType.BIGINT),
          Column.of("uncertain", ColumnType.BIGINT));

  public static final Table ACTIVATIONS =
      Table.of(
          "activations",
          Column.of("checkpoint", ColumnType.STRING),
          Column.of("layer", ColumnType.INT),
          Column.of("name", ColumnType.STRING),
          Column.of("shape", ColumnType.INT_ARRAY),
          Column.of("images", ColumnType.BIGINT),
          Column.large("active", ColumnType.BIGINT_ARRAY),
          Column.of("dead", ColumnType.BIGINT),
          Column.of("always_on", ColumnType.BIGINT));

  static final Table ACTIVATION_BITS =
      Table.of(
          "activation_bits",
          Column.of("checkpoint", ColumnType.STRING),
          Column.of("layer", ColumnType.INT),
          Column.large("ever_on", ColumnType.BINARY),
          Column.large("ever_off", ColumnType.BINARY));

  static final Table FROZEN_GATES =
      Table.of(
          "frozen_gates",
          Column.of("image_id", ColumnType.STRING),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("weights_from", ColumnType.STRING),
          Column.of("gates_from", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("target", ColumnType.INT),
          Column.of("value", ColumnType.DOUBLE),
          Column.of("frozen_value", ColumnType.DOUBLE));

  public static final Table PATH_STABILITY =
      Table.of(
          "path_stability",
          Column.of("weights_from", ColumnType.STRING),
          Column.of("gates_from", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("target", ColumnType.INT),
          Column.of("images", ColumnType.BIGINT),
          Column.of("pearson", ColumnType.DOUBLE));

  static final Table T_PI =
      Table.of(
          "t_pi",
          Column.of("gates_from", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("target", ColumnType.INT),
          Column.of("threshold", ColumnType.DOUBLE),
          Column.of("t_pi", ColumnType.STRING));

  static final Table PATH_SPACE =
      Table.of(
          "path_space",
          Column.of("checkpoint_a", ColumnType.STRING),
          Column.of("checkpoint_b", ColumnType.STRING),
          Column.of("gate_a", ColumnType.STRING),
          Column.of("gate_b", ColumnType.STRING),
          Column.of("images", ColumnType.BIGINT),
          Column.of("undefined", ColumnType.BIGINT),
          Column.of("mean", ColumnType.DOUBLE),
          Column.of("std", ColumnType.DOUBLE));

  static final Table PULLBACK_COSINE =
      Table.of(
          "pullback_cosine",
          Column.of("checkpoint", ColumnType.STRING),
          Column.of("direction", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("temperature", ColumnType.DOUBLE),
          Column.of("images", ColumnType.BIGINT),
          Column.of("mean", ColumnType.DOUBLE),
          Column.of("std", ColumnType.DOUBLE));

  /** All of them. */
  static final List<Table> ALL =
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
          checkpoints.get(a),
          checkpoints.get(b),
          l,
          layer.name(),
          sums.images() * layer.size(),
          activeA + activeB - 2 * both,
          activeA,
          activeB,
          both,
          sums.uncertain(a, b, l));
    }
  }

  private void activations(StabilitySums sums, int t, Rows rows) throws IOException {
    for (int l = 0; l < sums.layers().size(); l++) {
      Layer layer = sums.layers().get(l);
      byte[] on = sums.everOn(t, l);
      byte[] off = sums.everOff(t, l);
      rows.write(
          ACTIVATIONS,
          checkpoints.get(t),
          l,
          layer.name(),
          layer.shape().stream().mapToInt(Integer::intValue).toArray(),
          sums.images(),
          sums.counts(t, l),
          layer.size() - ones(on),
          layer.size() - ones(off));
      rows.write(ACTIVATION_BITS, checkpoints.get(t), l, on, off);
    }
  }

  /** The number of bits that are set. */
  static long ones(byte[] bits) {
    long ones = 0;
    for (byte b : bits) {
      ones += Integer.bitCount(b & 0xff);
    }
    return ones;
  }

  private void paths(Rows rows, int a, int b, String gateA, StabilitySums.Paths paths)
      throws IOException {
    Moments moments = paths.moments();
    rows.write(
        PATH_SPACE,
        checkpoints.get(a),
        checkpoints.get(b),
        gateA,
        HARD,
        moments.count() + paths.undefined(),
        paths.undefined(),
        mean(moments),
        deviation(moments));
  }

  private void cosines(Rows rows, int t, String direction, String own, Double unit, Moments moments)
      throws IOException {
    rows.write(
        PULLBACK_COSINE,
        checkpoints.get(t),
        direction,
        own,
        unit,
        moments.count(),
        mean(moments),
        deviation(moments));
  }

  /** A mean as a table holds it: null where there is no number. */
  static Double mean(Moments moments) {
    return moments.count() == 0 ? null : moments.mean();
  }

  /** A standard deviation as a table holds it: null where there is no number. */
  static Double deviation(Moments moments) {
    return moments.count() == 0 ? null : moments.deviation();
  }
}

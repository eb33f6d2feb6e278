package curtain.jobs.pullbacks;

import curtain.compile.ProgramInfo;
import curtain.compile.ProgramInfo.Layer;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureUnit;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import curtain.pullback.ImagePullbacks;
import curtain.statistics.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The rows that an image gives: by target, then temperature, then the gradient; then decisions. */
public final class PullbackRows {
  /** Signs and selections (spec 12). */
  public static final Table DECISIONS =
      Table.of(
          "decisions",
          Column.of("image_id", ColumnType.STRING),
          Column.of("layer", ColumnType.INT),
          Column.of("name", ColumnType.STRING),
          Column.of("kind", ColumnType.STRING),
          Column.of("shape", ColumnType.INT_ARRAY),
          Column.large("data", ColumnType.BINARY));

  /** What makes a row a pullback of its kind. */
  private record Kind(String gate, Double temperature, String unit, String pool) {}

  private static final Kind GRADIENT = new Kind("hard", null, null, "hard");

  private final Table table;
  private final Store store;
  private final List<Double> temperatures;
  private final TemperatureUnit unit;
  private final boolean withGradient;
  private final PullbackGoals goals;
  private final ProgramInfo info;

  /**
   * Rows of one program.
   *
   * @param store how pullbacks are kept
   * @param temperatures of gates and pools, in units
   * @param unit of the temperatures
   * @param withGradient whether the vanilla gradient gets rows, too
   * @param goals logits or neurons that are pulled back
   */
  PullbackRows(
      Store store,
      List<Double> temperatures,
      TemperatureUnit unit,
      boolean withGradient,
      PullbackGoals goals,
      ProgramInfo info) {
    this.table = table(store);
    this.store = store;
    this.temperatures = temperatures;
    this.unit = unit;
    this.withGradient = withGradient;
    this.goals = goals;
    this.info = info;
  }

  /**
   * Pullbacks (spec 12); pullback: (C, H, W) row-major, per unit of x in [-1, 1]. neuron: {@code
   * NAME:CHANNEL}, NAME the ReLU call's, of a channel summed over positions, or {@code
   * NAME:CHANNEL:Y:X}; its logit is the pre-activation, or their sum, its probability null.
   */
  public static Table table(Store store) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.of("image_id", ColumnType.STRING));
    columns.add(Column.of("ordinal", ColumnType.BIGINT));
    columns.add(Column.of("label", ColumnType.INT));
    columns.add(Column.of("target", ColumnType.INT));
    columns.add(Column.of("neuron", ColumnType.STRING));
    columns.add(Column.of("gate", ColumnType.STRING));
    columns.add(Column.of("temperature", ColumnType.DOUBLE));
    columns.add(Column.of("temperature_unit", ColumnType.STRING));
    columns.add(Column.of("pool", ColumnType.STRING));
    columns.add(Column.of("logit", ColumnType.FLOAT));
    columns.add(Column.of("probability", ColumnType.FLOAT));
    columns.add(Column.of("norm", ColumnType.DOUBLE));
    columns.add(Column.of("cosine_to_gradient", ColumnType.DOUBLE));
    columns.add(Column.of("shape", ColumnType.INT_ARRAY));
    if (store.column() != null) {
      columns.add(Column.large("pullback", store.column()));
    }
    return new Table("pullbacks", columns);
  }

  /** Why a result cannot be kept, or null. */
  String problem(ImagePullbacks result) {
    if (!result.isFinite()) {
      return goals.notFinite();
    }
    for (int k = 0; k < result.targets().length; k++) {
      boolean kept = !withGradient || store.holds(Vectors.largest(result.gradient(k)));
      for (int m = 0; m < temperatures.size(); m++) {
        kept &= store.holds(Vectors.largest(result.pullback(m, k)));
      }
      if (!kept) {
        return "a pullback is beyond the range of float16; use --store float32";
      }
    }
    return null;
  }

  /** Writes the rows of an image's targets. */
  void write(Rows rows, DecodedImage image, Integer label, ImagePullbacks result)
      throws IOException {
    for (int k = 0; k < result.targets().length; k++) {
      float[] gradient = result.gradient(k);
      for (int m = 0; m < temperatures.size(); m++) {
        Kind kind =
            new Kind(
                info.options().gate().toString(),
                temperatures.get(m),
                unit.toString(),
                info.options().pool().toString());
        float[] pullback = result.pullback(m, k);
        Double cosine = Vectors.cosine(pullback, gradient);
        rows.write(table, row(image, label, result, k, kind, pullback, cosine));
      }
      if (withGradient) {
        Double cosine = Vectors.norm(gradient) > 0 ? 1.0 : null;
        rows.write(table, row(image, label, result, k, GRADIENT, gradient, cosine));
      }
    }
  }

  /** Writes an image's decisions, which are the same whatever is pulled back. */
  void writeDecisions(Rows rows, DecodedImage image, ImagePullbacks result) throws IOException {
    decisions(rows, image, "relu", info.relus(), result.signs());
    decisions(rows, image, "pool", info.pools(), result.selections());
  }

  private Object[] row(
      DecodedImage image,
      Integer label,
      ImagePullbacks result,
      int k,
      Kind kind,
      float[] pullback,
      Double cosine) {
    int target = result.targets()[k];
    List<Object> row = new ArrayList<>();
    Collections.addAll(row, image.ref().imageId(), image.ref().ordinal(), label);
    Collections.addAll(row, goals.target(target), goals.neuron(target));
    Collections.addAll(row, kind.gate(), kind.temperature(), kind.unit(), kind.pool());
    row.add(result.logits()[target]);
    row.add(goals.neurons() == null ? (float) result.probability(target) : null);
    Collections.addAll(row, Vectors.norm(pullback), cosine, image.shape());
    if (store.column() != null) {
      row.add(store.value(pullback));
    }
    return row.toArray();
  }

  private static void decisions(
      Rows rows, DecodedImage image, String kind, List<Layer> layers, List<byte[]> data)
      throws IOException {
    for (int l = 0; l < data.size(); l++) {
      Layer layer = layers.get(l);
      int[] shape = layer.shape().stream().mapToInt(Integer::intValue).toArray();
      rows.write(DECISIONS, image.ref().imageId(), l, layer.name(), kind, shape, data.get(l));
    }
  }
}

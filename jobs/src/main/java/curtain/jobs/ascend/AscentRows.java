package curtain.jobs.ascend;

import curtain.ascent.Ascent;
import curtain.gates.Gate;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureUnit;
import curtain.jobs.tables.Column;
import curtain.jobs.tables.ColumnType;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.util.List;

/**
 * The rows of walks along one direction, at one temperature.
 *
 * @param direction of the walks
 * @param gate of the program
 * @param temperature in its unit, null where gates and pools have none
 * @param unit of the temperature, or null
 * @param goals logits or neurons that are raised
 * @param keepSteps whether every point gets a row
 */
public record AscentRows(
    Direction direction,
    Gate gate,
    Double temperature,
    TemperatureUnit unit,
    PullbackGoals goals,
    boolean keepSteps) {
  /**
   * Walks (spec 12); image and difference: (C, H, W) row-major, x in [-1, 1]. neuron as {@link
   * PullbackRows#table} has it; its logits are pre-activations.
   */
  public static final Table TABLE =
      Table.of(
          "ascents",
          Column.of("image_id", ColumnType.STRING),
          Column.of("ordinal", ColumnType.BIGINT),
          Column.of("label", ColumnType.INT),
          Column.of("target", ColumnType.INT),
          Column.of("neuron", ColumnType.STRING),
          Column.of("direction", ColumnType.STRING),
          Column.of("gate", ColumnType.STRING),
          Column.of("temperature", ColumnType.DOUBLE),
          Column.of("temperature_unit", ColumnType.STRING),
          Column.of("logits", ColumnType.FLOAT_ARRAY),
          Column.of("shape", ColumnType.INT_ARRAY),
          Column.large("image", ColumnType.FLOAT_ARRAY),
          Column.large("difference", ColumnType.FLOAT_ARRAY),
          Column.of("step", ColumnType.INT));

  /** Writes one walk: its last point, or all of them. */
  void write(Rows rows, DecodedImage image, Integer label, Ascent walk) throws IOException {
    int steps = walk.logits().length - 1;
    List<float[]> points = walk.points();
    for (int i = 0; i < points.size(); i++) {
      rows.write(
          TABLE,
          image.ref().imageId(),
          image.ref().ordinal(),
          label,
          goals.target(walk.target()),
          goals.neuron(walk.target()),
          direction.toString(),
          gate.toString(),
          temperature,
          unit == null ? null : unit.toString(),
          walk.logits(),
          image.shape(),
          points.get(i),
          difference(points.get(i), walk.original()),
          keepSteps ? i : steps);
    }
  }

  private static float[] difference(float[] point, float[] original) {
    float[] difference = new float[point.length];
    for (int i = 0; i < point.length; i++) {
      difference[i] = point[i] - original[i];
    }
    return difference;
  }
}

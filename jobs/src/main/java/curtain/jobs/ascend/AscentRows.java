package curtain.jobs.ascend;

import curtain.ascent.Ascent;
import curtain.gates.Gate;
import curtain.images.source.DecodedImage;
import curtain.jobs.command.PullbackGoals;
import curtain.jobs.command.TemperatureUnit;
import curtain.jobs.tables.Rows;
import java.io.IOException;
import java.util.List;

/**
 * Writes the rows of walks along one direction, at one temperature.
 *
 * @param direction pullback or gradient
 * @param gate gate of the program
 * @param temperature T in its unit, or null where gates and pools have none
 * @param unit unit of the temperature, or null
 * @param goals logits or neurons that are raised
 * @param keepSteps whether every point gets a row, or the last one only
 */
public record AscentRows(
    Direction direction,
    Gate gate,
    Double temperature,
    TemperatureUnit unit,
    PullbackGoals goals,
    boolean keepSteps) {
  /**
   * Writes the kept points of one walk.
   *
   * @param label class of the image, or null
   */
  void write(Rows rows, DecodedImage image, Integer label, Ascent walk) throws IOException {
    int steps = walk.logits().length - 1;
    List<float[]> points = walk.points();
    for (int i = 0; i < points.size(); i++) {
      rows.write(
          AscentRow.TABLE,
          new AscentRow(
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
              keepSteps ? i : steps));
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

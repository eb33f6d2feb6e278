package curtain.jobs.stability;

import curtain.figures.Axis;
import curtain.figures.ShortNames;
import java.util.List;

/**
 * Labels of checkpoints and gates in charts, and places of checkpoints along training.
 *
 * @param checkpoints file names, in order
 * @param names short names, in the same order
 * @param training places along training
 * @param smooth label of the gates beside the hard ones
 */
record StabilityLabels(
    List<String> checkpoints, ShortNames names, TrainingAxis training, String smooth) {
  /** The labels of these checkpoints, which are in order. */
  static StabilityLabels of(List<String> checkpoints, String smooth) {
    return new StabilityLabels(
        checkpoints, ShortNames.of(checkpoints), TrainingAxis.of(checkpoints), smooth);
  }

  /** The pattern of file names, with a star where the short names stand. */
  String pattern() {
    return names.pattern().equals("*") ? "checkpoint" : names.pattern();
  }

  /** The title of an axis of checkpoints. */
  String title() {
    return names.pattern().equals("*") ? "checkpoint" : "checkpoint " + names.pattern();
  }

  /** A checkpoint's short name. */
  String label(String checkpoint) {
    return names.names().get(index(checkpoint));
  }

  /** The short names of these checkpoints. */
  List<String> labels(List<String> some) {
    return some.stream().map(this::label).toList();
  }

  /** The short name of the last checkpoint. */
  String last() {
    return names.names().get(checkpoints.size() - 1);
  }

  /** The index of a checkpoint in the order of all. */
  int index(String checkpoint) {
    return checkpoints.indexOf(checkpoint);
  }

  /** The horizontal axis, along training. */
  Axis across() {
    return training.axis(title());
  }

  /** The places of these checkpoints on {@link #across}. */
  double[] places(List<String> some) {
    return some.stream().mapToDouble(name -> training.places().get(index(name))).toArray();
  }

  /** The label of a gate that tables name. */
  String gates(String gate) {
    return gate.equals(StabilityTables.HARD) ? "hard gates" : smooth;
  }

  /** A value of a table, with NaN for null. */
  static double number(Double value) {
    return value == null ? Double.NaN : value;
  }
}

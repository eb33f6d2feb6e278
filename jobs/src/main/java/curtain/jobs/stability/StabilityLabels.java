package curtain.jobs.stability;

import curtain.figures.Axis;
import curtain.figures.ShortNames;
import java.util.List;

/**
 * What checkpoints and gates are called in charts, and where they lie.
 *
 * @param checkpoints full names, in order
 * @param names the same, short
 * @param training where they lie along training
 * @param smooth the gates beside the hard ones, in words
 */
record StabilityLabels(
    List<String> checkpoints, ShortNames names, TrainingAxis training, String smooth) {
  /** For these checkpoints. */
  static StabilityLabels of(List<String> checkpoints, String smooth) {
    return new StabilityLabels(
        checkpoints, ShortNames.of(checkpoints), TrainingAxis.of(checkpoints), smooth);
  }

  /** What the short names are of: file names with a star. */
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

  /** The short names of some. */
  List<String> labels(List<String> some) {
    return some.stream().map(this::label).toList();
  }

  /** The last one's short name. */
  String last() {
    return names.names().get(checkpoints.size() - 1);
  }

  /** A checkpoint's place in their order. */
  int index(String checkpoint) {
    return checkpoints.indexOf(checkpoint);
  }

  /** Training from left to right. */
  Axis across() {
    return training.axis(title());
  }

  /** Where some lie on {@link #across}. */
  double[] places(List<String> some) {
    return some.stream().mapToDouble(name -> training.places().get(index(name))).toArray();
  }

  /** A kind of gate, as the tables have it, in words. */
  String gates(String gate) {
    return gate.equals(StabilityTables.HARD) ? "hard gates" : smooth;
  }

  /** A number of a table, NaN for null. */
  static double number(Double value) {
    return value == null ? Double.NaN : value;
  }
}

package curtain.jobs.stability;

import curtain.figures.Axis;
import curtain.figures.ShortNames;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Places of checkpoints along training: by the number that orders their names, if there is one, on
 * a linear axis, or on a logarithmic one if more than half of them lie within the first 5 % of the
 * steps and all steps are above 0; else at equal distances.
 *
 * @param places place of each checkpoint
 * @param kind kind of the axis
 * @param names names on an axis of equal distances
 */
record TrainingAxis(List<Double> places, Kind kind, List<String> names) {
  enum Kind {
    STEPS,
    LOG_STEPS,
    NAMES
  }

  private static final double CROWDED = 0.05;

  /** The axis of these checkpoints, which are in order. */
  static TrainingAxis of(List<String> checkpoints) {
    List<String> names = ShortNames.of(checkpoints).names();
    Optional<List<BigDecimal>> steps = CheckpointOrder.ascending(checkpoints);
    if (steps.isPresent()) {
      List<Double> numbers = steps.get().stream().map(BigDecimal::doubleValue).toList();
      double first = numbers.get(0);
      double last = numbers.get(numbers.size() - 1);
      long early =
          numbers.stream().filter(step -> step <= first + CROWDED * (last - first)).count();
      if (2 * early <= numbers.size()) {
        return new TrainingAxis(numbers, Kind.STEPS, names);
      }
      if (first > 0) {
        return new TrainingAxis(numbers, Kind.LOG_STEPS, names);
      }
    }
    List<Double> places = IntStream.range(0, names.size()).mapToObj(Double::valueOf).toList();
    return new TrainingAxis(places, Kind.NAMES, names);
  }

  Axis axis(String title) {
    double first = places.get(0);
    double last = places.get(places.size() - 1);
    double margin = 0.02;
    return switch (kind) {
      case STEPS ->
          Axis.linear(title, first - margin * (last - first), last + margin * (last - first));
      case LOG_STEPS ->
          Axis.log(
              title, first * Math.pow(first / last, margin), last * Math.pow(last / first, margin));
      case NAMES -> Axis.names(title, names);
    };
  }
}

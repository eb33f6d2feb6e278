package curtain.measures;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The directions and the measures that are computed.
 *
 * @param attributions directions, in the order of the enumeration, pullback and gradient among them
 * @param measures measures, in the order of the enumeration, at least one
 * @param seed seed of all draws
 */
public record MeasureOptions(List<Attribution> attributions, List<Measure> measures, long seed)
    implements Serializable {

  /**
   * Sorts both lists and drops duplicates.
   *
   * @throws IllegalArgumentException where pullback or gradient is missing, or there is no measure
   */
  public MeasureOptions {
    attributions = attributions.stream().distinct().sorted().toList();
    measures = measures.stream().distinct().sorted().toList();
    if (!attributions.containsAll(List.of(Attribution.PULLBACK, Attribution.GRADIENT))) {
      throw new IllegalArgumentException("pullback and gradient are always measured");
    }
    if (measures.isEmpty()) {
      throw new IllegalArgumentException("no measure");
    }
  }

  /** Whether the measure is to be computed. */
  public boolean has(Measure measure) {
    return measures.contains(measure);
  }

  /** Whether images need masks. */
  public boolean needMasks() {
    return measures.stream().anyMatch(Measure::needsMask);
  }

  /** The randomisations of the network whose programs the measures need. */
  public List<Randomisation> randomisations() {
    return Arrays.stream(Randomisation.values()).filter(r -> has(Measure.of(r))).toList();
  }

  /** The number of directions: M pullbacks and one of each other attribution. */
  public int directions(int temperatures) {
    return temperatures + attributions.size() - 1;
  }

  /** The most backward passes that one image and class take, over all networks. */
  public int backwardPasses() {
    int points = 1;
    points += has(Measure.TARGET_SPECIFICITY) ? 2 : 0;
    points += has(Measure.NOISE_STABILITY) ? Measure.DRAWS : 0;
    points += randomisations().size();
    return points * (1 + attributions.stream().mapToInt(Attribution::passes).sum());
  }
}

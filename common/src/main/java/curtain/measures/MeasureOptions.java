package curtain.measures;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What is measured.
 *
 * @param attributions directions, in the order of the enumeration, pullback and gradient among them
 * @param measures in the order of the enumeration, one at least
 * @param seed of all draws
 */
public record MeasureOptions(List<Attribution> attributions, List<Measure> measures, long seed)
    implements Serializable {

  /** Sorts both lists and drops what they hold twice. */
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

  /** Whether this one is among the measures. */
  public boolean has(Measure measure) {
    return measures.contains(measure);
  }

  /** Whether images need masks. */
  public boolean needMasks() {
    return measures.stream().anyMatch(Measure::needsMask);
  }

  /** Networks with permuted weights that are needed besides the network itself. */
  public List<Randomisation> randomisations() {
    return Arrays.stream(Randomisation.values()).filter(r -> has(Measure.of(r))).toList();
  }

  /** D, the number of directions, for so many temperatures. */
  public int directions(int temperatures) {
    return temperatures + attributions.size() - 1;
  }

  /** How often each network is run with a backward pass for an image and class, at most. */
  public int backwardPasses() {
    int points = 1;
    points += has(Measure.TARGET_SPECIFICITY) ? 2 : 0;
    points += has(Measure.NOISE_STABILITY) ? Measure.DRAWS : 0;
    points += randomisations().size();
    return points * (1 + attributions.stream().mapToInt(Attribution::passes).sum());
  }
}

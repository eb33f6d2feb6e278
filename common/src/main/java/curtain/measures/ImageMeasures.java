package curtain.measures;

import java.util.List;

/** The measures of one image, by class and direction, from {@link MeasureKernel}. */
public final class ImageMeasures {
  private final List<Integer> targets;
  private final List<Double[][]> values;
  private final boolean finite;

  ImageMeasures(List<Integer> targets, List<Double[][]> values, boolean finite) {
    this.targets = List.copyOf(targets);
    this.values = List.copyOf(values);
    this.finite = finite;
  }

  /** The classes, (K). */
  public List<Integer> targets() {
    return targets;
  }

  /**
   * The value of a measure; null where it is not defined, as for a direction that is 0.
   *
   * @param k position of the class among {@link #targets}
   * @param direction position of the direction: the pullbacks by temperature, then the others in
   *     the order of {@link MeasureOptions#attributions}
   * @param measure position among {@link MeasureOptions#measures}
   */
  public Double value(int k, int direction, int measure) {
    return values.get(k)[direction][measure];
  }

  /** Whether every logit and direction was finite; if not, some values are null for that reason. */
  public boolean isFinite() {
    return finite;
  }
}

package curtain.measures;

import java.util.List;

/** What {@link MeasureKernel} measured of one image. Arrays are this object's own. */
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
   * A measure, by its position among those asked for; null where it is not defined, as of a
   * direction that is 0.
   *
   * @param k position of the class
   * @param direction position of the direction: the pullbacks by temperature, then the others
   */
  public Double value(int k, int direction, int measure) {
    return values.get(k)[direction][measure];
  }

  /** Whether every logit and direction was a finite number; if not, values are missing. */
  public boolean isFinite() {
    return finite;
  }
}

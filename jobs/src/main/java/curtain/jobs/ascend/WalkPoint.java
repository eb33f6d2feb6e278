package curtain.jobs.ascend;

import curtain.jobs.pullbacks.PullbackRow;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.SampledImages;

/**
 * One point of a walk, as figures want it of {@link AscentRow}.
 *
 * @param target class index, or null where the row is a neuron's
 * @param neuron or null where the row is a class's
 * @param kind gate, temperature and pool of the steps; the gradient's own along gradients
 * @param logits of the target at the image and after every step, (steps + 1)
 * @param shape (C, H, W), or null where values were not asked for
 * @param image x, (C, H, W) row-major in [-1, 1], or null
 * @param difference to the image that the walk began at, or null
 * @param step number of steps to this point
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk values, never compared
record WalkPoint(
    String imageId,
    long ordinal,
    Integer label,
    Integer target,
    String neuron,
    PullbackRow.Kind kind,
    float[] logits,
    int[] shape,
    float[] image,
    float[] difference,
    int step)
    implements SampledImages.Row {
  /** The value of {@code --direction} whose walk it is. */
  Direction direction() {
    return kind.isGradient() ? Direction.GRADIENT : Direction.PULLBACK;
  }

  /** What to call the target. */
  String title(ClassNames names) {
    return target == null ? neuron : names.title(target);
  }
}

package curtain.jobs.ascend;

import curtain.jobs.pullbacks.PullbackRow;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.SampledImages;

/**
 * A point of a walk as figures need it, made of an {@link AscentRow}.
 *
 * @param imageId the image that the walk began at
 * @param ordinal place of the image in the image set, from 0
 * @param label class of the image, or null
 * @param target index of the class that is raised, or null for a neuron
 * @param neuron name of the neuron that is raised, or null for a class
 * @param kind gate, temperature and pool of the steps; along gradients those of the gradient
 * @param logits logit of the target at the image and after every step, (steps + 1)
 * @param shape (C, H, W), or null where values were not read
 * @param image x, (C, H, W) row-major in [-1, 1], or null
 * @param difference x minus the image that the walk began at, (C, H, W) row-major, or null
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

  /** The title of the class or neuron that is raised. */
  String title(ClassNames names) {
    return target == null ? neuron : names.title(target);
  }
}

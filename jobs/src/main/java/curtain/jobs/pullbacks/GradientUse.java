package curtain.jobs.pullbacks;

import curtain.pullback.Extra;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a run makes of the vanilla gradient, which costs a second backward pass ({@code --cosine},
 * {@code --with-gradient}).
 */
enum GradientUse {
  /** It is not computed. */
  NONE,
  /** Rows have their pullback's cosine with it. */
  COSINES,
  /** The same, and it has rows of its own. */
  ROWS;

  /** The use by the values of the two options. */
  static GradientUse of(boolean cosine, boolean withGradient) {
    return withGradient ? ROWS : cosine ? COSINES : NONE;
  }

  /** Whether the gradient is computed. */
  boolean isComputed() {
    return this != NONE;
  }

  /**
   * What the kernel computes beside pullbacks.
   *
   * @param decisions whether signs and selections are kept
   * @param halves whether the device rounds what it gives to float16
   */
  Set<Extra> extras(boolean decisions, boolean halves) {
    Set<Extra> extras = EnumSet.noneOf(Extra.class);
    if (isComputed()) {
      extras.add(Extra.GRADIENTS);
    }
    if (decisions) {
      extras.add(Extra.DECISIONS);
    }
    if (halves) {
      extras.add(Extra.HALVES);
    }
    return extras;
  }
}

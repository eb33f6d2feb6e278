package curtain.measures;

import curtain.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The measures of a direction v [spec 6], in the order of a table's rows. */
public enum Measure {
  /** Mean over r = 0..3 of cos(v(x), v(x + n_r)), n_r normal with standard deviation 0.05. */
  NOISE_STABILITY("noise_stability", true),
  /** Area under the target's probability while ranked pixels are shown over the blurred image. */
  INSERTION("insertion", true),
  /** Area under the target's probability while ranked pixels of the image are blurred. */
  DELETION("deletion", false),
  /** The {@link Gini} index of |v|. */
  SPARSITY("sparsity", true),
  /** 1 - cos(v_1, v_2), v_1 and v_2 the directions of the image's two largest logits. */
  TARGET_SPECIFICITY("target_specificity", true),
  /**
   * cos(v, v'), v' the same direction of the network whose last map is permuted by {@link
   * Randomisation#ONE}.
   */
  RANDOMISATION_ONE("randomisation:1", false),
  /** The same cosine with half of the maps permuted. */
  RANDOMISATION_HALF("randomisation:half", false),
  /** The same cosine with all maps permuted. */
  RANDOMISATION_ALL("randomisation:all", false),
  /** The share of sum |v| inside the image's mask. */
  LOCALISATION("localisation", true),
  /** 1 where the pixel with the largest sum_c |v| is inside the mask, else 0. */
  POINTING_GAME("pointing_game", true);

  /** The number of draws of {@link #NOISE_STABILITY}, seeded by {@code SEED/IMAGE_ID/R}. */
  public static final int DRAWS = 4;

  /** Standard deviation of {@link #NOISE_STABILITY}'s noise, in units of x. */
  public static final double DRAW_DEVIATION = 0.05;

  private final String title;
  private final boolean higherIsBetter;

  Measure(String title, boolean higherIsBetter) {
    this.title = title;
    this.higherIsBetter = higherIsBetter;
  }

  /** The names of all measures, in order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Measure::toString).toList();
  }

  /**
   * The measure of this name.
   *
   * @throws IllegalArgumentException where there is none, with the nearest name and all names
   */
  public static Measure of(String name) {
    for (Measure measure : values()) {
      if (measure.title.equals(name)) {
        return measure;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "'%s' is no measure; the nearest is %s (of %s)",
            name,
            Nearest.of(name, names()),
            String.join(", ", names())));
  }

  /** Whether every image needs a mask. */
  public boolean needsMask() {
    return this == LOCALISATION || this == POINTING_GAME;
  }

  /** Whether a larger number is a better one. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** The measure that compares with a network randomised like this. */
  public static Measure of(Randomisation randomisation) {
    return switch (randomisation) {
      case ONE -> RANDOMISATION_ONE;
      case HALF -> RANDOMISATION_HALF;
      case ALL -> RANDOMISATION_ALL;
    };
  }

  /** The name in options and tables. */
  @Override
  public String toString() {
    return title;
  }
}

package curtain.measures;

import curtain.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A number that says what a direction v is worth [spec 6], in the order of rows. */
public enum Measure {
  /** Mean over r = 0..3 of cos(v(x), v(x + n_r)), n_r normal with standard deviation 0.05. */
  NOISE_STABILITY("noise_stability", true),
  /** Area under the target's probability while ranked pixels are shown over the blurred image. */
  INSERTION("insertion", true),
  /** The same while they are blurred. */
  DELETION("deletion", false),
  /** {@link Gini} index of |v|. */
  SPARSITY("sparsity", true),
  /** 1 - cos of the directions of the two largest logits. */
  TARGET_SPECIFICITY("target_specificity", true),
  /** cos with the same direction of the network whose last map is permuted. */
  RANDOMISATION_ONE("randomisation:1", false),
  /** The same with half of the maps. */
  RANDOMISATION_HALF("randomisation:half", false),
  /** The same with all of them. */
  RANDOMISATION_ALL("randomisation:all", false),
  /** Share of sum |v| inside the image's mask. */
  LOCALISATION("localisation", true),
  /** 1 where the pixel with the largest sum_c |v| is inside the mask, else 0. */
  POINTING_GAME("pointing_game", true);

  /** Draws of {@link #NOISE_STABILITY}, those of {@code SEED/IMAGE_ID/R}. */
  public static final int DRAWS = 4;

  /** Standard deviation of its noise, in units of x. */
  public static final double DRAW_DEVIATION = 0.05;

  private final String title;
  private final boolean higherIsBetter;

  Measure(String title, boolean higherIsBetter) {
    this.title = title;
    this.higherIsBetter = higherIsBetter;
  }

  /** Names, in order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Measure::toString).toList();
  }

  /**
   * The measure of this name.
   *
   * @throws IllegalArgumentException where there is none; names the nearest and all that there are
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

  /** Whether it takes a mask of every image. */
  public boolean needsMask() {
    return this == LOCALISATION || this == POINTING_GAME;
  }

  /** Whether a larger number is a better one. */
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** The measure of a network with so many permuted maps. */
  public static Measure of(Randomisation randomisation) {
    return switch (randomisation) {
      case ONE -> RANDOMISATION_ONE;
      case HALF -> RANDOMISATION_HALF;
      case ALL -> RANDOMISATION_ALL;
    };
  }

  /** As options and tables have it. */
  @Override
  public String toString() {
    return title;
  }
}

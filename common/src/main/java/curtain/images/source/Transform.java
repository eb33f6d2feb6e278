package curtain.images.source;

import java.util.Locale;

/** How a decoded image becomes a network's input (spec 9). */
public enum Transform {
  /**
   * Short side to 256, long side to floor(256 long / short), bilinear with antialiasing, then the
   * centre 224 x 224 (other network sizes S: 256 becomes round(S 256 / 224)).
   */
  IMAGENET,
  /** Pixels as they are; the size must be the network's. */
  NONE,
  /** Squares straight to 224 x 224, others as {@link #IMAGENET}. */
  SQUARE;

  /** The name that users give it: {@code imagenet}, {@code none} or {@code square}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The transform of this name.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Transform of(String option) {
    for (Transform transform : values()) {
      if (transform.option().equals(option)) {
        return transform;
      }
    }
    throw new IllegalArgumentException(
        "transform " + option + " is unknown; use imagenet, none or square");
  }

  /** The name that {@link #of} takes. */
  @Override
  public String toString() {
    return option();
  }
}

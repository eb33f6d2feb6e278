package curtain.measures;

import java.util.Locale;

/** The directions v of an image and a class, (3, H, W), that are measured [spec 6]. */
public enum Attribution {
  /** The excitation pullback, at every temperature. */
  PULLBACK,
  /** The vanilla gradient. */
  GRADIENT,
  /**
   * Mean gradient over 16 draws x + n, n normal with standard deviation 0.3, not clipped (Smilkov
   * et al. 2017). The draws are seeded by {@code SEED/IMAGE_ID/smoothgrad/R}, R = 0..15, and are
   * the same for an image with noise added as for the image itself.
   */
  SMOOTHGRAD,
  /**
   * Mean gradient at b + (s + 1/2)/32 (x - b), s = 0..31, times x - b, b the {@link Blur} of x
   * (Sundararajan, Taly and Yan 2017). The factor x - b is part of v in every measure.
   */
  INTEGRATED_GRADIENTS;

  /** The number of draws of {@link #SMOOTHGRAD}. */
  public static final int DRAWS = 16;

  /** Standard deviation of {@link #SMOOTHGRAD}'s noise: 0.15 of the range [-1, 1] of x. */
  public static final double DRAW_DEVIATION = 0.3;

  /** The number of points of {@link #INTEGRATED_GRADIENTS}. */
  public static final int POINTS = 32;

  /** The number of backward passes besides the one that gives pullbacks and gradient. */
  public int passes() {
    return switch (this) {
      case PULLBACK, GRADIENT -> 0;
      case SMOOTHGRAD -> DRAWS;
      case INTEGRATED_GRADIENTS -> POINTS;
    };
  }

  /** The name in options and tables, in snake case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

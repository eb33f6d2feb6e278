package curtain.measures;

import java.util.Locale;

/** A direction v of an image and a class, (C, H, W), that measures are taken of. */
public enum Attribution {
  /** The excitation pullback, at every temperature. */
  PULLBACK,
  /** The vanilla gradient. */
  GRADIENT,
  /**
   * Mean gradient over 16 draws x + n, n normal with standard deviation 0.3, not clipped (Smilkov
   * et al. 2017). The draws are those of {@code SEED/IMAGE_ID/smoothgrad/R}, R = 0..15, wherever x
   * is: also for an image with noise.
   */
  SMOOTHGRAD,
  /**
   * Mean gradient at b + (s + 1/2)/32 (x - b), s = 0..31, times x - b, b the {@link Blur} of x
   * (Sundararajan, Taly and Yan 2017). v is the attribution itself, in every measure.
   */
  INTEGRATED_GRADIENTS;

  /** Draws of {@link #SMOOTHGRAD}. */
  public static final int DRAWS = 16;

  /** Standard deviation of its noise, in units of x: 0.15 of the range of x, which is 2. */
  public static final double DRAW_DEVIATION = 0.3;

  /** Points of {@link #INTEGRATED_GRADIENTS}. */
  public static final int POINTS = 32;

  /** How many backward passes it takes, besides the one that gives pullback and gradient. */
  public int passes() {
    return switch (this) {
      case PULLBACK, GRADIENT -> 0;
      case SMOOTHGRAD -> DRAWS;
      case INTEGRATED_GRADIENTS -> POINTS;
    };
  }

  /** As options and tables have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

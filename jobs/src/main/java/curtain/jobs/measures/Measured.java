package curtain.jobs.measures;

import curtain.measures.Attribution;

/** A measure of a direction: what values of images have in common. */
record Measured(
    String direction,
    String gate,
    Double temperature,
    String temperatureUnit,
    String pool,
    String measure) {
  /** Whether it is of the gradient, which others are compared with. */
  boolean isGradient() {
    return direction.equals(Attribution.GRADIENT.toString());
  }
}

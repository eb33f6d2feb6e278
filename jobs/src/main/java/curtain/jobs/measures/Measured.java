package curtain.jobs.measures;

import curtain.measures.Attribution;

/**
 * A measure of a direction, of which every image and target has a value.
 *
 * @param direction name of the direction
 * @param gate value of {@code --gate}
 * @param temperature T in its unit; null for all but pullbacks
 * @param temperatureUnit value of {@code --temperature-unit}; null for all but pullbacks
 * @param pool value of {@code --pool}
 * @param measure name of the measure
 */
record Measured(
    String direction,
    String gate,
    Double temperature,
    String temperatureUnit,
    String pool,
    String measure) {
  /** Whether the direction is the vanilla gradient, with which others are compared. */
  boolean isGradient() {
    return direction.equals(Attribution.GRADIENT.toString());
  }
}

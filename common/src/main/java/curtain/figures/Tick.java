package curtain.figures;

/**
 * A mark on an axis.
 *
 * @param value where it is
 * @param label what it is called
 */
public record Tick(double value, String label) {}

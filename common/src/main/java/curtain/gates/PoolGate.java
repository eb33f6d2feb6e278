package curtain.gates;

/**
 * How the backward pass of a max-pool distributes the gradient over its window [paper, listing 2].
 *
 * <p>{@code softmax}: for the window's values u (padding and what ceil mode lets overhang count as
 * zeros), w = softmax(u/T) and p = sum w u, the derivative of p: w_i (1 + (u_i - p)/T). {@code
 * hard}: all of it to the largest element, the first one in row-major order, padding excluded.
 */
public enum PoolGate {
  SOFTMAX,
  HARD;

  /**
   * Reads a pool's name.
   *
   * @throws IllegalArgumentException if it is neither {@code softmax} nor {@code hard}
   */
  public static PoolGate parse(String text) {
    return switch (text) {
      case "softmax" -> SOFTMAX;
      case "hard" -> HARD;
      default ->
          throw new IllegalArgumentException("pool '" + text + "' is not one of softmax, hard");
    };
  }

  /** The name, as {@link #parse} reads it. */
  @Override
  public String toString() {
    return this == SOFTMAX ? "softmax" : "hard";
  }
}

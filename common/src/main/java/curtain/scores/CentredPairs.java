package curtain.scores;

/**
 * A centred kernel that is computed pair by pair.
 *
 * @param trace trace of the kernel before it was centred, the scale of rounding errors
 * @param pairs gives the centred kernel of two positions
 */
record CentredPairs(double trace, Pairs pairs) {
  /** A function of two positions. */
  @FunctionalInterface
  interface Pairs {
    double at(int i, int j);
  }
}

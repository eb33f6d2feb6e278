package curtain.scores;

/**
 * A centred kernel that is computed pair by pair.
 *
 * @param trace of the kernel before it was centred: the scale against which rounding counts
 * @param pairs the centred kernel of two positions
 */
record CentredPairs(double trace, Pairs pairs) {
  /** A function of two positions. */
  @FunctionalInterface
  interface Pairs {
    double at(int i, int j);
  }
}

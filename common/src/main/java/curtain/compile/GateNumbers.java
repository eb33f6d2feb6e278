package curtain.compile;

/** How the gates of a Gram matrix are kept and multiplied (spec 3). */
public enum GateNumbers {
  /** Hard gates, a bit each when stored; products of int8 are exact. */
  BITS,
  /**
   * Smooth gates as q = floor(127 lambda + u), u in [0, 1) a hash of the gate's index and the same
   * for every image; products of int8 are exact.
   */
  BYTES,
  /** Smooth gates in float32. */
  FLOATS
}

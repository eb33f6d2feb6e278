package curtain.engine;

/**
 * Tells when a process has grown: by an eighth over what it took when it had last returned memory
 * and settled. Not thread-safe. Where several threads look, it settles while others are in the
 * middle of a batch, and then may tell of growth at every eighth look.
 */
final class Growth {
  /**
   * Number of looks after a return in which the process settles: it takes again what one batch
   * needs.
   */
  private static final int SETTLING = 3;

  /** Fewest looks between two returns. */
  private static final int LOOKS = 8;

  private int looks;
  private long settled;

  /**
   * One look, between two batches.
   *
   * @param resident memory of the process, in any unit
   * @return whether memory should be returned now; if so, the process settles anew
   */
  boolean grown(long resident) {
    looks++;
    if (looks <= SETTLING) {
      settled = Math.max(settled, resident);
      return false;
    }
    if (looks < LOOKS || resident <= settled + settled / 8) {
      return false;
    }
    looks = 0;
    settled = 0;
    return true;
  }
}

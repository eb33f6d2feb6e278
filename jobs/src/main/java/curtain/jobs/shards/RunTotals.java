package curtain.jobs.shards;

/**
 * What tasks have done, as far as the driver knows: their last heartbeats told it.
 *
 * @param results number of images, or units, that gave results
 * @param errors number of images that gave none
 * @param decode seconds in which images were decoded, see {@link TaskTimes}
 * @param waiting seconds in which tasks waited
 * @param device seconds of tasks' own threads
 * @param write seconds in which rows were written
 */
record RunTotals(
    long results, long errors, double decode, double waiting, double device, double write) {
  /** What no task has done. */
  static final RunTotals NONE = new RunTotals(0, 0, 0, 0, 0, 0);

  private static volatile RunTotals now = NONE;

  /** What the tasks of the run in progress, or of the last one, have done. */
  static RunTotals now() {
    return now;
  }

  /** Tells {@link #now} what it is. */
  void tell() {
    now = this;
  }

  /** The sum of both. */
  RunTotals plus(RunTotals other) {
    return new RunTotals(
        results + other.results,
        errors + other.errors,
        decode + other.decode,
        waiting + other.waiting,
        device + other.device,
        write + other.write);
  }

  /** That of two reports of one task which came later. */
  RunTotals later(RunTotals other) {
    return results + errors >= other.results + other.errors ? this : other;
  }
}

package curtain.jobs.shards;

/** What to do with an output that exists. */
public enum Mode {
  /** Refuse it. */
  NEW,
  /** {@code --resume}: compute what is missing. */
  RESUME,
  /** {@code --overwrite}: replace it; a whole output stays until the new tables are computed. */
  OVERWRITE
}

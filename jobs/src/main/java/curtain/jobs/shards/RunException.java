package curtain.jobs.shards;

/** Thrown where a run cannot begin or end as asked; the message is the one line for the user. */
public final class RunException extends Exception {
  private static final long serialVersionUID = 1L;

  /** An exception whose message names the option or file, and what to do. */
  public RunException(String message) {
    super(message);
  }
}

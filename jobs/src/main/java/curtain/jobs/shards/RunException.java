package curtain.jobs.shards;

/** A run that cannot begin or end as asked; the message is the one line for the user. */
public final class RunException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With a message that names the option or file, and what to do. */
  public RunException(String message) {
    super(message);
  }
}

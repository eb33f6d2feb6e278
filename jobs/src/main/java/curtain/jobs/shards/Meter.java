package curtain.jobs.shards;

/** Shows the progress of a run. */
@FunctionalInterface
public interface Meter {
  /**
   * Shows how many images are done, those of earlier runs included.
   *
   * @param done number of results and errors
   * @param errors number of errors among them
   * @param fresh number of images that this process did
   * @param total number of images listed
   */
  void show(long done, long errors, long fresh, long total);

  /**
   * Begins to count something else than images.
   *
   * @param plural name of what is counted, in the plural
   */
  default void begin(String plural) {
    // Meters without text need no name.
  }

  /**
   * Warns the user, on a line of its own.
   *
   * @param text whole sentences
   */
  default void warn(String text) {
    // Meters without text show no warnings.
  }
}

package curtain.jobs.shards;

/** Told of the run's progress. */
@FunctionalInterface
public interface Meter {
  /**
   * So much is done, earlier runs' shards included.
   *
   * @param done images, results and errors
   * @param errors the errors among them
   * @param fresh images that this process did
   * @param total images listed
   */
  void show(long done, long errors, long fresh, long total);

  /**
   * From now on something else is counted than images.
   *
   * @param plural what it is called
   */
  default void begin(String plural) {
    // For meters that do not say what they count.
  }

  /**
   * Something that the user should know, on a line of its own.
   *
   * @param text whole sentences
   */
  default void warn(String text) {
    // For meters that nobody reads.
  }
}

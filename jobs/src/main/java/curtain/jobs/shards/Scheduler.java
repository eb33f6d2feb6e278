package curtain.jobs.shards;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Runs work somewhere: on Spark, or one after another in a test. */
public interface Scheduler {
  /** The number of tasks that run at once. */
  int slots();

  /** Whether tasks run in this process. */
  boolean isLocal();

  /**
   * Runs the items and returns when all are done, or earlier when the watcher says to stop.
   *
   * @throws IOException when an item failed for good
   */
  <W extends Serializable> void run(Task<W> task, List<W> work, Configuration conf, Watcher watcher)
      throws IOException;

  /** Watches the work; its methods may be called from any thread. */
  interface Watcher {
    /** The name of what is counted, in the plural. */
    default String counted() {
      return "images";
    }

    /**
     * Tells how many images, or units of a stage, this call of {@link Scheduler#run} has done so
     * far, whether or not their items are finished.
     */
    void progress(long results, long errors);

    /**
     * Tells that an item is finished.
     *
     * @return whether to go on with further items
     */
    boolean finished(ShardResult result);

    /**
     * Tells what the user should know of how the work is computed, each text once.
     *
     * @param text what follows the name of the command
     */
    default void warn(String text) {
      // Who only counts has no place for it.
    }
  }
}

package curtain.jobs.shards;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Runs shards somewhere: on Spark, or one after another in a test. */
public interface Scheduler {
  /** Tasks that run at once. */
  int slots();

  /**
   * Runs the shards and returns when all are done, or earlier when the watcher says to stop.
   *
   * @throws IOException when a shard failed for good
   */
  void run(ShardTask task, List<ShardTask.Work> work, Configuration conf, Watcher watcher)
      throws IOException;

  /** Told how far the shards are; called from any thread. */
  interface Watcher {
    /**
     * Images that this call of {@link Scheduler#run} has done so far, whether or not their shards
     * are finished.
     */
    void progress(long results, long errors);

    /**
     * A shard is finished.
     *
     * @return whether to go on
     */
    boolean finished(ShardResult result);
  }
}

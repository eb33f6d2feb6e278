package curtain.jobs.shards;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/**
 * The work of a {@link Scheduler} on each item. An item may be repeated, and may be done twice at
 * once.
 *
 * @param <W> type of the items
 */
public interface Task<W extends Serializable> extends Serializable {
  /** The URI of the directory in which it writes; null where it writes nothing. */
  default String output() {
    return null;
  }

  /**
   * Does one item.
   *
   * @param work the item
   * @param conf Hadoop's settings
   * @param progress to be told while the task runs
   * @throws IOException when storage fails: the item may be tried again, as Spark's settings say
   */
  ShardResult run(W work, Configuration conf, ShardKernel.Ticker progress) throws IOException;
}

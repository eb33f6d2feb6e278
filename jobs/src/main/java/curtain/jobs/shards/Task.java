package curtain.jobs.shards;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/**
 * What a {@link Scheduler} does with each item of work, somewhere. An item may be repeated and may
 * be done twice at once.
 *
 * @param <W> an item
 */
public interface Task<W extends Serializable> extends Serializable {
  /**
   * Does one item.
   *
   * @param progress to be told while it runs
   * @throws IOException when storage fails: the item is tried again
   */
  ShardResult run(W work, Configuration conf, ShardKernel.Ticker progress) throws IOException;
}

package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.images.source.ImageRef;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The work of a job on the images of a shard, in plain Java: tests call it without Spark. */
public interface ShardKernel extends Serializable {
  /** The tables that the kernel writes, {@link Table#ERRORS} among them. */
  List<Table<?>> tables();

  /** The reduction of all shards' rows at the end. */
  default Reduction reduction() {
    return Reduction.NONE;
  }

  /**
   * The machine that this process runs a network on; null where it runs none.
   *
   * @throws IOException if the machine cannot be described
   */
  default Machine machine() throws IOException {
    return null;
  }

  /**
   * Computes a shard. The same images give the same rows whenever it runs; on other {@linkplain
   * #machine machines} floats may differ in their last digits.
   *
   * @param images images of one set, by ascending ordinal
   * @param conf Hadoop's settings
   * @param rows takes the rows
   * @param progress to be told of every image once, result or error
   * @return the number of images that gave results; each of the others gave a row of errors
   * @throws IOException when storage fails: the task may be tried again, as Spark's settings say
   */
  long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException;

  /** Counts images as they are done. */
  @FunctionalInterface
  interface Ticker {
    /**
     * Adds images that are done.
     *
     * @param results number of images that gave results
     * @param errors number of images that gave an error
     */
    void done(long results, long errors);
  }
}

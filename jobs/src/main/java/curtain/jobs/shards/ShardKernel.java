package curtain.jobs.shards;

import curtain.engine.Machine;
import curtain.images.source.ImageRef;
import curtain.jobs.tables.Rows;
import curtain.jobs.tables.Table;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What a job does with a run of images, in plain Java: no Spark, so that a test calls it. */
public interface ShardKernel extends Serializable {
  /** The tables that it writes, {@link Table#ERRORS} among them. */
  List<Table<?>> tables();

  /** What is done with all shards' rows in the end. */
  default Reduction reduction() {
    return Reduction.NONE;
  }

  /** The machine that this process runs a network on; null where it runs none. */
  default Machine machine() throws IOException {
    return null;
  }

  /**
   * Does the work. The same images give the same rows whenever it runs; on other {@linkplain
   * #machine machines} floats may differ in their last digits.
   *
   * @param images of one set, ordinals ascending
   * @param conf for Hadoop file systems
   * @param rows takes the rows
   * @param progress to be told of every image once, result or error
   * @return the number of images that gave results; the others each gave a row of errors
   * @throws IOException when storage fails: the task is tried again
   */
  long run(List<ImageRef> images, Configuration conf, Rows rows, Ticker progress)
      throws IOException;

  /** Told of images as they are done. */
  @FunctionalInterface
  interface Ticker {
    /**
     * So many more images are done.
     *
     * @param results images that gave results
     * @param errors images that gave an error
     */
    void done(long results, long errors);
  }
}

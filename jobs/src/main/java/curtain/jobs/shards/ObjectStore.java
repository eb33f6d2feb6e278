package curtain.jobs.shards;

import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Storage on which a rename copies every byte, such as S3. There a file appears when it is closed,
 * whole, and {@link Upload} writes files that appear only when the run commits.
 */
public final class ObjectStore {
  private static final String PURGE = "fs.s3a.multipart.purge";

  private ObjectStore() {}

  /**
   * Whether a path is on one that Hadoop can upload to in parts.
   *
   * @throws IOException when storage fails
   */
  public static boolean has(FileSystem fs, Path path) throws IOException {
    return fs.hasPathCapability(path, CommonPathCapabilities.FS_MULTIPART_UPLOADER)
        && fs.hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /**
   * Refuses an output whose uploads cannot be told from others', or would not last: a commit ends
   * all uploads below its directory, and S3A can be set to end those of a whole bucket by age.
   *
   * @param output directory of {@code --output}
   * @throws RunException where it is a bucket's root, or S3A is set so
   * @throws IOException when storage fails
   */
  static void refuse(FileSystem fs, Path output) throws IOException, RunException {
    if (!has(fs, output)) {
      return;
    }
    if (output.isRoot()) {
      throw new RunException("--output " + output + " is a whole bucket; choose a directory in it");
    }
    if (fs.getConf().getBoolean(PURGE, false)) {
      throw new RunException(
          PURGE + " is set, which ends uploads that a run still needs; set it to false");
    }
  }
}

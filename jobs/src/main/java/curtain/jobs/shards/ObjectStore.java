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
}

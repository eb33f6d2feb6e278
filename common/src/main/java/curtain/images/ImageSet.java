package curtain.images;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The listed images of one source, by ordinal. */
public final class ImageSet {
  private final List<ImageRef> refs;

  ImageSet(List<ImageRef> refs) {
    this.refs = refs;
  }

  /** Lists the set. */
  public static ImageSet list(String uri, long limit, Configuration conf) throws IOException {
    Path path = Storage.path(uri);
    FileSystem fs = path.getFileSystem(conf);
    FileStatus status;
    try {
      status = fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new IOException("--images " + uri + " does not exist", e);
    }
    if (!status.isDirectory()) {
      throw new IOException("--images " + uri + " is no directory");
    }
    List<ImageRef> refs = Tree.list(fs, status.getPath(), limit);
    if (refs.isEmpty()) {
      throw new IOException("--images " + uri + " holds no files");
    }
    return new ImageSet(refs);
  }

  /** The listed images, ordinals ascending. */
  public List<ImageRef> refs() {
    return refs;
  }

  /** Reads, decodes and transforms in the given order: one outcome for each. */
  public static CloseableIterator<Outcome> load(
      List<ImageRef> refs, ImageOptions options, Configuration conf) {
    return new ImageLoader(refs, options, conf);
  }
}

package curtain.images;

import curtain.images.source.CodePointOrder;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Walks a directory tree in the order of ordinals: within a directory files before subdirectories,
 * each by code point of their names, hidden ones left out.
 */
final class Tree {
  private static final Comparator<FileStatus> BY_NAME =
      Comparator.comparing(status -> status.getPath().getName(), CodePointOrder.NAMES);

  private Tree() {}

  /** Lists an ImageFolder-like tree. Directories beyond the limit are not visited. */
  static List<ImageRef> list(FileSystem fs, Path root, long limit) throws IOException {
    Listing listing = new Listing(limit);
    walk(
        fs,
        root,
        "",
        (id, status) -> {
          String file = SourceFiles.uri(status.getPath());
          listing.add(id, Label.NONE, file, 0, status.getLen(), null);
          return !listing.full();
        });
    return listing.refs();
  }

  /**
   * Calls {@code visit} with the path relative to the root and the status of every file, until it
   * returns false.
   *
   * @return false where {@code visit} ended the walk
   */
  static boolean walk(
      FileSystem fs, Path directory, String prefix, BiPredicate<String, FileStatus> visit)
      throws IOException {
    List<FileStatus> files = new ArrayList<>();
    List<FileStatus> directories = new ArrayList<>();
    for (FileStatus status : fs.listStatus(directory)) {
      if (!Listing.hidden(status.getPath().getName())) {
        (status.isDirectory() ? directories : files).add(status);
      }
    }
    files.sort(BY_NAME);
    directories.sort(BY_NAME);
    for (FileStatus file : files) {
      if (file.isFile() && !visit.test(prefix + file.getPath().getName(), file)) {
        return false;
      }
    }
    for (FileStatus child : directories) {
      String name = child.getPath().getName();
      if (!walk(fs, child.getPath(), prefix + name + "/", visit)) {
        return false;
      }
    }
    return true;
  }
}

package curtain.jobs.stability;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * Globs on local disks, by the rules of {@link FileSystem#globStatus}. That method itself takes a
 * name with a colon, in the glob or beside what it matches, for a URI, and fails.
 */
final class LocalGlob {
  private LocalGlob() {}

  /**
   * What a glob matches, in no order; a file or directory of just this name is one match.
   *
   * @param glob full path
   * @throws IOException where it is no glob, or storage fails
   */
  static FileStatus[] expand(FileSystem fs, Path glob) throws IOException {
    if (fs.exists(glob)) {
      return new FileStatus[] {fs.getFileStatus(glob)};
    }
    List<FileStatus> found = new ArrayList<>();
    // alternatives in braces may have several parts
    for (String each : GlobExpander.expand(glob.toUri().getPath())) {
      found.addAll(matches(fs, new Path(null, null, each)));
    }
    return found.toArray(FileStatus[]::new);
  }

  private static List<FileStatus> matches(FileSystem fs, Path glob) throws IOException {
    List<Path> parts = new ArrayList<>(); // from the uppermost
    for (Path part = glob; part.getParent() != null; part = part.getParent()) {
      parts.add(0, part);
    }
    List<FileStatus> found = new ArrayList<>();
    found.add(fs.getFileStatus(fs.makeQualified(new Path(Path.SEPARATOR))));
    for (Path part : parts) {
      found = children(fs, found, part.getName());
    }
    return found;
  }

  private static List<FileStatus> children(FileSystem fs, List<FileStatus> parents, String name)
      throws IOException {
    GlobFilter filter = new GlobFilter(name);
    List<FileStatus> children = new ArrayList<>();
    for (FileStatus parent : parents) {
      if (!parent.isDirectory()) {
        continue;
      }
      try {
        if (filter.hasPattern()) {
          children.addAll(List.of(fs.listStatus(parent.getPath(), filter)));
        } else {
          children.add(fs.getFileStatus(new Path(parent.getPath(), new Path(null, null, name))));
        }
      } catch (FileNotFoundException e) {
        // nothing here that matches
      }
    }
    return children;
  }
}

package curtain.jobs.command;

import curtain.images.source.LocalDisk;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** The places of inputs and outputs, by which one that holds the other is known. */
final class Places {
  private Places() {}

  /**
   * The place of what an option names: a URI with a slash at its end, so that what begins with it
   * lies within it. On the local disk no symbolic link is part of it.
   *
   * @param given a path or Hadoop URI; it need not exist
   * @throws IOException where it is no path, its file system is not known, or storage fails
   */
  static String of(String given, Configuration conf) throws IOException {
    var path = SourceFiles.qualified(given, conf);
    String uri = SourceFiles.uri(path);
    return SourceFiles.isLocal(path.getFileSystem(conf)) ? of(LocalDisk.path(uri)) : closed(uri);
  }

  /** The place of a local file, see {@link #of(String, Configuration)}. */
  static String of(Path file) throws IOException {
    return closed(LocalDisk.uri(real(file)));
  }

  /** The path without symbolic links, as far as it exists. */
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path there = absolute;
    while (!Files.exists(there)) {
      there = there.getParent(); // in the end the root, which exists
    }
    return there.toRealPath().resolve(there.relativize(absolute)).normalize();
  }

  private static String closed(String uri) {
    return uri.endsWith("/") ? uri : uri + "/";
  }
}

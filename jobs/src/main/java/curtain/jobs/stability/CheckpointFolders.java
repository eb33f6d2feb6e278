package curtain.jobs.stability;

import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Looks into the folders of {@code --checkpoints}. Names that begin with {@code .} or {@code _} are
 * passed over. On a local disk links are followed, but none to a folder that holds it, and those to
 * nothing, which Hadoop does not list, are counted.
 */
final class CheckpointFolders {
  private final FileSystem fs;
  private final Predicate<String> weights;
  private int broken;

  /**
   * A look into folders.
   *
   * @param weights whether a file of this name may have weights
   */
  CheckpointFolders(FileSystem fs, Predicate<String> weights) {
    this.fs = fs;
    this.weights = weights;
  }

  /** What a folder holds, but for names that are passed over. */
  List<FileStatus> list(Path folder) throws IOException {
    if (SourceFiles.isLocal(fs)) {
      try (DirectoryStream<java.nio.file.Path> entries =
          Files.newDirectoryStream(local(folder), entry -> isShown(name(entry)))) {
        for (java.nio.file.Path entry : entries) {
          broken += Files.isSymbolicLink(entry) && !Files.exists(entry) ? 1 : 0;
        }
      }
    }
    return shown(fs.listStatus(folder));
  }

  /** Those of these whose names are not passed over. */
  static List<FileStatus> shown(FileStatus... found) {
    return Arrays.stream(found).filter(each -> isShown(each.getPath().getName())).toList();
  }

  /** The number of links to nothing in the folders that were listed. */
  int broken() {
    return broken;
  }

  /**
   * The files in a folder that may have weights.
   *
   * @param all those at any depth; else no deeper than the first folder on each way that has some
   */
  List<Path> weights(Path folder, boolean all) throws IOException {
    List<Path> found = new ArrayList<>();
    add(folder, all, Set.of(), found);
    return found;
  }

  private void add(Path folder, boolean all, Set<java.nio.file.Path> above, List<Path> to)
      throws IOException {
    Set<java.nio.file.Path> way = new HashSet<>(above);
    if (SourceFiles.isLocal(fs) && !way.add(local(folder).toRealPath())) {
      return;
    }
    List<FileStatus> shown = list(folder);
    List<Path> own =
        shown.stream()
            .filter(FileStatus::isFile)
            .map(FileStatus::getPath)
            .filter(file -> weights.test(file.getName()))
            .toList();
    to.addAll(own);
    if (all || own.isEmpty()) {
      for (FileStatus status : shown) {
        if (status.isDirectory()) {
          add(status.getPath(), all, way, to);
        }
      }
    }
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private static String name(java.nio.file.Path entry) {
    return entry.getFileName().toString();
  }

  private static boolean isShown(String name) {
    return !name.startsWith(".") && !name.startsWith("_");
  }
}

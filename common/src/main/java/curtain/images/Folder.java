package curtain.images;

import curtain.images.source.FileNames;
import curtain.images.source.LocalDisk;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A directory whose entries can be listed. */
sealed interface Folder {
  /**
   * One entry.
   *
   * @param name id of its name, see {@link FileNames}
   * @param file URI, see {@link SourceFiles}
   * @param length bytes of a file
   * @param problem null, or why it can be neither read nor listed
   * @param folder the directory that it is, or that it is a link to; else null
   */
  record Item(String name, String file, long length, String problem, Folder folder) {}

  /**
   * Every entry, in no order.
   *
   * @throws AccessDeniedException where it may not be listed
   * @throws NoSuchFileException where it has vanished
   * @throws FileSystemLoopException where links have led to it too often
   * @throws IOException where storage fails
   */
  List<Item> items() throws IOException;

  /** A directory of any file system; those of this machine are read without Hadoop. */
  static Folder of(FileSystem fs, Path directory) {
    if (!SourceFiles.isLocal(fs)) {
      return new Remote(fs, directory);
    }
    java.nio.file.Path path = LocalDisk.path(SourceFiles.uri(fs.makeQualified(directory)));
    return new Local(path, new HashSet<>(), false, new HashMap<>());
  }

  /** A directory of a file system of Hadoop's. */
  record Remote(FileSystem fs, Path directory) implements Folder {
    @Override
    public List<Item> items() throws IOException {
      List<Item> items = new ArrayList<>();
      for (FileStatus status : fs.listStatus(directory)) {
        boolean known = status.isFile() || status.isDirectory();
        items.add(
            new Item(
                FileNames.id(status.getPath().getName()),
                SourceFiles.uri(status.getPath()),
                status.getLen(),
                known ? null : "neither a file nor a directory",
                status.isDirectory() ? new Remote(fs, status.getPath()) : null));
      }
      return items;
    }
  }

  /**
   * A directory of this machine. Links are followed, as torchvision's ImageFolder follows them, but
   * to no directory without end: the paths through a few directories that all link to one another
   * are as many as their orders. Without links every directory is reached once, so no file is lost.
   *
   * @param path the directory
   * @param within what identifies the directories that it was reached through
   * @param linked whether it was reached through a link
   * @param visits how often links have led to each directory; shared by the whole tree
   */
  record Local(
      java.nio.file.Path path, Set<Object> within, boolean linked, Map<Object, Integer> visits)
      implements Folder {
    /** How often links may lead to one directory. */
    static final int MOST = 32;

    @Override
    public List<Item> items() throws IOException {
      Object key = key(Files.readAttributes(path, BasicFileAttributes.class), path);
      if (linked && visits.merge(key, 1, Integer::sum) > MOST) {
        throw new FileSystemLoopException(path.toString());
      }
      Set<Object> here = new HashSet<>(within);
      here.add(key);
      List<Item> items = new ArrayList<>();
      try (DirectoryStream<java.nio.file.Path> entries = Files.newDirectoryStream(path)) {
        for (java.nio.file.Path entry : entries) {
          items.add(item(entry, here));
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      return items;
    }

    private Item item(java.nio.file.Path entry, Set<Object> here) throws IOException {
      String file = LocalDisk.uri(entry);
      byte[] path = FileNames.bytes(file); // it escapes bytes as ids do
      int slash = path.length;
      while (path[slash - 1] != '/') {
        slash--;
      }
      String name = FileNames.id(Arrays.copyOfRange(path, slash, path.length));
      BasicFileAttributes attributes;
      try {
        attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
          if (here.contains(key(attributes, entry))) {
            return new Item(name, file, 0, "a link to a folder that it lies in", null);
          }
          boolean link = linked || Files.isSymbolicLink(entry);
          return new Item(name, file, 0, null, new Local(entry, here, link, visits));
        }
        String problem = attributes.isRegularFile() ? null : LocalDisk.kind(entry);
        return new Item(name, file, attributes.size(), problem, null);
      } catch (FileSystemException e) {
        return new Item(name, file, 0, problem(entry, e), null);
      }
    }

    private static Object key(BasicFileAttributes attributes, java.nio.file.Path path)
        throws IOException {
      return attributes.fileKey() == null ? path.toRealPath() : attributes.fileKey();
    }

    private static String problem(java.nio.file.Path entry, FileSystemException e) {
      if (Files.isSymbolicLink(entry)) {
        return e instanceof NoSuchFileException
            ? "a link to what is not there"
            : e instanceof FileSystemLoopException
                ? "a link that leads back to itself"
                : "a link that cannot be followed: " + LocalDisk.reason(e);
      }
      return e instanceof NoSuchFileException
          ? "vanished while it was listed"
          : "cannot be looked at: " + LocalDisk.reason(e);
    }
  }
}

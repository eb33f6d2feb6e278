package curtain.images;

import curtain.images.source.CodePointOrder;
import curtain.images.source.FileNames;
import curtain.images.source.LeftOut;
import curtain.images.source.SourceFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Walks a directory tree in the order of ordinals: within a directory files before subdirectories,
 * each by code point of their names. Every entry is handed out, once: as a file, as one that cannot
 * be read, or as one that is left out. Only directories that are walked into are not.
 */
final class Tree {
  private static final Comparator<Folder.Item> BY_NAME =
      Comparator.comparing(Folder.Item::name, CodePointOrder.NAMES);

  private Tree() {}

  /** Takes the entries of a tree; each method returns whether the walk goes on. */
  interface Visitor {
    /**
     * A file, or something that cannot be read.
     *
     * @param id path relative to the root, as {@link FileNames} writes it
     * @param file URI
     * @param length bytes
     * @param problem null, or why it cannot be read
     */
    boolean file(String id, String file, long length, String problem);

    /** An entry that is left out; of a directory with all that is in it. */
    boolean leftOut(LeftOut reason);
  }

  /**
   * Visits every entry until the visitor ends the walk.
   *
   * @return false where it did
   * @throws IOException where storage fails, or the root may not be listed
   */
  static boolean walk(Folder root, Visitor visitor) throws IOException {
    return walk(root.items(), "", visitor);
  }

  /**
   * Names of the folders in a folder, as text, without those that are left out.
   *
   * @throws IOException where storage fails, or it may not be listed
   */
  static List<String> folders(Folder root) throws IOException {
    return root.items().stream()
        .filter(item -> item.folder() != null)
        .map(item -> FileNames.text(item.name()))
        .filter(name -> LeftOut.of(name, true).isEmpty())
        .toList();
  }

  private static boolean walk(List<Folder.Item> items, String prefix, Visitor visitor)
      throws IOException {
    List<Folder.Item> files = new ArrayList<>();
    List<Folder.Item> folders = new ArrayList<>();
    for (Folder.Item item : items) {
      LeftOut leftOut = LeftOut.of(FileNames.text(item.name()), item.folder() != null).orElse(null);
      if (leftOut == null) {
        (item.folder() == null ? files : folders).add(item);
      } else if (!visitor.leftOut(leftOut)) {
        return false;
      }
    }
    files.sort(BY_NAME);
    folders.sort(BY_NAME);
    for (Folder.Item file : files) {
      if (!visitor.file(prefix + file.name(), file.file(), file.length(), file.problem())) {
        return false;
      }
    }
    for (Folder.Item folder : folders) {
      if (!into(folder, prefix + folder.name(), visitor)) {
        return false;
      }
    }
    return true;
  }

  private static boolean into(Folder.Item folder, String id, Visitor visitor) throws IOException {
    List<Folder.Item> items;
    try {
      items = folder.folder().items();
    } catch (FileSystemLoopException e) {
      return visitor.file(
          id, folder.file(), 0, "a folder that links have led to " + Folder.Local.MOST + " times");
    } catch (NoSuchFileException | FileNotFoundException e) {
      return visitor.file(id, folder.file(), 0, "a folder that vanished while it was listed");
    } catch (IOException e) {
      if (!SourceFiles.isDenied(e)) {
        throw e;
      }
      return visitor.file(id, folder.file(), 0, "a folder without the permission to list it");
    }
    return walk(items, id + "/", visitor);
  }
}

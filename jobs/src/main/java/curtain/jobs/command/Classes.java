package curtain.jobs.command;

import curtain.images.ClassList;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The classes that labels and targets are read by.
 *
 * @param list the classes
 * @param folders whether they are the folders of the images, in the order of their names
 */
public record Classes(ClassList list, boolean folders) {
  /** Value of the setting {@code labels} where the classes are folders. */
  public static final String FOLDERS = "the folders of --images";

  /** Name of the setting that then holds the folders, with {@code /} between them. */
  public static final String NAMES = "label_folders";

  /** The folders as a setting holds them. */
  String joined() {
    return IntStream.range(0, list.size())
        .mapToObj(list::directory)
        .collect(Collectors.joining("/"));
  }

  /** The classes of a run whose setting holds these folders. */
  public static ClassList ofJoined(String folders) {
    return ClassList.folders(Arrays.asList(folders.split("/", -1)));
  }
}

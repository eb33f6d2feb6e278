package curtain.jobs.command;

import curtain.OneLine;
import curtain.images.ClassList;
import curtain.images.ImageFolders;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes.Origin;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** Chooses the classes of a network by the folders of its images, where {@code --labels} is not. */
final class ClassChoice {
  /** Most folders that a message names. */
  private static final int NAMED = 3;

  private final String images;
  private final boolean limited;
  private final Listed all;
  private final PrintWriter notes;
  private final Configuration conf;

  /** Lists images. */
  interface Listed {
    /**
     * The images.
     *
     * @throws IOException when they cannot be listed
     */
    List<ImageRef> refs() throws IOException;
  }

  /**
   * A choice for an image set.
   *
   * @param images value of {@code --images}
   * @param limited whether {@code --limit} may cut off some of them
   * @param all lists all of them
   * @param notes gets a line where folders are the classes, or are none; null for none
   */
  ClassChoice(String images, boolean limited, Listed all, PrintWriter notes, Configuration conf) {
    this.images = images;
    this.limited = limited;
    this.all = all;
    this.notes = notes;
    this.conf = conf;
  }

  /**
   * The classes of a network with so many outputs, see {@link ImageArguments#classes}.
   *
   * @param model the model's list
   * @param listed the images, up to {@code --limit}
   */
  Classes of(ClassList model, int outputs, List<ImageRef> listed) throws IOException {
    boolean fits = model.size() == outputs;
    ImageFolders some = ImageFolders.of(images, listed, conf);
    if (fits && (some.none() || knowsAll(model, some))) {
      return new Classes(model, Origin.MODEL);
    }
    ImageFolders folders = limited ? ImageFolders.of(images, all.refs(), conf) : some;
    List<String> unknown = fits ? folders.unknownTo(model) : List.of();
    if (fits && unknown.isEmpty()) {
      return new Classes(model, Origin.MODEL);
    }
    Optional<ClassList> numbered = fits ? folders.numbering(model) : Optional.empty();
    if (numbered.isPresent()) {
      note(areIndices(numbered.get(), folders));
      return new Classes(numbered.get(), Origin.MODEL);
    }
    Optional<ClassList> named = folders.classes(outputs);
    if (named.isPresent() || fits) {
      note(named.isPresent() ? areClasses(named.get(), folders) : areUnknown(unknown));
    }
    if (named.isPresent()) {
      return new Classes(named.get(), Origin.FOLDERS);
    }
    return new Classes(fits ? model : ClassList.unnamed(outputs), Origin.MODEL);
  }

  /**
   * Whether a list has the folders of these images, and those in the root, which may hold all that
   * {@code --limit} cuts off.
   */
  private boolean knowsAll(ClassList classes, ImageFolders folders) {
    return folders.unknownTo(classes).isEmpty()
        && (!limited
            || folders.first().stream().allMatch(name -> classes.labelOf(name).isPresent()));
  }

  private void note(String line) {
    if (notes != null) {
      notes.println("curtain: " + line);
      notes.flush();
    }
  }

  private String areIndices(ClassList classes, ImageFolders folders) {
    return String.format(
        Locale.ROOT,
        "the %d %s of --images %s are read as the indices of the model's classes, for they are the"
            + " numbers from 0 on; --labels names another list",
        classes.size(),
        kind(classes, folders),
        OneLine.of(images));
  }

  private String areClasses(ClassList classes, ImageFolders folders) {
    boolean numbers =
        IntStream.range(0, classes.size())
            .allMatch(i -> classes.labelOf(Integer.toString(i)).isPresent());
    return String.format(
        Locale.ROOT,
        "the %d %s of --images %s, in the order of their names%s, are the network's classes, for no"
            + " list has them; --labels names another",
        classes.size(),
        kind(classes, folders),
        OneLine.of(images),
        numbers && classes.size() > 10 ? " (10 before 2, as ImageFolder has them)" : "");
  }

  /** What a message calls the folders that are the classes. */
  private static String kind(ClassList classes, ImageFolders folders) {
    if (folders.told()) {
      return "labels";
    }
    return folders.first().equals(folders.immediate())
        ? "folders"
        : classes.isFirstFolders() ? "first folders" : "innermost folders";
  }

  private String areUnknown(List<String> unknown) {
    return String.format(
        Locale.ROOT,
        "%d folders or labels of --images %s are not in the class list, so their images have no"
            + " label: %s%s; --labels names another",
        unknown.size(),
        OneLine.of(images),
        OneLine.of(String.join(", ", unknown.subList(0, Math.min(unknown.size(), NAMED)))),
        unknown.size() > NAMED ? ", ..." : "");
  }
}

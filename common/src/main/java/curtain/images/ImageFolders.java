package curtain.images;

import curtain.images.source.CodePointOrder;
import curtain.images.source.ImageRef;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * The directories of an image set that may be its classes, or the texts that its source holds in
 * their place.
 *
 * @param first those in the root of the set, as torchvision's ImageFolder takes them; of a
 *     directory also those without images
 * @param immediate those that images lie in
 * @param told whether some are texts of the source
 */
public record ImageFolders(Set<String> first, Set<String> immediate, boolean told) {
  /** Copies the names. */
  public ImageFolders {
    first = Set.copyOf(first);
    immediate = Set.copyOf(immediate);
  }

  /**
   * The directories of listed images; those of images whose source holds an index do not count.
   * Where no image lies in one, none are.
   *
   * @param uri the set, whose root is looked at where it is a directory of image files
   * @param listed its images
   * @throws IOException where storage fails
   */
  public static ImageFolders of(String uri, List<ImageRef> listed, Configuration conf)
      throws IOException {
    Set<String> first = new TreeSet<>();
    Set<String> immediate = new TreeSet<>();
    boolean told = false;
    boolean files = false;
    for (ImageRef image : listed) { // once: there may be millions, in a file
      files |= image.isFile();
      if (image.label() == null) {
        told |= image.told() && image.directory() != null;
        add(image.firstDirectory(), first);
        add(image.directory(), immediate);
      }
    }
    if (!immediate.isEmpty() && files) {
      first.addAll(ImageSet.rootFolders(uri, conf));
    }
    return new ImageFolders(first, immediate, told);
  }

  private static void add(String name, Set<String> names) {
    if (name != null) {
      names.add(name);
    }
  }

  /** Whether no image lies in a directory, so that none can give a label. */
  public boolean none() {
    return immediate.isEmpty();
  }

  /**
   * The directories as the classes of a network: those in the root, as ImageFolder has them, where
   * they are as many as its outputs, else the immediate ones, where these are.
   */
  public Optional<ClassList> classes(int outputs) {
    if (none()) {
      return Optional.empty();
    }
    if (first.size() == outputs) {
      return Optional.of(ClassList.firstFolders(first));
    }
    return immediate.size() == outputs
        ? Optional.of(ClassList.folders(immediate))
        : Optional.empty();
  }

  /**
   * A class list by whose indices the directories are named, {@code 0}, {@code 1} and so on: those
   * in the root, as in {@link #classes}, else the immediate ones. Images have the labels of those.
   *
   * @return empty where neither are all the indices, and nothing else
   */
  public Optional<ClassList> numbering(ClassList classes) {
    Set<String> indices =
        IntStream.range(0, classes.size()).mapToObj(Integer::toString).collect(Collectors.toSet());
    if (first.equals(indices)) {
      return Optional.of(classes.numbered(true));
    }
    return immediate.equals(indices) ? Optional.of(classes.numbered(false)) : Optional.empty();
  }

  /** The immediate directories that a class list does not know, by code point. */
  public List<String> unknownTo(ClassList classes) {
    return immediate.stream()
        .filter(name -> classes.labelOf(name).isEmpty())
        .sorted(CodePointOrder.NAMES)
        .toList();
  }
}

package curtain.images;

import curtain.Nearest;
import curtain.images.source.CodePointOrder;
import curtain.images.source.ImageRef;
import curtain.images.source.SourceFiles;
import curtain.images.source.TextFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * Directories (WordNet ids) and names of a network's outputs, by index.
 *
 * <p>Directories are unique; a name may belong to several classes (ImageNet has two cranes and two
 * maillots) and then stands for none of them.
 */
public final class ClassList implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final List<String> CIFAR10 =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final String[] directories;
  private final String[] names;
  private final boolean first; // whether images have the label of their first directory
  private final HashMap<String, Integer> byDirectory = new HashMap<>();
  private final HashMap<String, int[]> byName = new HashMap<>();

  private ClassList(String[] directories, String[] names, boolean first) {
    this.directories = directories;
    this.names = names;
    this.first = first;
  }

  private ClassList(List<String> directories, List<String> names) {
    this(directories, names, false);
  }

  private ClassList(List<String> directories, List<String> names, boolean first) {
    this(directories.toArray(String[]::new), names.toArray(String[]::new), first);
    for (int i = 0; i < this.names.length; i++) {
      if (byDirectory.putIfAbsent(this.directories[i], i) != null) {
        throw new IllegalArgumentException(
            "directory " + this.directories[i] + " belongs to two classes");
      }
      byName.merge(this.names[i], new int[] {i}, ClassList::joined);
    }
  }

  /** The 1,000 classes of ImageNet-1k (ILSVRC2012): WordNet id and name. */
  public static ClassList imagenet() {
    List<String> wnids = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try (InputStream resource = ClassList.class.getResourceAsStream("imagenet.tsv");
        BufferedReader lines = TextFiles.reader(resource)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          int tab = line.indexOf('\t');
          wnids.add(line.substring(0, tab));
          names.add(line.substring(tab + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the class list in the jar cannot be read", e);
    }
    return new ClassList(wnids, names);
  }

  /** The ten classes of CIFAR-10, alphabetical; directory and name are the same. */
  public static ClassList cifar10() {
    return new ClassList(CIFAR10, CIFAR10);
  }

  /**
   * Classes without names: targets are indices, and no directory gives a label.
   *
   * @param size number of classes
   */
  public static ClassList unnamed(int size) {
    String[] indices = new String[size];
    Arrays.setAll(indices, Integer::toString);
    return new ClassList(indices, indices, false);
  }

  /**
   * Directories as classes, by code point of their names, which are the classes' names, too. Each
   * image has the label of its immediate directory.
   */
  public static ClassList folders(Collection<String> directories) {
    List<String> sorted = sorted(directories);
    return new ClassList(sorted, sorted);
  }

  /**
   * The classes of an image folder, as torchvision's ImageFolder has them: the directories in its
   * root. As {@link #folders}, but each image has the label of the first directory of its path.
   */
  public static ClassList firstFolders(Collection<String> directories) {
    List<String> sorted = sorted(directories);
    return new ClassList(sorted, sorted, true);
  }

  private static List<String> sorted(Collection<String> directories) {
    return directories.stream().distinct().sorted(CodePointOrder.NAMES).toList();
  }

  /**
   * The same classes, whose directories are their indices as well: {@code 0}, {@code 1} and so on.
   *
   * @param first whether each image has the label of the first directory of its path, as of {@link
   *     #firstFolders}; else of its immediate one
   * @throws IllegalArgumentException where an index is the directory of another class
   */
  public ClassList numbered(boolean first) {
    ClassList numbered = new ClassList(directories, names, first);
    numbered.byDirectory.putAll(byDirectory);
    numbered.byName.putAll(byName);
    for (int i = 0; i < size(); i++) {
      Integer other = numbered.byDirectory.putIfAbsent(Integer.toString(i), i);
      if (other != null && other != i) {
        throw new IllegalArgumentException("directory " + i + " belongs to class " + other);
      }
    }
    return numbered;
  }

  /**
   * A user's list: lines of index, directory and name, separated by tabs, in any order, every index
   * from 0 once; a first line whose index is no number is a header. A byte order mark and empty
   * lines are passed over.
   *
   * @param uri any Hadoop file system URI, or a plain path
   * @throws IOException naming the file and line, where it is missing or no such list
   */
  public static ClassList read(String uri, Configuration conf) throws IOException {
    TreeMap<Integer, String[]> rows = new TreeMap<>();
    try (BufferedReader lines = TextFiles.reader(SourceFiles.open(SourceFiles.path(uri), conf))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String[] cells = line.strip().split("\t", -1);
        boolean numeric = cells[0].matches("\\d{1,7}");
        if (line.isBlank() || (number == 1 && !numeric)) {
          continue;
        }
        if (cells.length != 3 || !numeric) {
          throw new IOException(
              uri + " line " + number + ": expected index, directory and name separated by tabs");
        }
        if (rows.put(Integer.valueOf(cells[0]), cells) != null) {
          throw new IOException(uri + " line " + number + ": index " + cells[0] + " appears twice");
        }
      }
    } catch (CharacterCodingException e) {
      throw new IOException(
          uri + " is not UTF-8, as spreadsheets on Windows save text at times: save it as UTF-8",
          e);
    }
    if (rows.isEmpty() || rows.lastKey() != rows.size() - 1) {
      throw new IOException(
          uri + " must give every index from 0 once; it has " + rows.size() + " classes");
    }
    try {
      return new ClassList(
          rows.values().stream().map(cells -> cells[1]).toList(),
          rows.values().stream().map(cells -> cells[2]).toList());
    } catch (IllegalArgumentException e) {
      throw new IOException(uri + ": " + e.getMessage(), e);
    }
  }

  /**
   * Label of an image from the name of its immediate directory: a WordNet id (directory of the
   * list) or an unambiguous class name; empty for anything else, null included.
   */
  public OptionalInt labelOf(String directory) {
    Integer index = byDirectory.get(directory);
    if (index != null) {
      return OptionalInt.of(index);
    }
    int[] indices = byName.get(directory);
    return indices != null && indices.length == 1
        ? OptionalInt.of(indices[0])
        : OptionalInt.empty();
  }

  /**
   * Name of an image's class, which need not be one of the list: the one that its source holds as
   * text, else its immediate directory, or the first where {@link #firstFolders} says so; null
   * where it has none.
   */
  public String directoryOf(ImageRef image) {
    return first ? image.firstDirectory() : image.directory();
  }

  /**
   * Label of an image: the one that its source holds, else that of {@link #directoryOf}, or null.
   */
  public Integer label(ImageRef image) {
    if (image.label() != null) {
      return image.label();
    }
    OptionalInt label = labelOf(directoryOf(image));
    return label.isPresent() ? label.getAsInt() : null;
  }

  /** Whether images have the label of their first directory, see {@link #firstFolders}. */
  public boolean isFirstFolders() {
    return first;
  }

  /**
   * Index of a target given as an index, a WordNet id (directory of the list) or a name.
   *
   * @throws IllegalArgumentException where the target is out of range, unknown (the message gives
   *     the nearest name) or ambiguous (the message lists the WordNet ids)
   */
  public int indexOf(String target) {
    String wanted = target.strip();
    Integer index = byDirectory.get(wanted);
    if (index != null) {
      return index;
    }
    int[] indices = byName.get(wanted);
    if (indices != null && indices.length == 1) {
      return indices[0];
    }
    if (indices != null) {
      List<String> wnids = new ArrayList<>();
      for (int i : indices) {
        wnids.add(directories[i]);
      }
      throw new IllegalArgumentException(
          "target " + wanted + " is ambiguous; use one of " + String.join(", ", wnids));
    }
    if (wanted.matches("-?\\d{1,9}")) {
      int number = Integer.parseInt(wanted);
      if (number < 0 || number >= size()) {
        throw new IllegalArgumentException(
            "target " + wanted + " is not within 0.." + (size() - 1));
      }
      return number;
    }
    throw new IllegalArgumentException(
        byName.isEmpty()
            ? "target " + wanted + " is no index, and the classes have no names; give labels"
            : "target "
                + wanted
                + " is no index, directory or name of the class list; nearest: "
                + Nearest.of(wanted, byName.keySet()));
  }

  /** Name of a class. */
  public String name(int index) {
    return names[index];
  }

  /** Directory, for ImageNet the WordNet id, of a class. */
  public String directory(int index) {
    return directories[index];
  }

  /** Number of classes. */
  public int size() {
    return names.length;
  }

  private static int[] joined(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}

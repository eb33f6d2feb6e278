package curtain.images;

import curtain.OneLine;
import curtain.images.source.FileNames;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.SourceFiles;
import curtain.images.source.TextFiles;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Labels of single images in a file of its own: one in each line, in the order of the images'
 * names, as the development kit of ILSVRC2012 has those of the validation set; or a name and a
 * label.
 *
 * <p>That kit numbers classes from 1 to 1000, in an order of its own, which its {@code meta.mat}
 * tells. All else that is a whole number is an index from 0 on.
 */
public final class ImageLabels {
  /** The classes of ILSVRC2012, and the greatest of its numbers for them. */
  private static final int CLASSES = 1000;

  private static final String META = "meta.mat";
  private static final Pattern TAB = Pattern.compile("\t");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern BLANKS = Pattern.compile("[ ]+");

  /** What a first line calls the column of names. */
  private static final Set<String> HEADERS =
      Set.of("image", "images", "image_id", "imageid", "id", "name", "file", "filename", "path");

  private final String file;
  private final List<String> names; // null where the order tells
  private final List<Label> labels;
  private final String note;

  private ImageLabels(String file, List<String> names, List<Label> labels, String note) {
    this.file = file;
    this.names = names;
    this.labels = labels;
    this.note = note;
  }

  /**
   * Reads a file, unless it has lines of three columns or more, as a {@link ClassList} has.
   *
   * @param uri any Hadoop file system URI, or a plain path
   * @throws IOException of one line, where it cannot be read, or its numbers may mean two things
   */
  public static Optional<ImageLabels> read(String uri, Configuration conf) throws IOException {
    List<String> lines = lines(uri, conf);
    Optional<Pattern> between = separator(lines);
    boolean single = lines.stream().noneMatch(line -> line.matches("(?s).*[\t, ].*"));
    if (lines.isEmpty() || (between.isEmpty() && !single)) {
      return Optional.empty();
    }
    List<String> names = single ? null : new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (String line : lines) {
      String[] cells = single ? new String[] {"", line} : between.get().split(line, -1);
      String name = cells[0].strip();
      if (!single && texts.isEmpty() && HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
        continue;
      }
      if (!single) {
        names.add(name);
      }
      texts.add(cells[1].strip());
    }
    Map<Integer, String> ids = null;
    boolean numbers =
        !texts.isEmpty() && texts.stream().allMatch(text -> text.matches("-?[0-9]{1,9}"));
    if (numbers) {
      int least = texts.stream().mapToInt(Integer::parseInt).min().orElseThrow();
      int most = texts.stream().mapToInt(Integer::parseInt).max().orElseThrow();
      if (least >= 1 && most == CLASSES) {
        ids = devkit(uri, conf);
      } else if (least >= 1 && single) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s has numbers from %d to %d, which may be indices from 0 on, or others from 1 on;"
                    + " give names of classes, or lines of an image's name and its index",
                uri,
                least,
                most));
      }
    }
    Map<String, Label> known = new HashMap<>(); // one object for each class
    List<Label> labels = new ArrayList<>();
    for (String text : texts) {
      Map<Integer, String> classes = ids;
      labels.add(
          known.computeIfAbsent(
              text,
              each ->
                  classes == null
                      ? Label.of(each)
                      : Label.named(classes.get(Integer.valueOf(each)))));
    }
    String note =
        ids == null
            ? null
            : "the numbers of "
                + OneLine.of(uri)
                + " are ILSVRC2012's, of the "
                + META
                + " beside it";
    return Optional.of(new ImageLabels(uri, names, labels, note));
  }

  private static List<String> lines(String uri, Configuration conf) throws IOException {
    List<String> all = new ArrayList<>();
    try (BufferedReader lines = TextFiles.reader(SourceFiles.open(SourceFiles.path(uri), conf))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          all.add(line.strip());
        }
      }
    } catch (CharacterCodingException e) {
      throw new IOException(
          uri + " is not UTF-8, as spreadsheets on Windows save text at times: save it as UTF-8",
          e);
    }
    return all;
  }

  /** What separates two columns in every line; empty where nothing does. */
  private static Optional<Pattern> separator(List<String> lines) {
    // blanks within a class list's names are nothing that separates columns
    boolean tabs = lines.stream().anyMatch(line -> line.indexOf('\t') >= 0);
    for (Pattern each : tabs ? List.of(TAB) : List.of(COMMA, BLANKS)) {
      if (lines.stream().allMatch(line -> each.split(line, -1).length == 2)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** The WordNet ids of ILSVRC2012's numbers, by the file that the kit has for it. */
  private static Map<Integer, String> devkit(String uri, Configuration conf) throws IOException {
    Path meta = new Path(SourceFiles.qualified(uri, conf).getParent(), META);
    byte[] bytes;
    try (FSDataInputStream in = SourceFiles.open(meta, conf)) {
      bytes = in.readNBytes(MatFile.MOST);
    } catch (FileNotFoundException | java.nio.file.NoSuchFileException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has the numbers 1 to %d, and the development kit's %s, which says of what classes"
                  + " they are, is not beside it; put it there",
              uri,
              CLASSES,
              META),
          e);
    }
    Map<Integer, String> ids = new HashMap<>();
    try {
      for (Map<String, Object> struct : MatFile.structs(bytes)) {
        if (struct.get("ILSVRC2012_ID") instanceof Number id
            && struct.get("WNID") instanceof String wnid) {
          ids.putIfAbsent(id.intValue(), wnid);
        }
      }
    } catch (IOException e) {
      throw new IOException(meta + " cannot be read: " + OneLine.of(e), e);
    }
    if (!IntStream.rangeClosed(1, CLASSES).allMatch(ids::containsKey)) {
      throw new IOException(meta + " does not name the classes 1 to " + CLASSES + " of ILSVRC2012");
    }
    return ids;
  }

  /** What a user should know of how the file was read, a line; empty for nothing. */
  public Optional<String> note() {
    return Optional.ofNullable(note);
  }

  /**
   * Says which image has which label.
   *
   * @param images a set, ordinals ascending
   * @param limited whether only the first images of the set were listed
   * @return the label of an image, by its place in the list; it has to be asked once for each
   * @throws IOException of one line, where images and lines do not belong together
   */
  Labelling of(List<ImageRef> images, boolean limited) throws IOException {
    return names == null ? byOrder(images, limited) : byName(images);
  }

  /** Labels of a set's images. */
  @FunctionalInterface
  interface Labelling {
    /** The label of the image, which is at a place in the list. */
    Label label(ImageRef image, int at);
  }

  private Labelling byOrder(List<ImageRef> images, boolean limited) throws IOException {
    if (limited ? labels.size() < images.size() : labels.size() != images.size()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s has %,d labels, one a line, and the set %,d images; give lines of an image's name"
                  + " and its label, or a class list: index, directory and name, separated by tabs",
              file,
              labels.size(),
              images.size()));
    }
    String folder = null;
    for (ImageRef image : images) {
      String own = image.imageId().substring(0, image.imageId().lastIndexOf('/') + 1);
      if (folder != null && !folder.equals(own)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s has labels without names, and the images are in several folders, %s and %s, so"
                    + " that their order tells nothing; give lines of an image's name and its"
                    + " label",
                file,
                OneLine.of(folder.isEmpty() ? "." : folder),
                OneLine.of(own)));
      }
      folder = own;
    }
    return (image, at) -> labels.get(at);
  }

  private Labelling byName(List<ImageRef> images) throws IOException {
    Map<String, Label> byName = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      Label other = byName.putIfAbsent(names.get(i), labels.get(i));
      if (other != null && !other.equals(labels.get(i))) {
        throw new IOException(file + " has two labels for " + OneLine.of(names.get(i)));
      }
    }
    Map<String, String> taken = new HashMap<>(); // ids by the name that stands for them
    for (ImageRef image : images) {
      String name = name(image, byName);
      if (name != null && image.error() == null) {
        String other = taken.put(name, image.imageId());
        if (other != null) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "%s: the name %s may be that of %s and of %s; give paths below the set",
                  file,
                  OneLine.of(name),
                  OneLine.of(other),
                  OneLine.of(image.imageId())));
        }
      }
    }
    if (taken.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s names none of the images, whose first is %s; its own first is %s (a class list has"
                  + " index, directory and name, separated by tabs)",
              file,
              OneLine.of(images.get(0).imageId()),
              OneLine.of(names.isEmpty() ? "none" : names.get(0))));
    }
    return (image, at) -> {
      String name = name(image, byName);
      return name == null ? Label.NONE : byName.get(name);
    };
  }

  /**
   * The name that stands for an image: its path, the last part of it, or that without extension.
   */
  private static String name(ImageRef image, Map<String, Label> byName) {
    String path = FileNames.text(image.imageId());
    String last = path.substring(path.lastIndexOf('/') + 1);
    int dot = last.lastIndexOf('.');
    for (String name : List.of(path, last, dot <= 0 ? last : last.substring(0, dot))) {
      if (byName.containsKey(name)) {
        return name;
      }
    }
    return null;
  }

  /** The image with another label. */
  static ImageRef labelled(ImageRef image, Label label) {
    return new ImageRef(
        image.ordinal(),
        image.imageId(),
        Listing.directory(image.imageId(), label),
        label.index(),
        label.told(),
        image.file(),
        image.position(),
        image.length(),
        image.error());
  }
}

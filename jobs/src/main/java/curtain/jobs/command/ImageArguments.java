package curtain.jobs.command;

import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.parquet.Columns;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.Transform;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Options on the images that a job reads. */
public final class ImageArguments {
  private static final String IMAGES = "--images";
  private static final String IMAGE_COLUMN = "--image-column";
  private static final String LABEL_COLUMN = "--label-column";

  /** A setting for which no option was given. */
  private static final String UNSET = "none";

  /** How messages of {@link ImageSet#list} begin that name the set. */
  private static final String SET = "image set";

  @Option(
      names = IMAGES,
      paramLabel = "URI",
      required = true,
      description =
          "Images, a path or Hadoop URI: a directory, a tar, tar.gz or zip of one, Parquet as the"
              + " Hugging Face hub has it (a file, a directory of them, or quoted, with * in the"
              + " last name), or what curtain ingest wrote.")
  private String images;

  @Option(
      names = IMAGE_COLUMN,
      paramLabel = "NAME",
      description = "Column of a Parquet file that holds the images (default: the one that does).")
  private String imageColumn;

  @Option(
      names = LABEL_COLUMN,
      paramLabel = "NAME",
      description =
          "Column of a Parquet file that holds the labels, numbers or names of classes (default:"
              + " label, or the one that is named labels, fine_label, cls, class, target or"
              + " category).")
  private String labelColumn;

  @Option(
      names = "--transform",
      paramLabel = "NAME",
      description =
          "imagenet: resize the short side to 256, crop 224; none: take images as they are; square:"
              + " resize squares straight to 224, others as imagenet (default: the model's,"
              + " imagenet where there is none).")
  private Transform transform;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class list that labels are read by, lines of index, directory and name separated by tabs"
              + " (default: the model's, ImageNet's where there is none; where no list has as many"
              + " classes as the network, the folders, sorted, if they are as many).")
  private String labels;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      description = "Only the first N files, 1 and up (default: all).")
  private Long limit;

  @Option(
      names = "--max-pixels",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      defaultValue = "178956970",
      description =
          "Refuse images of more pixels than that, 1 and up, before they take memory (default:"
              + " ${DEFAULT-VALUE}).")
  private long maxPixels;

  /** The value of {@code --images}. */
  public String uri() {
    return images;
  }

  /**
   * Lists the images.
   *
   * @param notes gets a line of what is left out; null for none
   * @throws IllegalArgumentException when they are an output of ingest made with another transform
   * @throws IOException when they cannot be listed
   */
  public List<ImageRef> list(ImageOptions options, PrintWriter notes, Configuration conf)
      throws IOException {
    return list(IMAGES, images, options, notes, conf);
  }

  /** Lists the image set that another option names, up to {@code --limit}. */
  public List<ImageRef> list(
      String option, String uri, ImageOptions options, PrintWriter notes, Configuration conf)
      throws IOException {
    ImageSet set = listed(option, uri, limit == null ? Long.MAX_VALUE : limit, columns(), conf);
    set.check(options);
    if (notes != null && !set.leftOut().isEmpty()) {
      notes.println(
          "curtain: " + option + " " + uri + ": left out " + LeftOut.words(set.leftOut()));
      notes.flush();
    }
    return set.refs();
  }

  /**
   * Lists the image set that an option names.
   *
   * @param limit largest number of files
   * @throws IOException naming the option, when the images cannot be listed
   */
  public static ImageSet listed(String option, String uri, long limit, Configuration conf)
      throws IOException {
    return listed(option, uri, limit, Columns.FOUND, conf);
  }

  /**
   * Lists the image set that an option names.
   *
   * @param limit largest number of files
   * @param columns of Parquet
   * @throws IOException naming the option, when the images cannot be listed
   */
  public static ImageSet listed(
      String option, String uri, long limit, Columns columns, Configuration conf)
      throws IOException {
    try {
      return ImageSet.list(uri, limit, columns, conf);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith(SET)) {
        throw new IOException(option + message.substring(SET.length()), e);
      }
      for (String column : List.of(IMAGE_COLUMN, LABEL_COLUMN)) {
        String words = "choose with " + column.substring(2).replace('-', ' ');
        if (message.contains(words)) {
          throw new IOException(message.replace(words, "choose with " + column), e);
        }
      }
      throw e;
    }
  }

  private Columns columns() {
    return new Columns(imageColumn, labelColumn);
  }

  /** The columns by which a run listed its images, of its settings. */
  public static Columns columns(FinishedOutput run) throws RunException {
    String image = run.setting(IMAGE_COLUMN.substring(2));
    String label = run.setting(LABEL_COLUMN.substring(2));
    return new Columns(image.equals(UNSET) ? null : image, label.equals(UNSET) ? null : label);
  }

  /**
   * The class list that labels and targets are read by: that of {@code --labels}, else the model's.
   */
  public ClassList classes(ModelDefaults model, Configuration conf) throws IOException {
    return labels == null ? model.classes() : ClassList.read(labels, conf);
  }

  /**
   * The classes of a network with so many outputs: those of {@code --labels}; else those of the
   * model's list where it has as many; else, as torchvision's ImageFolder has them, the sorted
   * names of the folders, where there are as many; else indices. A list of the model's that knows
   * none of so many folders is not theirs, unless these are the indices from 0 themselves.
   *
   * @param listed the images, up to {@code --limit}
   * @param notes gets a line where the folders are the classes; null for none
   * @throws IllegalArgumentException where {@code --labels} has another number of classes
   */
  Classes classes(
      ModelDefaults model,
      int outputs,
      List<ImageRef> listed,
      PrintWriter notes,
      Configuration conf)
      throws IOException {
    ClassList classes = classes(model, conf);
    boolean fits = classes.size() == outputs;
    if (labels == null && !(fits && names(classes, listed))) {
      List<ImageRef> all =
          limit == null ? listed : listed(IMAGES, images, Long.MAX_VALUE, columns(), conf).refs();
      List<String> folders = classFolders(all, outputs, conf);
      boolean numbers = folders.size() == outputs && areIndices(folders);
      if (numbers && fits) {
        if (notes != null) {
          notes.printf(
              Locale.ROOT,
              "curtain: the %d folders of %s %s are read as the indices of the model's classes, for"
                  + " they are the numbers from 0 on; --labels names another list%n",
              outputs,
              IMAGES,
              images);
          notes.flush();
        }
        return new Classes(classes.numbered(), false);
      }
      if (folders.size() == outputs && !(fits && names(classes, all))) {
        if (notes != null) {
          notes.printf(
              Locale.ROOT,
              "curtain: the %d folders of %s %s, in the order of their names%s, are the network's"
                  + " classes, for no list has them; --labels names another%n",
              outputs,
              IMAGES,
              images,
              numbers && outputs > 10 ? " (10 before 2, as ImageFolder has them)" : "");
          notes.flush();
        }
        return new Classes(ClassList.folders(folders), true);
      }
    }
    if (fits) {
      return new Classes(classes, false);
    }
    if (labels != null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--labels %s has %d classes, the network of --weights %d",
              labels,
              classes.size(),
              outputs));
    }
    return new Classes(ClassList.unnamed(outputs), false);
  }

  /** Whether the list has the folder of one of these images, or none of them needs one. */
  private static boolean names(ClassList classes, List<ImageRef> images) {
    List<String> folders = folders(images);
    return folders.isEmpty()
        || folders.stream().anyMatch(folder -> classes.labelOf(folder).isPresent());
  }

  /** The folders of images, and those without images where there are fewer than outputs. */
  private List<String> classFolders(List<ImageRef> all, int outputs, Configuration conf)
      throws IOException {
    List<String> folders = folders(all);
    if (folders.isEmpty() || folders.size() >= outputs) {
      return folders;
    }
    return Stream.concat(folders.stream(), ImageSet.emptyFolders(images, conf).stream())
        .distinct()
        .toList();
  }

  /** Whether names are 0, 1 and so on, in any order. */
  private static boolean areIndices(List<String> names) {
    return new HashSet<>(names)
        .equals(
            IntStream.range(0, names.size())
                .mapToObj(Integer::toString)
                .collect(Collectors.toSet()));
  }

  /** The folders of images whose source holds no label; those at the root have none. */
  private static List<String> folders(List<ImageRef> images) {
    return images.stream()
        .filter(image -> image.label() == null && image.directory() != null)
        .map(ImageRef::directory)
        .distinct()
        .toList();
  }

  /** The transform and sizes of images. */
  public ImageOptions options(ModelDefaults model) {
    Transform chosen = transform == null ? model.transform() : transform;
    return new ImageOptions(
        chosen, chosen == Transform.NONE ? model.size() : model.cropSize(), maxPixels);
  }

  /** The settings that decide results, of the images. */
  Settings settings(
      ImageOptions options, Classes classes, List<ImageRef> listed, Configuration conf)
      throws IOException {
    Settings.Builder settings = Settings.builder();
    if (classes.folders()) {
      settings.add(Classes.NAMES, classes.joined());
    }
    return settings
        .add("images", OutputArguments.qualified(images, conf))
        .add("transform", options.transform().option())
        .add("image_size", options.size() == 0 ? "any" : options.size())
        .add("labels", classes.folders() ? Classes.FOLDERS : labels == null ? "built in" : labels)
        .add("labels_sha256", sha256(classes.list()))
        .add("limit", limit == null ? UNSET : limit)
        .add(IMAGE_COLUMN.substring(2), imageColumn == null ? UNSET : imageColumn)
        .add(LABEL_COLUMN.substring(2), labelColumn == null ? UNSET : labelColumn)
        .add("max-pixels", maxPixels)
        .add("images_listed", listed.size())
        .add("listing_sha256", listingSha256(listed))
        .build();
  }

  /** The SHA-256 of the listed images' names, lengths and labels, in order. */
  public static String listingSha256(List<ImageRef> listed) {
    MessageDigest digest = Sha256.digest();
    for (ImageRef ref : listed) {
      String directory = Listing.directoryOf(ref.imageId());
      String name = Objects.equals(ref.directory(), directory) ? "" : '\0' + ref.directory();
      digest.update(
          (ref.imageId() + '\0' + ref.length() + '\0' + ref.label() + name + '\n')
              .getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }

  /** The SHA-256 of the classes' directories and names, in order. */
  public static String sha256(ClassList classes) {
    MessageDigest digest = Sha256.digest();
    for (int i = 0; i < classes.size(); i++) {
      digest.update(
          (classes.directory(i) + '\t' + classes.name(i) + '\n').getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }
}

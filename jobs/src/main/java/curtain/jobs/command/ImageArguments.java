package curtain.jobs.command;

import curtain.images.ArchiveScan;
import curtain.images.ClassList;
import curtain.images.ImageFolders;
import curtain.images.ImageLabels;
import curtain.images.ImageSet;
import curtain.images.ThreadScan;
import curtain.images.parquet.Columns;
import curtain.images.source.FileNames;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Transform;
import curtain.jobs.command.Classes.Origin;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Option;

/** Options on the images that a job reads. */
public final class ImageArguments {
  private static final String IMAGES = "--images";
  private static final String LABELS = "--labels";
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
          "Images, a path or Hadoop URI: a directory, a tar, tar.gz or zip of one, a tar of tars,"
              + " Parquet as the Hugging Face hub has it, a directory of archives or of Parquet"
              + " files (or quoted, with * in the last name), or what curtain ingest wrote.")
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
          "Column of a Parquet file that holds the labels, numbers or names of classes; '' for none"
              + " (default: label, or the one that is named labels, fine_label, cls, class,"
              + " target, category or class_label).")
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
      names = LABELS,
      paramLabel = "FILE",
      description =
          "Class list that labels are read by, lines of index, directory and name separated by tabs"
              + " (default: the model's, ImageNet's where there is none; where that has another"
              + " number of classes than the network, or lacks a folder, the folders, sorted, if"
              + " they are as many). Or labels of the images: one a line in the order of their"
              + " names, as ILSVRC2012_validation_ground_truth.txt beside its meta.mat, or lines of"
              + " a name and a label.")
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

  /** The labels of images in the file of {@code --labels}; null until it is read. */
  private Optional<ImageLabels> imageLabels;

  /** The value of {@code --images}. */
  public String uri() {
    return images;
  }

  /** The value of {@code --labels}, or null. */
  public String labels() {
    return labels;
  }

  /**
   * The labels of images that {@code --labels} gives; empty where it gives a class list, or
   * nothing.
   *
   * @throws InputException where the file cannot be read
   */
  public synchronized Optional<ImageLabels> imageLabels(Configuration conf) throws InputException {
    if (imageLabels == null) {
      try {
        imageLabels = labels == null ? Optional.empty() : ImageLabels.read(labels, conf);
      } catch (IOException e) {
        throw new InputException(LABELS + " " + e.getMessage(), e);
      }
    }
    return imageLabels;
  }

  /**
   * Lists the images, up to {@code --limit}.
   *
   * @throws InputException naming the option, when they cannot be listed
   */
  public ImageSet listed(Configuration conf) throws InputException {
    return labelled(listed(IMAGES, images, most(), columns(), ThreadScan.HERE, conf), conf);
  }

  private long most() {
    return limit == null ? Long.MAX_VALUE : limit;
  }

  private ImageSet labelled(ImageSet set, Configuration conf) throws InputException {
    Optional<ImageLabels> own = imageLabels(conf);
    try {
      return own.isPresent() ? set.labelled(own.get(), limit != null) : set;
    } catch (IOException e) {
      throw new InputException(LABELS + " " + e.getMessage(), e);
    }
  }

  /**
   * Lists the images.
   *
   * @param notes gets a line of what is left out; null for none
   * @param scan reads what archives hold, where they are several
   * @throws IllegalArgumentException when they are an output of ingest made with another transform
   * @throws IOException when they cannot be listed
   */
  public List<ImageRef> list(
      ImageOptions options, PrintWriter notes, ArchiveScan scan, Configuration conf)
      throws IOException {
    List<ImageRef> listed = list(IMAGES, images, options, notes, scan, conf);
    Optional<String> note = imageLabels(conf).flatMap(ImageLabels::note);
    if (notes != null && note.isPresent()) {
      notes.println("curtain: " + LABELS + ": " + note.get());
      notes.flush();
    }
    return listed;
  }

  /**
   * Lists the image set that another option names, up to {@code --limit}. Labels of a file are
   * those of {@code --images} alone.
   */
  public List<ImageRef> list(
      String option,
      String uri,
      ImageOptions options,
      PrintWriter notes,
      ArchiveScan scan,
      Configuration conf)
      throws IOException {
    ImageSet all = listed(option, uri, most(), columns(), scan, conf);
    ImageSet set = option.equals(IMAGES) ? labelled(all, conf) : all;
    set.check(options);
    if (notes != null && !set.leftOut().isEmpty()) {
      notes.println(
          "curtain: " + option + " " + uri + ": left out " + LeftOut.words(set.leftOut()));
    }
    if (notes != null) {
      for (String note : set.notes()) { // of labels in Parquet
        notes.println(
            "curtain: "
                + option
                + " "
                + uri
                + ": "
                + note
                + "; "
                + LABEL_COLUMN
                + " names another column, or '' none");
      }
      notes.flush();
    }
    return set.refs();
  }

  /**
   * Lists the image set that an option names.
   *
   * @param limit largest number of files
   * @throws InputException naming the option, when the images cannot be listed
   */
  public static ImageSet listed(String option, String uri, long limit, Configuration conf)
      throws InputException {
    return listed(option, uri, limit, Columns.FOUND, conf);
  }

  /**
   * Lists the image set that an option names.
   *
   * @param limit largest number of files
   * @param columns of Parquet
   * @throws InputException naming the option, when the images cannot be listed
   */
  public static ImageSet listed(
      String option, String uri, long limit, Columns columns, Configuration conf)
      throws InputException {
    return listed(option, uri, limit, columns, ThreadScan.HERE, conf);
  }

  private static ImageSet listed(
      String option, String uri, long limit, Columns columns, ArchiveScan scan, Configuration conf)
      throws InputException {
    try {
      return ImageSet.list(uri, limit, columns, scan, conf);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith(SET)) {
        throw new InputException(option + message.substring(SET.length()), e);
      }
      for (String column : List.of(IMAGE_COLUMN, LABEL_COLUMN)) {
        String words = "choose with " + column.substring(2).replace('-', ' ');
        if (message.contains(words)) {
          throw new InputException(message.replace(words, "choose with " + column), e);
        }
      }
      throw new InputException(message, e);
    }
  }

  /** The columns of Parquet that the options name. */
  public Columns columns() {
    return new Columns(imageColumn, labelColumn);
  }

  /** The columns by which a run listed its images, of its settings. */
  public static Columns columns(FinishedOutput run) {
    return new Columns(
        run.setting(IMAGE_COLUMN.substring(2), null), run.setting(LABEL_COLUMN.substring(2), null));
  }

  /**
   * The class list that labels and targets are read by: that of {@code --labels}, else the model's.
   *
   * @throws InputException where that of {@code --labels} cannot be read
   */
  public Classes classes(ModelDefaults model, Configuration conf) throws InputException {
    try {
      return labels == null || imageLabels(conf).isPresent()
          ? new Classes(model.classes(), Origin.MODEL)
          : new Classes(ClassList.read(labels, conf), Origin.FILE);
    } catch (IOException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The classes of a network with so many outputs: those of {@code --labels}; else those of the
   * model's list where it has as many and knows all folders, or the folders are the numbers from 0
   * on, and so its indices; else the sorted names of the folders, where there are as many, see
   * {@link ImageFolders#classes}; else those of the model's list, where it has as many; else
   * indices.
   *
   * @param listed the images, up to {@code --limit}
   * @param notes gets a line where folders are the classes, or are none; null for none
   * @throws InputException where {@code --labels} cannot be read, or has another number of classes
   */
  public Classes classes(
      ModelDefaults model,
      int outputs,
      List<ImageRef> listed,
      PrintWriter notes,
      Configuration conf)
      throws IOException {
    Classes given = classes(model, conf);
    ClassList classes = given.list();
    boolean chosen = given.origin() == Origin.FILE;
    if (chosen && classes.size() != outputs) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "--labels %s has %d classes, the network of --weights %d",
              labels,
              classes.size(),
              outputs),
          null);
    }
    if (chosen) {
      return given;
    }
    ClassChoice choice =
        new ClassChoice(images, limit != null, () -> all(listed, conf), notes, conf);
    return choice.of(classes, outputs, listed);
  }

  /** All images, whatever {@code --limit}. */
  private List<ImageRef> all(List<ImageRef> listed, Configuration conf) throws InputException {
    return imageLabels(conf).isPresent() // folders tell nothing then
        ? listed
        : listed(IMAGES, images, Long.MAX_VALUE, columns(), conf).refs();
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
    boolean folders = classes.origin() == Origin.FOLDERS;
    if (folders) {
      settings.add(Classes.NAMES, classes.joined());
    }
    boolean ofImages = imageLabels(conf).isPresent();
    if (ofImages) { // their content is in listing_sha256
      settings.add("image_labels", labels);
    }
    settings
        .add("images", OutputArguments.qualified(images, conf))
        .add("transform", options.transform().option())
        .add("image_size", options.size() == 0 ? "any" : options.size())
        .add("labels", folders ? Classes.FOLDERS : labels == null || ofImages ? "built in" : labels)
        .add("labels_sha256", sha256(classes.list()))
        .add("limit", limit == null ? UNSET : limit);
    // only where they are given: outputs of earlier versions have neither
    if (imageColumn != null) {
      settings.add(IMAGE_COLUMN.substring(2), imageColumn);
    }
    if (labelColumn != null) {
      settings.add(LABEL_COLUMN.substring(2), labelColumn);
    }
    return settings
        .add("max-pixels", maxPixels)
        .add("images_listed", listed.size())
        .add("listing_sha256", listingSha256(listed))
        .build();
  }

  /** The SHA-256 of the listed images' names, lengths and labels, in order. */
  public static String listingSha256(List<ImageRef> listed) {
    MessageDigest digest = Sha256.digest();
    for (ImageRef ref : listed) {
      String directory = FileNames.directory(ref.imageId());
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

package curtain.images;

import curtain.images.parquet.Columns;
import curtain.images.parquet.StoredPixels;
import curtain.images.source.CloseableIterator;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.ImageRefs;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.Outcome;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The listed images of one source, by ordinal: a directory tree, a tar, a tar.gz, a zip, a
 * directory of such archives, a tar of tars, Parquet in the Hugging Face hub's layout (a file, a
 * directory of such, or those that a {@code *} in the last name stands for), or Curtain's own
 * ingest output, with its errors.
 *
 * <p>Every listed image keeps its ordinal and yields one outcome, so that images and errors
 * together are as many as were listed.
 *
 * <p>A tar.gz cannot be read from its middle: every reader inflates it from the start up to the
 * last entry that it wants. Prefer a plain tar, of which readers take ranges.
 */
public final class ImageSet {
  private final String uri;
  private final List<ImageRef> refs;
  private final Set<StoredPixels.Form> forms; // of an ingest output; else empty
  private final Map<LeftOut, Long> leftOut;
  private final List<String> notes;

  private ImageSet(
      String uri,
      List<ImageRef> refs,
      Set<StoredPixels.Form> forms,
      Map<LeftOut, Long> leftOut,
      List<String> notes) {
    this.uri = uri;
    this.refs = refs;
    this.forms = forms;
    this.leftOut = Collections.unmodifiableMap(leftOut);
    this.notes = notes;
  }

  /** Lists a set, of whose Parquet the columns are found. */
  public static ImageSet list(String uri, long limit, Configuration conf) throws IOException {
    return list(uri, limit, Columns.FOUND, conf);
  }

  /**
   * Lists a set. Messages on the set as a whole begin with "image set" and its name.
   *
   * @param uri any Hadoop file system URI, or a plain path
   * @param limit above all ordinals that are listed; {@code Long.MAX_VALUE} for all
   * @param columns of images and labels in Parquet, null where they are to be found
   * @throws IOException of one line, where the source is missing, empty, unreadable or cut off
   * @throws IllegalArgumentException for a limit below 1
   */
  public static ImageSet list(String uri, long limit, Columns columns, Configuration conf)
      throws IOException {
    return list(uri, limit, columns, ThreadScan.HERE, conf);
  }

  /**
   * Lists a set as {@link #list(String, long, Columns, Configuration)} does.
   *
   * @param scan reads what the archives of a set hold, where it has several and no limit is given;
   *     what is listed does not depend on it
   */
  public static ImageSet list(
      String uri, long limit, Columns columns, ArchiveScan scan, Configuration conf)
      throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    Set<StoredPixels.Form> forms = new HashSet<>();
    Listing listing = new Listing(limit);
    List<ImageRef> refs = new SetListing(uri, columns, listing, forms, scan, conf).refs();
    if (refs.isEmpty()) {
      throw new IOException(
          "image set "
              + uri
              + " holds no images"
              + (listing.leftOut().isEmpty()
                  ? ""
                  : "; left out: " + LeftOut.words(listing.leftOut())));
    }
    return new ImageSet(uri, refs, Set.copyOf(forms), listing.leftOut(), listing.notes());
  }

  /** The listed images, ordinals ascending, errors included. */
  public List<ImageRef> refs() {
    return refs;
  }

  /**
   * The same images with the labels of a file, in the place of all others.
   *
   * @param limited whether a limit may have cut the set
   * @throws IOException of one line, where images and labels do not belong together
   */
  public ImageSet labelled(ImageLabels labels, boolean limited) throws IOException {
    ImageLabels.Labelling of = labels.of(refs, limited);
    ImageRefs.Builder labelled = new ImageRefs.Builder();
    for (ImageRef image : refs) {
      labelled.add(ImageLabels.labelled(image, of.label(image, labelled.size())));
    }
    return new ImageSet(uri, labelled.build(), forms, leftOut, notes);
  }

  /**
   * The numbers of entries that are neither images nor errors, as far as the source was looked at;
   * of an ingest output none.
   */
  public Map<LeftOut, Long> leftOut() {
    return leftOut;
  }

  /** What else a user should know of how the set was read, in lines: labels that are none, say. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Names of the directories in a directory, without those that a listing leaves out; none where
   * the set is no directory.
   *
   * @throws IOException where storage fails
   */
  static List<String> rootFolders(String uri, Configuration conf) throws IOException {
    Path path = SourceFiles.path(uri);
    FileSystem fs = path.getFileSystem(conf);
    Path root = fs.makeQualified(path);
    return SetListing.isDirectory(uri, root, fs) ? Tree.folders(Folder.of(fs, root)) : List.of();
  }

  /**
   * Refuses, before any work, options that differ from how an ingest output was made; other sources
   * take any. {@link #load} refuses the same, image by image.
   *
   * @throws IllegalArgumentException naming the transform
   */
  public void check(ImageOptions options) {
    for (StoredPixels.Form form : forms) {
      StoredPixels.check(form, options, uri);
    }
  }

  /**
   * Reads, decodes and transforms in the given order, one image in memory at a time; each tar is
   * opened once, and each Parquet file once where its refs are neighbours, as they are by ordinal.
   *
   * @param refs of one set, ordinals ascending
   * @return one outcome for each ref. {@code next} throws {@link java.io.UncheckedIOException}
   *     where storage fails, and {@link IllegalArgumentException} where stored pixels were made
   *     with another transform; never for a bad image. A file that vanished since it was listed is
   *     an error; a container that did is a failure.
   */
  public static CloseableIterator<Outcome> load(
      List<ImageRef> refs, ImageOptions options, Configuration conf) {
    return new ImageLoader(refs, options, conf);
  }

  /**
   * Decodes and transforms an image file that is in memory; gives the pixels that {@link #load}
   * gives for the same file.
   *
   * @param name of the image, for its outcome
   * @param file of any format that {@link #load} reads
   */
  public static Outcome decode(String name, byte[] file, ImageOptions options) {
    return ImageLoader.decode(
        new ImageRef(0, name, null, null, name, 0, file.length, null), file, options);
  }

  /**
   * Transforms an image that something else decoded, whatever that did with profiles, grey and
   * alpha.
   *
   * @param name of the image, for its outcome
   * @param channels C: 1, grey; 3, blue, green and red, as OpenCV and Spark's image source order
   *     them; 4, the same and alpha, which is dropped
   * @param pixels uint8 (H, W, C), row-major
   * @return an error where they do not have that shape, are too many, or the transform refuses them
   */
  public static Outcome transform(
      String name, int width, int height, int channels, byte[] pixels, ImageOptions options) {
    return ImageLoader.transform(
        new ImageRef(0, name, null, null, name, 0, pixels.length, null),
        width,
        height,
        channels,
        pixels,
        options);
  }
}

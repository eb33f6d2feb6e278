package curtain.images;

import curtain.images.parquet.Columns;
import curtain.images.parquet.ParquetImages;
import curtain.images.parquet.ParquetTable;
import curtain.images.parquet.StoredPixels;
import curtain.images.source.CloseableIterator;
import curtain.images.source.FileNames;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.LocalDisk;
import curtain.images.source.Outcome;
import curtain.images.source.SourceFiles;
import curtain.images.tar.TarIndex;
import curtain.images.zip.ZipIndex;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.MessageType;

/**
 * The listed images of one source, by ordinal: a directory tree, a tar, a tar.gz, a zip, Parquet in
 * the Hugging Face hub's layout (a file, a directory of such, or those that a {@code *} in the last
 * name stands for), or Curtain's own ingest output, with its errors.
 *
 * <p>Every listed image keeps its ordinal and yields one outcome, so that images and errors
 * together are as many as were listed.
 *
 * <p>A tar.gz cannot be read from its middle: every reader inflates it from the start up to the
 * last entry that it wants. Prefer a plain tar, of which readers take ranges.
 */
public final class ImageSet {
  private static final String PARQUET = ".parquet";
  private static final String IMAGES = "images";

  private final String uri;
  private final List<ImageRef> refs;
  private final Set<StoredPixels.Form> forms; // of an ingest output; else empty
  private final Map<LeftOut, Long> leftOut;

  private ImageSet(
      String uri, List<ImageRef> refs, Set<StoredPixels.Form> forms, Map<LeftOut, Long> leftOut) {
    this.uri = uri;
    this.refs = refs;
    this.forms = forms;
    this.leftOut = Collections.unmodifiableMap(leftOut);
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
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    Path path = SourceFiles.path(uri);
    FileSystem fs = path.getFileSystem(conf);
    Set<StoredPixels.Form> forms = new HashSet<>();
    Listing listing = new Listing(limit);
    List<ImageRef> refs = list(uri, path, fs, columns, listing, forms, conf);
    if (refs.isEmpty()) {
      throw new IOException(
          "image set "
              + uri
              + " holds no images"
              + (listing.leftOut().isEmpty()
                  ? ""
                  : "; left out: " + LeftOut.words(listing.leftOut())));
    }
    return new ImageSet(uri, refs, Set.copyOf(forms), listing.leftOut());
  }

  private static List<ImageRef> list(
      String uri,
      Path path,
      FileSystem fs,
      Columns columns,
      Listing listing,
      Set<StoredPixels.Form> forms,
      Configuration conf)
      throws IOException {
    Path root = fs.makeQualified(path);
    boolean directory;
    try {
      directory = isDirectory(uri, root, fs);
    } catch (FileNotFoundException | NoSuchFileException e) {
      List<ParquetFiles.Table> tables = ParquetFiles.matching(fs, root);
      if (!tables.isEmpty()) {
        return listParquet(tables, columns, listing, conf);
      }
      // Which file system a plain path was looked for on, where that is not this machine's.
      boolean local = "file".equals(fs.getUri().getScheme());
      String name = local ? uri : root.toString();
      throw new IOException("image set " + name + " does not exist" + lostIn(name), e);
    } catch (FileSystemException e) {
      throw new IOException("image set " + uri + " cannot be read: " + LocalDisk.reason(e), e);
    }
    return directory
        ? listDirectory(uri, fs, root, columns, listing, forms, conf)
        : listFile(uri, root, columns, listing, forms, conf);
  }

  /**
   * Whether the source is a directory, else it is a file.
   *
   * @throws IOException where it is neither, or is not there
   */
  private static boolean isDirectory(String uri, Path root, FileSystem fs) throws IOException {
    if (!SourceFiles.isLocal(fs)) {
      return fs.getFileStatus(root).isDirectory();
    }
    java.nio.file.Path local = LocalDisk.path(SourceFiles.uri(root));
    BasicFileAttributes attributes = Files.readAttributes(local, BasicFileAttributes.class);
    if (attributes.isOther()) {
      throw new IOException("image set " + uri + " is " + LocalDisk.kind(local));
    }
    return attributes.isDirectory();
  }

  /** What Java puts in the place of letters that the locale has none for. */
  private static String lostIn(String name) {
    boolean utf8 = "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
    boolean lost = name.indexOf('\ufffd') >= 0 || (!utf8 && name.indexOf('?') >= 0);
    return lost
        ? "; its name may have letters that Java cannot read in this locale: set LC_ALL=C.UTF-8"
        : "";
  }

  /** The listed images, ordinals ascending, errors included. */
  public List<ImageRef> refs() {
    return refs;
  }

  /**
   * The numbers of entries that are neither images nor errors, as far as the source was looked at;
   * of an ingest output none.
   */
  public Map<LeftOut, Long> leftOut() {
    return leftOut;
  }

  /**
   * The names of a directory's folders that hold nothing. To torchvision's ImageFolder they are
   * classes without images.
   *
   * @param uri as in {@link #list(String, long, Configuration)}; of another source there are none
   * @throws IOException where it cannot be listed
   */
  public static List<String> emptyFolders(String uri, Configuration conf) throws IOException {
    Path path = SourceFiles.path(uri);
    FileSystem fs = path.getFileSystem(conf);
    Path root = fs.makeQualified(path);
    List<String> names = new ArrayList<>();
    try {
      if (isDirectory(uri, root, fs)) {
        Tree.walk(Folder.of(fs, root), new EmptyFolders(names));
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return List.of(); // the pattern of a name
    }
    return names;
  }

  private record EmptyFolders(List<String> names) implements Tree.Visitor {
    @Override
    public boolean file(String id, String file, long length, String problem) {
      return true;
    }

    @Override
    public boolean leftOut(LeftOut reason) {
      return true;
    }

    @Override
    public void empty(String id) {
      names.add(FileNames.text(id.substring(id.lastIndexOf('/') + 1)));
    }
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

  private static List<ImageRef> listDirectory(
      String uri,
      FileSystem fs,
      Path root,
      Columns columns,
      Listing listing,
      Set<StoredPixels.Form> forms,
      Configuration conf)
      throws IOException {
    Path nested = new Path(root, IMAGES);
    if (fs.exists(nested) && fs.getFileStatus(nested).isDirectory()) {
      FirstFile first = new FirstFile();
      Tree.walk(Folder.of(fs, nested), first);
      if (first.file != null && isStored(SourceFiles.pathOfUri(first.file), conf)) {
        return listStored(fs, nested, listing.limit(), forms, conf);
      }
    }
    DirectorySource source = new DirectorySource(listing);
    try {
      Tree.walk(Folder.of(fs, root), source);
    } catch (AccessDeniedException e) {
      throw new IOException("image set " + uri + " cannot be listed: no permission", e);
    }
    List<ParquetFiles.Table> tables = source.tables("image set " + uri);
    if (tables.isEmpty()) {
      return listing.refs();
    }
    if (isStored(tables.get(0).path(), conf)) {
      return listStored(fs, root, listing.limit(), forms, conf);
    }
    ParquetFiles.checkSplits(
        uri, tables.stream().map(table -> FileNames.text(table.id())).toList());
    return listParquet(tables, columns, new Listing(listing.limit()), conf); // rows, no companions
  }

  /** Lists Parquet files, whose columns are those of the first. */
  private static List<ImageRef> listParquet(
      List<ParquetFiles.Table> tables, Columns columns, Listing rows, Configuration conf)
      throws IOException {
    Columns found = ParquetImages.find(tables.get(0).path(), columns, conf);
    for (ParquetFiles.Table table : tables) {
      ParquetImages.list(table.path(), FileNames.text(table.id()), found, rows, conf);
    }
    return rows.refs();
  }

  private static List<ImageRef> listFile(
      String uri,
      Path file,
      Columns columns,
      Listing listing,
      Set<StoredPixels.Form> forms,
      Configuration conf)
      throws IOException {
    byte[] start = new byte[512];
    int n;
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      n = in.readNBytes(start, 0, start.length);
    }
    String text = new String(start, 0, n, java.nio.charset.StandardCharsets.ISO_8859_1);
    if (text.startsWith("PAR1")) {
      if (isStored(file, conf)) {
        List<ImageRef> refs = new ArrayList<>();
        StoredPixels.list(file, refs, forms, conf);
        return byOrdinal(refs, listing.limit(), uri);
      }
      ParquetFiles.Table table =
          new ParquetFiles.Table(FileNames.id(file.getName()), SourceFiles.uri(file), null);
      return listParquet(List.of(table), columns, listing, conf);
    }
    if (text.startsWith("\u001f\u008b")) {
      return TarIndex.list(file, true, listing, conf);
    }
    if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return ZipIndex.list(file, listing, conf);
    }
    if (text.startsWith("ustar", 257) || file.getName().endsWith(".tar")) {
      return TarIndex.list(file, false, listing, conf);
    }
    throw new IOException(
        "image set " + uri + " is no directory, tar, tar.gz, zip or Parquet file");
  }

  private static List<ImageRef> listStored(
      FileSystem fs, Path images, long limit, Set<StoredPixels.Form> forms, Configuration conf)
      throws IOException {
    Path output = images.getParent();
    if (!fs.exists(new Path(images, "_SUCCESS")) && !fs.exists(new Path(output, "_SUCCESS"))) {
      throw new IOException(
          "image set " + images + " is not whole: it has no _SUCCESS; let ingest resume it");
    }
    List<ImageRef> refs = new ArrayList<>();
    for (Path file : parquetFiles(fs, images)) {
      StoredPixels.list(file, refs, forms, conf);
    }
    Path errors = new Path(output, "errors");
    if (images.getName().equals(IMAGES) && fs.exists(errors)) {
      for (Path file : parquetFiles(fs, errors)) {
        StoredPixels.listErrors(file, refs, conf);
      }
    }
    return byOrdinal(refs, limit, images.toString());
  }

  private static List<ImageRef> byOrdinal(List<ImageRef> refs, long limit, String where)
      throws IOException {
    refs.removeIf(ref -> ref.ordinal() >= limit);
    refs.sort(Comparator.comparingLong(ImageRef::ordinal));
    for (int i = 1; i < refs.size(); i++) {
      if (refs.get(i).ordinal() == refs.get(i - 1).ordinal()) {
        throw new IOException(
            where + " has ordinal " + refs.get(i).ordinal() + " twice; ingest again");
      }
    }
    return List.copyOf(refs);
  }

  private static boolean isStored(Path file, Configuration conf) throws IOException {
    if (!file.getName().endsWith(PARQUET)) {
      return false;
    }
    try (ParquetTable table = ParquetTable.open(file, conf)) {
      MessageType schema = table.schema();
      return StoredPixels.accepts(schema);
    }
  }

  private static List<Path> parquetFiles(FileSystem fs, Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (ParquetFiles.Table table : DirectorySource.allTables(Folder.of(fs, directory))) {
      files.add(table.path());
    }
    return files;
  }

  /** Finds the first file. */
  private static final class FirstFile implements Tree.Visitor {
    private String file;

    @Override
    public boolean file(String id, String uri, long length, String problem) {
      file = problem == null ? uri : null;
      return false;
    }

    @Override
    public boolean leftOut(LeftOut reason) {
      return true;
    }
  }
}

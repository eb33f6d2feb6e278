package curtain.images;

import curtain.images.parquet.Columns;
import curtain.images.parquet.LabelColumn;
import curtain.images.parquet.ParquetImages;
import curtain.images.parquet.ParquetTable;
import curtain.images.parquet.StoredPixels;
import curtain.images.source.ArchiveIndex;
import curtain.images.source.ContainerKind;
import curtain.images.source.FileNames;
import curtain.images.source.GitLfs;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.LocalDisk;
import curtain.images.source.Member;
import curtain.images.source.Samples;
import curtain.images.source.SourceFiles;
import curtain.images.tar.TarIndex;
import curtain.images.zip.ZipIndex;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds out what the source of an {@link ImageSet} is, and lists it. */
final class SetListing {
  private static final String IMAGES = "images";

  private final String uri;
  private final FileSystem fs;
  private final Path root;
  private final Columns columns;
  private final Listing listing;
  private final Set<StoredPixels.Form> forms;
  private final ArchiveScan scan;
  private final Configuration conf;

  /**
   * A listing of a source.
   *
   * @param uri the source, as a user wrote it
   * @param columns of images and labels in Parquet, null where they are to be found
   * @param listing gets entries, unless an ingest wrote the source, and what is left out
   * @param forms gets what an ingest made, where it wrote the source
   * @param scan reads what archives hold, where there are several
   * @throws IOException where it is no path, or its file system is not known
   */
  SetListing(
      String uri,
      Columns columns,
      Listing listing,
      Set<StoredPixels.Form> forms,
      ArchiveScan scan,
      Configuration conf)
      throws IOException {
    Path path = SourceFiles.path(uri);
    this.uri = uri;
    this.fs = path.getFileSystem(conf);
    this.root = fs.makeQualified(path);
    this.columns = columns;
    this.listing = listing;
    this.forms = forms;
    this.scan = scan;
    this.conf = conf;
  }

  /**
   * The images, ordinals ascending.
   *
   * @throws IOException of one line, where the source is missing, unreadable or cut off
   */
  List<ImageRef> refs() throws IOException {
    boolean directory;
    try {
      directory = isDirectory(uri, root, fs);
    } catch (FileNotFoundException | NoSuchFileException e) {
      List<ParquetFiles.Table> tables = ParquetFiles.matching(fs, root, ParquetFiles::accepts);
      if (!tables.isEmpty()) {
        return parquet(tables, listing);
      }
      List<ParquetFiles.Table> packed = ParquetFiles.matching(fs, root, Archives::accepts);
      if (!packed.isEmpty()) {
        return archives(
            Archives.of(
                packed.stream()
                    .map(file -> new Archives.Found(file.id(), file.file(), file.problem()))
                    .toList()),
            listing);
      }
      // Which file system a plain path was looked for on, where that is not this machine's.
      boolean local = "file".equals(fs.getUri().getScheme());
      String name = local ? uri : root.toString();
      throw new IOException("image set " + name + " does not exist" + lostIn(name), e);
    } catch (FileSystemException e) {
      throw new IOException("image set " + uri + " cannot be read: " + LocalDisk.reason(e), e);
    } catch (IOException e) {
      if (!SourceFiles.isDenied(e)) {
        throw e;
      }
      throw new IOException("image set " + uri + " cannot be read: no permission", e);
    }
    return directory ? directory() : file();
  }

  /**
   * Whether a source is a directory, else it is a file.
   *
   * @throws IOException where it is neither, or is not there
   */
  static boolean isDirectory(String uri, Path root, FileSystem fs) throws IOException {
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

  private List<ImageRef> directory() throws IOException {
    Path nested = new Path(root, IMAGES);
    String first = firstFile(nested);
    if (first != null && isStored(SourceFiles.pathOfUri(first))) {
      return stored(nested);
    }
    DirectorySource source = new DirectorySource(listing);
    try {
      Tree.walk(Folder.of(fs, root), source);
    } catch (IOException e) {
      if (!SourceFiles.isDenied(e)) {
        throw e;
      }
      throw new IOException("image set " + uri + " cannot be listed: no permission", e);
    }
    List<ParquetFiles.Table> tables = source.tables("image set " + uri);
    List<Archives.Found> packed = source.archives();
    if (!packed.isEmpty()) {
      ParquetFiles.checkSplits(
          uri, packed.stream().map(file -> FileNames.text(file.id())).toList());
      Listing entries = new Listing(listing.limit()); // without companions
      List<ImageRef> refs = archives(Archives.of(packed), entries);
      entries.leftOut().forEach(listing::leaveOut);
      return refs;
    }
    if (tables.isEmpty()) {
      return listing.refs();
    }
    if (isStored(tables.get(0).path())) {
      return stored(root);
    }
    ParquetFiles.checkSplits(
        uri, tables.stream().map(table -> FileNames.text(table.id())).toList());
    Listing rows = new Listing(listing.limit()); // without companions
    List<ImageRef> refs = parquet(tables, rows);
    rows.notes().forEach(listing::note);
    return refs;
  }

  /** URI of the first file in a directory; null where there is none, or it may not be listed. */
  private String firstFile(Path directory) throws IOException {
    FirstFile first = new FirstFile();
    try {
      if (fs.exists(directory) && fs.getFileStatus(directory).isDirectory()) {
        Tree.walk(Folder.of(fs, directory), first);
      }
    } catch (IOException e) {
      if (!SourceFiles.isDenied(e)) {
        throw e;
      }
      return null; // the listing of what is around it says so, in a row of errors
    }
    return first.file;
  }

  /** Lists Parquet files, whose columns are those of the first. */
  private List<ImageRef> parquet(List<ParquetFiles.Table> tables, Listing rows) throws IOException {
    Columns found = ParquetImages.find(tables.get(0).path(), columns, conf);
    LabelColumn labels = new LabelColumn(found.label(), columns.label());
    for (ParquetFiles.Table table : tables) {
      ParquetImages.list(
          table.path(), FileNames.text(table.id()), found.image(), labels, rows, conf);
    }
    labels.notes().forEach(rows::note);
    return rows.refs();
  }

  private List<ImageRef> file() throws IOException {
    byte[] start;
    try (FSDataInputStream in = SourceFiles.open(root, conf)) {
      start = in.readNBytes(ContainerKind.HEAD);
    }
    if (GitLfs.isPointer(start)) {
      throw new IOException("image set " + uri + " is " + GitLfs.POINTER);
    }
    Optional<ContainerKind> kind = ContainerKind.of(start);
    if (kind.isEmpty() && !root.getName().endsWith(".tar")) { // one of before POSIX
      throw new IOException(
          "image set " + uri + " is no directory, tar, tar.gz, zip or Parquet file");
    }
    String file = SourceFiles.uri(root);
    return switch (kind.orElse(ContainerKind.TAR)) {
      case TAR -> archive(file, TarIndex.whole(file, true, conf));
      case TAR_GZ -> archive(file, TarIndex.gzipped(file, conf));
      case ZIP -> archive(file, ZipIndex.whole(file, conf));
      case PARQUET -> parquetFile();
    };
  }

  /** Lists an archive, and behind its own images those of the tars within it. */
  private List<ImageRef> archive(String file, ArchiveIndex index) throws IOException {
    index.leftOut().forEach(listing::leaveOut);
    for (Samples.Image image : index.images()) {
      Member member = image.member();
      listing.addId(
          member.id(), image.label(), file, member.position(), member.length(), member.error());
    }
    return archives(Archives.within(file, index.tars()), listing);
  }

  /** Lists archives one behind another. */
  private List<ImageRef> archives(List<Archive> archives, Listing entries) throws IOException {
    if (!entries.full()) {
      ArchiveScan where = entries.limit() == Long.MAX_VALUE ? scan : ThreadScan.HERE;
      where.scan(
          archives,
          conf,
          (archive, index) -> {
            archive.addTo(entries, index);
            return !entries.full();
          });
    }
    return entries.refs();
  }

  private List<ImageRef> parquetFile() throws IOException {
    if (isStored(root)) {
      List<ImageRef> refs = new ArrayList<>();
      StoredPixels.list(root, refs, forms, conf);
      return byOrdinal(refs, uri);
    }
    ParquetFiles.Table table =
        new ParquetFiles.Table(FileNames.id(root.getName()), SourceFiles.uri(root), null);
    return parquet(List.of(table), listing);
  }

  private List<ImageRef> stored(Path images) throws IOException {
    Path output = images.getParent();
    if (!fs.exists(new Path(images, "_SUCCESS")) && !fs.exists(new Path(output, "_SUCCESS"))) {
      throw new IOException(
          "image set " + images + " is not whole: it has no _SUCCESS; let ingest resume it");
    }
    List<ImageRef> refs = new ArrayList<>();
    for (Path file : parquetFiles(images)) {
      StoredPixels.list(file, refs, forms, conf);
    }
    boolean told = refs.stream().anyMatch(ImageRef::told);
    Path errors = new Path(output, "errors");
    if (images.getName().equals(IMAGES) && fs.exists(errors)) {
      for (Path file : parquetFiles(errors)) {
        StoredPixels.listErrors(file, told, refs, conf);
      }
    }
    return byOrdinal(refs, images.toString());
  }

  private List<ImageRef> byOrdinal(List<ImageRef> refs, String where) throws IOException {
    refs.removeIf(ref -> ref.ordinal() >= listing.limit());
    refs.sort(Comparator.comparingLong(ImageRef::ordinal));
    for (int i = 1; i < refs.size(); i++) {
      if (refs.get(i).ordinal() == refs.get(i - 1).ordinal()) {
        throw new IOException(
            where + " has ordinal " + refs.get(i).ordinal() + " twice; ingest again");
      }
    }
    return List.copyOf(refs);
  }

  private boolean isStored(Path file) throws IOException {
    if (!ParquetFiles.accepts(file.getName())) {
      return false;
    }
    try (ParquetTable table = ParquetTable.open(file, conf)) {
      return StoredPixels.accepts(table.schema());
    }
  }

  private List<Path> parquetFiles(Path directory) throws IOException {
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

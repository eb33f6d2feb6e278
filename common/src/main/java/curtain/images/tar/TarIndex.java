package curtain.images.tar;

import curtain.OneLine;
import curtain.images.decode.ImageFormat;
import curtain.images.source.ArchiveIndex;
import curtain.images.source.CodePointOrder;
import curtain.images.source.ContainerKind;
import curtain.images.source.LeftOut;
import curtain.images.source.Member;
import curtain.images.source.Samples;
import curtain.images.source.SourceFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Lists a tar or tar.gz as if it were unpacked: the order of a tree, whatever the order of entries;
 * of two entries with one name the first is the image, the second a repeated id. Regular files and
 * hard links to them are images, symbolic links and devices are errors. What lies beside an image
 * in a sample of WebDataset, which may tell its label, is left out. Names are keys and never become
 * paths of files.
 */
public final class TarIndex {
  /** Bytes of a member that tell whether it is an image. */
  private static final int START = 512;

  private final boolean nested;
  private final long from;
  private final List<Member> found = new ArrayList<>();
  private final Set<Member> tars = new HashSet<>();
  private final Samples samples = new Samples();
  private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
  private final Map<String, Member> targets = new HashMap<>();

  private TarIndex(boolean nested, long from) {
    this.nested = nested;
    this.from = from;
  }

  /**
   * Reads the headers of a tar; data are seeked over.
   *
   * @param file its URI
   * @throws IOException where the archive is damaged or cut off: what it lacks cannot be listed
   */
  public static ArchiveIndex whole(String file, boolean nested, Configuration conf)
      throws IOException {
    TarIndex index = new TarIndex(nested, 0);
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      long size = SourceFiles.length(file, conf);
      index.read(SourceFiles.pathOfUri(file).toString(), new SeekingStream(in, 0, size));
    }
    return index.index();
  }

  /**
   * Reads the headers of a tar that is an entry of another. Tars within it are no more than errors.
   *
   * @param file URI of the outer tar
   * @param entry the inner tar, by its place in the file
   * @throws IOException where it is damaged or cut off
   */
  public static ArchiveIndex within(String file, Member entry, Configuration conf)
      throws IOException {
    TarIndex index = new TarIndex(false, entry.position());
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      in.seek(entry.position());
      index.read(
          SourceFiles.pathOfUri(file) + " (" + entry.id() + ")",
          new SeekingStream(in, entry.position(), entry.position() + entry.length()));
    }
    return index.index();
  }

  /**
   * Inflates all of a tar.gz. Tars within it are no more than errors, since they would be inflated
   * anew for each image.
   *
   * @param file its URI
   * @throws IOException where the archive is damaged or cut off: what it lacks cannot be listed
   */
  public static ArchiveIndex gzipped(String file, Configuration conf) throws IOException {
    TarIndex index = new TarIndex(false, 0);
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      index.read(
          SourceFiles.pathOfUri(file).toString(),
          () -> {
            GzipCompressorInputStream plain = unzip(in); // reads the header: may fail
            return new TarHeaders(plain, plain::getBytesRead);
          });
    }
    return index.index();
  }

  private ArchiveIndex index() {
    List<Samples.Image> images = new ArrayList<>();
    List<Member> inner = new ArrayList<>();
    List<Samples.Image> all = samples.images(found);
    for (Samples.Image image : all) {
      if (tars.contains(image.member())) {
        inner.add(image.member());
      } else {
        images.add(image);
      }
    }
    int beside = found.size() - all.size();
    if (beside > 0) {
      leftOut.put(LeftOut.SAMPLE, (long) beside);
    }
    images.sort(
        Comparator.comparing(
            image -> image.member().id(), CodePointOrder.PATHS)); // stable: first entry first
    return new ArchiveIndex(images, inner, leftOut);
  }

  /** The uncompressed stream of a tar.gz, of several members too. */
  static GzipCompressorInputStream unzip(InputStream in) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(new BufferedInputStream(in, 1 << 16))
        .setDecompressConcatenated(true)
        .get();
  }

  private void read(String name, SeekingStream plain) throws IOException {
    read(name, () -> new TarHeaders(plain, plain::position));
  }

  /** Opens an archive. */
  private interface Start {
    TarHeaders open() throws IOException;
  }

  private void read(String name, Start start) throws IOException {
    try (TarHeaders file = start.open()) {
      Optional<TarHeaders> archive = Optional.of(file);
      while (archive.isPresent()) { // each is closed with the file
        read(archive.get());
        archive = archive.get().next();
      }
    } catch (StackOverflowError e) { // the library calls itself for each of them
      throw new IOException(
          name + " cannot be listed: thousands of extended headers follow one another", e);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw new IOException(name + " cannot be listed: " + OneLine.of(e), e);
    }
  }

  private void read(TarHeaders headers) throws IOException {
    long end = 0;
    TarArchiveEntry entry = headers.getNextEntry();
    while (entry != null) {
      Member file = found(entry, headers);
      if (file != null) {
        targets.put(file.id(), file);
        LeftOut.ofPath(file.id())
            .ifPresentOrElse(reason -> leftOut.merge(reason, 1L, Long::sum), () -> found.add(file));
      }
      if (file != null && !entry.isLink() && Samples.wantsContent(file)) {
        look(file, headers.readData(Samples.tells(file) ? Samples.LARGEST : START));
      } else {
        headers.skipData();
      }
      end = headers.getBytesRead();
      entry = headers.getNextEntry();
    }
    if (headers.getBytesRead() <= end) {
      throw new IOException("it has no end-of-archive mark, so it is cut off; fetch it again");
    }
  }

  private void look(Member file, byte[] start) {
    if (ImageFormat.isImage(start)) {
      samples.image(file);
    } else if (nested && ContainerKind.of(start).equals(Optional.of(ContainerKind.TAR))) {
      tars.add(file);
    } else if (Samples.tells(file)) {
      samples.read(file, start);
    }
  }

  private Member found(TarArchiveEntry entry, TarHeaders headers) {
    String id = headers.id();
    long position = from + headers.start() + headers.getBytesRead();
    if (entry.isLink()) {
      Member target = targets.get(headers.linkId());
      return target == null
          ? new Member(
              id, position, 0, "hard link to " + entry.getLinkName() + ", which is not there")
          : new Member(id, target.position(), target.length(), target.error());
    }
    if (entry.isSparse()) {
      return new Member(id, position, 0, "sparse entries of a tar are not supported");
    }
    byte flag = entry.getLinkFlag();
    if (entry.isDirectory() || flag == 'V') { // V: the label of a volume
      return null;
    }
    boolean regular = flag == 0 || flag == '0' || flag == '7';
    return regular
        ? new Member(id, position, entry.getSize(), null)
        : new Member(id, position, 0, problem(entry));
  }

  /** Why an entry that is neither a file nor a directory cannot be read. */
  private static String problem(TarArchiveEntry entry) {
    if (entry.isSymbolicLink()) {
      return "a symbolic link of a tar, which is not followed";
    }
    if (entry.isFIFO()) {
      return "a FIFO (named pipe), no file";
    }
    return entry.isBlockDevice() || entry.isCharacterDevice()
        ? "a device, no file"
        : "an entry of a kind that is not known";
  }

  /** A range of a file. Skips by seeking, which object stores' streams do not do by themselves. */
  private static final class SeekingStream extends InputStream {
    private final FSDataInputStream in;
    private final long from;
    private final long to;

    private SeekingStream(FSDataInputStream in, long from, long to) {
      this.in = in;
      this.from = from;
      this.to = to;
    }

    private long position() {
      return at() - from;
    }

    private long at() {
      try {
        return in.getPos();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read() throws IOException {
      return at() < to ? in.read() : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      long left = to - at();
      return left > 0 || length == 0 ? in.read(bytes, offset, (int) Math.min(length, left)) : -1;
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = Math.max(0, Math.min(n, to - at()));
      in.seek(at() + skipped);
      return skipped;
    }
  }
}

package curtain.images.tar;

import curtain.OneLine;
import curtain.images.decode.ImageFormat;
import curtain.images.source.CodePointOrder;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.Member;
import curtain.images.source.Samples;
import curtain.images.source.SourceFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

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

  private TarIndex() {}

  /**
   * Reads the headers of a tar (data are seeked over), or all of a tar.gz.
   *
   * @param listing empty; gets the entries
   * @throws IOException where the archive is damaged or cut off: what it lacks cannot be listed
   */
  public static List<ImageRef> list(Path tar, boolean gzip, Listing listing, Configuration conf)
      throws IOException {
    List<Member> found = new ArrayList<>();
    Samples samples = new Samples();
    try (FSDataInputStream in = SourceFiles.open(tar, conf)) {
      long size = SourceFiles.length(tar, conf);
      try (TarHeaders headers = gzip ? gzipped(in) : plain(in, size)) {
        read(headers, found, samples, listing);
      }
    } catch (StackOverflowError e) { // the library calls itself for each of them
      throw new IOException(
          tar + " cannot be listed: thousands of extended headers follow one another", e);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw new IOException(tar + " cannot be listed: " + OneLine.of(e), e);
    }
    List<Samples.Image> images = new ArrayList<>(samples.images(found));
    for (int i = images.size(); i < found.size(); i++) {
      listing.leaveOut(LeftOut.SAMPLE);
    }
    images.sort(
        Comparator.comparing(
            image -> image.member().id(), CodePointOrder.PATHS)); // stable: first entry first
    String file = SourceFiles.uri(tar);
    for (Samples.Image image : images) {
      Member member = image.member();
      listing.addId(
          member.id(), image.label(), file, member.position(), member.length(), member.error());
    }
    return listing.refs();
  }

  /** The uncompressed stream of a tar.gz, of several members too. */
  static GzipCompressorInputStream unzip(InputStream in) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(new BufferedInputStream(in, 1 << 16))
        .setDecompressConcatenated(true)
        .get();
  }

  private static TarHeaders gzipped(InputStream in) throws IOException {
    GzipCompressorInputStream plain = unzip(in);
    return new TarHeaders(plain, plain::getBytesRead);
  }

  private static TarHeaders plain(FSDataInputStream in, long size) {
    SeekingStream plain = new SeekingStream(in, size);
    return new TarHeaders(plain, plain::position);
  }

  private static void read(TarHeaders file, List<Member> found, Samples samples, Listing listing)
      throws IOException {
    Map<String, Member> targets = new HashMap<>();
    Optional<TarHeaders> archive = Optional.of(file);
    while (archive.isPresent()) { // each is closed with the file
      read(archive.get(), targets, found, samples, listing);
      archive = archive.get().next();
    }
  }

  private static void read(
      TarHeaders headers,
      Map<String, Member> targets,
      List<Member> found,
      Samples samples,
      Listing listing)
      throws IOException {
    long end = 0;
    TarArchiveEntry entry = headers.getNextEntry();
    while (entry != null) {
      Member file = found(entry, headers, targets);
      if (file != null) {
        targets.put(file.id(), file);
        LeftOut.ofPath(file.id()).ifPresentOrElse(listing::leaveOut, () -> found.add(file));
      }
      if (file != null && !entry.isLink() && Samples.wantsContent(file)) {
        look(file, headers.readData(Samples.tells(file) ? Samples.LARGEST : START), samples);
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

  private static void look(Member file, byte[] start, Samples samples) {
    if (ImageFormat.isImage(start)) {
      samples.image(file);
    } else if (Samples.tells(file)) {
      samples.read(file, start);
    }
  }

  private static Member found(
      TarArchiveEntry entry, TarHeaders headers, Map<String, Member> targets) {
    String id = headers.id();
    long position = headers.start() + headers.getBytesRead();
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

  /** Skips by seeking, which the streams of object stores do not do by themselves. */
  private static final class SeekingStream extends InputStream {
    private final FSDataInputStream in;
    private final long size;

    private SeekingStream(FSDataInputStream in, long size) {
      this.in = in;
      this.size = size;
    }

    private long position() {
      try {
        return in.getPos();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public long skip(long n) throws IOException {
      long skipped = Math.max(0, Math.min(n, size - in.getPos()));
      in.seek(in.getPos() + skipped);
      return skipped;
    }
  }
}

package curtain.images.zip;

import curtain.OneLine;
import curtain.images.decode.ImageFormat;
import curtain.images.source.ArchiveIndex;
import curtain.images.source.BadImageException;
import curtain.images.source.CodePointOrder;
import curtain.images.source.LeftOut;
import curtain.images.source.Member;
import curtain.images.source.Samples;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Lists a zip as if it were unpacked: the order of a tree, whatever the order of entries. Entries
 * that are encrypted or packed by another method than deflate, and symbolic links, are errors. What
 * lies beside an image in its sample, which may tell its label, is left out, see {@link Samples}.
 * Names are keys and never become paths of files.
 */
public final class ZipIndex {
  /** Bytes of an entry that tell whether it is an image. */
  private static final int START = 512;

  private ZipIndex() {}

  /**
   * Reads the directory of a zip.
   *
   * @param file its URI
   * @throws IOException where it is damaged or cut off, or entries overlap
   */
  public static ArchiveIndex whole(String file, Configuration conf) throws IOException {
    List<Member> found = new ArrayList<>();
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      read(in, SourceFiles.length(file, conf), found);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw new IOException(SourceFiles.pathOfUri(file) + " cannot be listed: " + OneLine.of(e), e);
    }
    Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);
    List<Member> members = new ArrayList<>();
    for (Member member : found) {
      LeftOut.ofPath(member.id())
          .ifPresentOrElse(
              reason -> leftOut.merge(reason, 1L, Long::sum), () -> members.add(member));
    }
    List<Samples.Image> images = new ArrayList<>(samples(file, members, conf).images(members));
    if (images.size() < members.size()) {
      leftOut.put(LeftOut.SAMPLE, (long) members.size() - images.size());
    }
    images.sort(
        Comparator.comparing(
            image -> image.member().id(), CodePointOrder.PATHS)); // stable: first entry first
    return new ArchiveIndex(images, List.of(), leftOut);
  }

  /** What the entries that are not named like images say. */
  private static Samples samples(String file, List<Member> members, Configuration conf)
      throws IOException {
    Samples samples = new Samples();
    try (ZipEntries entries = new ZipEntries(file, conf)) {
      for (Member member : members) {
        if (Samples.wantsContent(member)) {
          look(member, entries, samples);
        }
      }
    }
    return samples;
  }

  private static void look(Member member, ZipEntries entries, Samples samples) throws IOException {
    try {
      if (ImageFormat.isImage(entries.start(member, START))) {
        samples.image(member);
      } else if (Samples.tells(member)) {
        byte[] content = entries.content(member.position(), member.length());
        if (content.length <= Samples.LARGEST) {
          samples.read(member, content);
        }
      }
    } catch (BadImageException e) {
      return; // a damaged label is none, and a damaged entry alone is an error when it is read
    }
  }

  private static void read(FSDataInputStream in, long size, List<Member> found) throws IOException {
    ZipFile.Builder builder =
        ZipFile.builder()
            .setSeekableByteChannel(new DirectoryChannel(in, size))
            .setIgnoreLocalFileHeader(true);
    List<ZipArchiveEntry> entries;
    try (ZipFile zip = builder.get()) {
      entries = Collections.list(zip.getEntriesInPhysicalOrder());
    }
    long end = 0;
    for (ZipArchiveEntry entry : entries) {
      long start = entry.getLocalHeaderOffset();
      long packed = entry.getCompressedSize();
      if (start < end || packed < 0 || start > size - ZipEntries.HEADER - packed) {
        throw new IOException(
            "its entries overlap or do not lie in the file; fetch it again: " + entry.getName());
      }
      end = start + ZipEntries.HEADER + packed;
      if (!entry.isDirectory()) {
        found.add(new Member(id(entry), start + ZipEntries.HEADER, packed, error(entry, packed)));
      }
    }
  }

  /**
   * The id of an entry's name: of its bytes, where these are not UTF-8 and nothing else tells it.
   */
  private static String id(ZipArchiveEntry entry) {
    byte[] name = entry.getRawName();
    byte[] again = new String(name, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    boolean text =
        Arrays.equals(name, again) || entry.getNameSource() != ZipArchiveEntry.NameSource.NAME;
    return text ? Member.id(entry.getName()) : Member.id(name);
  }

  /** Why an entry cannot be read, null where it can. */
  private static String error(ZipArchiveEntry entry, long packed) {
    if (entry.isUnixSymlink()) {
      return "a symbolic link of a zip, which is not followed";
    }
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      return "encrypted in the zip; unpack it";
    }
    int method = entry.getMethod();
    if (method != ZipArchiveEntry.STORED && method != ZipArchiveEntry.DEFLATED) {
      return "packed by method " + method + " in the zip; pack it with deflate";
    }
    if (packed > SourceFiles.MAX_BYTES) {
      return SourceFiles.tooLarge(packed);
    }
    boolean deflated = method == ZipArchiveEntry.DEFLATED;
    return deflated && entry.getSize() > ZipEntries.LARGEST ? ZipEntries.TOO_LARGE : null;
  }
}

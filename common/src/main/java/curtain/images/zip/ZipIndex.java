package curtain.images.zip;

import curtain.images.source.CodePointOrder;
import curtain.images.source.ImageRef;
import curtain.images.source.Label;
import curtain.images.source.LeftOut;
import curtain.images.source.Listing;
import curtain.images.source.Member;
import curtain.images.source.OneLine;
import curtain.images.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Lists a zip as if it were unpacked: the order of a tree, whatever the order of entries. Entries
 * that are encrypted or packed by another method than deflate, and symbolic links, are errors.
 * Names are keys and never become paths of files.
 */
public final class ZipIndex {
  /** Bytes of a local header before its name. */
  static final int HEADER = 30;

  private ZipIndex() {}

  /**
   * Reads the directory of a zip.
   *
   * @param listing empty; gets the entries
   * @throws IOException where it is damaged or cut off, or entries overlap
   */
  public static List<ImageRef> list(Path zip, Listing listing, Configuration conf)
      throws IOException {
    List<Member> found = new ArrayList<>();
    try (FSDataInputStream in = SourceFiles.open(zip, conf)) {
      read(in, SourceFiles.length(zip, conf), found);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      throw new IOException(zip + " cannot be listed: " + OneLine.of(e), e);
    }
    List<Member> images = new ArrayList<>();
    for (Member member : found) {
      LeftOut.ofPath(member.id()).ifPresentOrElse(listing::leaveOut, () -> images.add(member));
    }
    images.sort(
        Comparator.comparing(Member::id, CodePointOrder.PATHS)); // stable: first entry first
    String file = SourceFiles.uri(zip);
    for (Member member : images) {
      listing.addId(
          member.id(), Label.NONE, file, member.position(), member.length(), member.error());
    }
    return listing.refs();
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
      if (start < end || packed < 0 || start > size - HEADER - packed) {
        throw new IOException(
            "its entries overlap or do not lie in the file; fetch it again: " + entry.getName());
      }
      end = start + HEADER + packed;
      if (!entry.isDirectory()) {
        found.add(new Member(id(entry), start + HEADER, packed, error(entry, packed)));
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
    return packed > SourceFiles.MAX_BYTES ? SourceFiles.tooLarge(packed) : null;
  }
}

package curtain.images;

import curtain.images.source.ArchiveIndex;
import curtain.images.source.ContainerKind;
import curtain.images.source.FileNames;
import curtain.images.source.GitLfs;
import curtain.images.source.Label;
import curtain.images.source.Listing;
import curtain.images.source.Member;
import curtain.images.source.Samples;
import curtain.images.source.SourceFiles;
import curtain.images.tar.TarIndex;
import curtain.images.zip.ZipIndex;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * One of the archives of a set, which is listed by itself, anywhere, as if it were unpacked into a
 * folder of its name.
 *
 * @param folder id of that folder
 * @param file URI of the archive, or of the tar that it lies in
 * @param within entry of that tar; null where the file is the archive
 * @param shard whether it is a numbered part of the set, so that its name tells no class
 */
public record Archive(String folder, String file, Member within, boolean shard)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Reads what the archive holds.
   *
   * @throws IOException of one line, where it is damaged or cut off, or storage fails
   */
  public ArchiveIndex index(Configuration conf) throws IOException {
    if (within != null) {
      return TarIndex.within(file, within, conf);
    }
    byte[] start;
    try (FSDataInputStream in = SourceFiles.open(file, conf)) {
      start = in.readNBytes(ContainerKind.HEAD);
    }
    if (GitLfs.isPointer(start)) {
      throw new IOException(SourceFiles.pathOfUri(file) + " is " + GitLfs.POINTER);
    }
    Optional<ContainerKind> kind = ContainerKind.of(start);
    if (kind.isEmpty() && !file.endsWith(".tar")) { // one of before POSIX
      throw new IOException(SourceFiles.pathOfUri(file) + " is no tar, tar.gz or zip");
    }
    return switch (kind.orElse(ContainerKind.TAR)) {
      case TAR -> TarIndex.whole(file, false, conf);
      case TAR_GZ -> TarIndex.gzipped(file, conf);
      case ZIP -> ZipIndex.whole(file, conf);
      case PARQUET ->
          throw new IOException(SourceFiles.pathOfUri(file) + " is Parquet, and no archive");
    };
  }

  /** Adds the images of this archive to a listing. */
  void addTo(Listing listing, ArchiveIndex index) {
    index.leftOut().forEach(listing::leaveOut);
    for (Samples.Image image : index.images()) {
      Member member = image.member();
      listing.addId(
          folder + "/" + member.id(),
          label(image),
          file,
          member.position(),
          member.length(),
          member.error());
    }
  }

  /** What tells the class: the sample, a folder within the archive, else the archive's name. */
  private Label label(Samples.Image image) {
    return shard && !image.label().told()
        ? Label.named(FileNames.directory(image.member().id()))
        : image.label();
  }
}

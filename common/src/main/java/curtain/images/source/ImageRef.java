package curtain.images.source;

import java.io.Serializable;
import java.util.Objects;

/**
 * One listed image of a set: what a driver lists and an executor reads.
 *
 * <p>{@code position} and {@code length} tell where the bytes are: a length of -1 is a row of a
 * Parquet file; a position above 0 is an entry of an archive (none can begin before its header);
 * else the file is the image itself.
 *
 * @param ordinal place in the set, from 0 over all listed images, erroneous ones included
 * @param imageId key: path relative to the set's root, {@code /} between parts
 * @param directory name of the class: the one that the source itself holds as text, else that of
 *     the immediate directory; null at the root, and where the source says that there is no class
 * @param label integer label that the source itself holds (Parquet, WebDataset); null where it has
 *     none, and for one below 0
 * @param told whether the source itself says the class, in {@code label} or {@code directory}, or
 *     says that there is none; else directories tell it
 * @param file URI of the image file, archive or Parquet file; of Parquet its fragment is the column
 *     of images
 * @param position tar: offset of the entry's data (tar.gz: in the uncompressed stream); zip: offset
 *     of the end of the fixed part of the entry's local header; Parquet: row in the file, from 0;
 *     else 0
 * @param length bytes (zip: of the packed data), or -1 where the listing does not know (Parquet)
 * @param error null, or why this entry is already an error row, e.g. a repeated id
 */
public record ImageRef(
    long ordinal,
    String imageId,
    String directory,
    Integer label,
    boolean told,
    String file,
    long position,
    long length,
    String error)
    implements Serializable {

  private static final long serialVersionUID = 2L;

  /**
   * Checks that the key and the file are there and the ordinal is not negative. A negative label
   * says that there is none, whatever the directory: the Hugging Face hub writes -1 for that.
   */
  public ImageRef {
    if (label != null && label < 0) {
      label = null;
      directory = null;
      told = true;
    }
    Objects.requireNonNull(imageId, "imageId");
    Objects.requireNonNull(file, "file");
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal " + ordinal + " of " + imageId + " is negative");
    }
  }

  /** An image whose class its source says by a label, or not at all. */
  public ImageRef(
      long ordinal,
      String imageId,
      String directory,
      Integer label,
      String file,
      long position,
      long length,
      String error) {
    this(ordinal, imageId, directory, label, label != null, file, position, length, error);
  }

  /** The image at another place in a set. */
  public ImageRef at(long place) {
    return new ImageRef(place, imageId, directory, label, told, file, position, length, error);
  }

  /**
   * Name of the class where the directories in the root of the set are the classes, as
   * torchvision's ImageFolder has them: as {@code directory}, but for the first directory of the
   * path in place of the last.
   */
  public String firstDirectory() {
    int end = imageId.indexOf('/');
    return told || end <= 0 ? directory : FileNames.text(imageId.substring(0, end));
  }

  /** Whether {@code file} is the image itself, or was to be, and not a container of images. */
  public boolean isFile() {
    return position == 0 && length >= 0;
  }
}

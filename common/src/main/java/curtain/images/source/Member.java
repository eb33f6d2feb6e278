package curtain.images.source;

import java.io.Serializable;

/**
 * A file in an archive.
 *
 * @param id path in the archive, see {@link #id(byte[])}
 * @param position as {@link ImageRef#position}
 * @param length bytes that it takes in the archive
 * @param error null, or why it is already an error row
 */
public record Member(String id, long position, long length, String error) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The id of a member's name that is text, as of its bytes. */
  public static String id(String name) {
    return bare(FileNames.id(name));
  }

  /** The id of a member's name, see {@link FileNames}: without {@code ./} before it. */
  public static String id(byte[] name) {
    return bare(FileNames.id(name));
  }

  private static String bare(String path) {
    String id = path;
    while (id.startsWith("./")) {
      id = id.substring(2);
    }
    return id;
  }
}

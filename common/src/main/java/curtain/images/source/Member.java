package curtain.images.source;

/**
 * A file in an archive.
 *
 * @param id path in the archive, see {@link #id}
 * @param position as {@link ImageRef#position}
 * @param length bytes that it takes in the archive
 * @param error null, or why it is already an error row
 */
public record Member(String id, long position, long length, String error) {
  /** The key of a member's name: without {@code ./} before it. */
  public static String id(String name) {
    String id = name;
    while (id.startsWith("./")) {
      id = id.substring(2);
    }
    return id;
  }
}

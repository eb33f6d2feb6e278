package curtain.jobs;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the operating system says where nothing more can be written, and what to do about it. */
final class FullDisk {
  private FullDisk() {}

  /**
   * A message in place of an exception's, or null where it is about something else.
   *
   * @param output value of {@code --output}, or null
   */
  static String message(Throwable e, String output) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
        return "no space is left on the disk of "
            + fullest(output)
            + "; free some, or choose another place ("
            + (output == null ? "" : "--output, and ")
            + "for temporary files CURTAIN_JAVA_OPTS=-Djava.io.tmpdir=DIR)";
      }
      if (text.contains("File too large")) {
        return "a file in "
            + fullest(output)
            + " may not become larger, by the limit of this process (ulimit -f) or of the disk;"
            + " raise the limit, or choose another --output";
      }
    }
    return null;
  }

  /** Of the output and the temporary directory that with less room. */
  private static String fullest(String output) {
    String temporary = System.getProperty("java.io.tmpdir");
    if (output == null) {
      return temporary;
    }
    return room(output) <= room(temporary) ? output : temporary;
  }

  private static long room(String place) {
    try {
      Path path = Path.of(place.replaceFirst("^file:(?://)?(?=/)", "")).toAbsolutePath();
      while (path != null && !Files.exists(path)) {
        path = path.getParent();
      }
      FileStore store = Files.getFileStore(path);
      return store.getUsableSpace();
    } catch (IOException | RuntimeException e) {
      return 0; // not on a local disk: then it is the output's
    }
  }
}

package curtain.images.source;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The reasons why an entry of a source is no image and no error either: it is counted (spec 9). */
public enum LeftOut {
  /** A file or folder whose name begins with a dot. */
  DOT("whose names begin with a dot"),
  /** A folder whose name begins with an underscore, with all that is in it. */
  UNDERSCORE("folders whose names begin with _"),
  /** A file that Hadoop, Spark or Curtain keeps for itself. */
  MARKER("of Hadoop, Spark or Curtain (_SUCCESS and the like)"),
  /** A file that is no Parquet, of a folder of Parquet files. */
  COMPANION("beside the Parquet files or archives"),
  /** A file beside an image in its sample of a WebDataset: a label, a caption and the like. */
  SAMPLE("beside the images of an archive (labels, captions and the like)");

  private static final Pattern MARKERS =
      Pattern.compile(
          "_(SUCCESS|FAILURE|metadata|common_metadata|temporary|spark_metadata|delta_log"
              + "|provenance\\.json|(committed|started)_\\d+)");

  private final String words;

  LeftOut(String words) {
    this.words = words;
  }

  /** The reason to leave out an entry of a directory; empty for one that is listed. */
  public static Optional<LeftOut> of(String name, boolean directory) {
    if (name.startsWith(".")) {
      return Optional.of(DOT);
    }
    if (directory && name.startsWith("_")) {
      return Optional.of(UNDERSCORE);
    }
    return MARKERS.matcher(name).matches() ? Optional.of(MARKER) : Optional.empty();
  }

  /**
   * The reason to leave out a file by its path, whose parts {@code .} and {@code ..} are no names;
   * empty for one that is listed.
   */
  public static Optional<LeftOut> ofPath(String path) {
    String[] parts = path.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean name = !parts[i].equals(".") && !parts[i].equals("..");
      Optional<LeftOut> reason = name ? of(parts[i], i < parts.length - 1) : Optional.empty();
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  /** Counts in words, {@code 3 whose names begin with a dot, 1 ...}. */
  public static String words(Map<LeftOut, Long> counts) {
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " " + each.getKey().words)
        .collect(Collectors.joining(", "));
  }
}

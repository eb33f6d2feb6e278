package curtain.jobs.shards;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * What the operating system says where nothing more can be written, with the disk on which that is,
 * what is left there, and what to do about it. The disk is named by the process whose it is: an
 * executor's is not the driver's.
 */
public final class FullDisk extends IOException {
  private static final long serialVersionUID = 1;

  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final double STEP = 1024;

  private final boolean isOutputs;

  private FullDisk(String message, boolean isOutputs, Throwable cause) {
    super(message, cause);
    this.isOutputs = isOutputs;
  }

  /** Whether it is the disk of the output, and not of temporary files. */
  public boolean isOutputs() {
    return isOutputs;
  }

  /**
   * The failure with the disk that is full, or null where it is about something else.
   *
   * @param output URI or path of the directory that is written, or null
   */
  public static FullDisk of(Throwable e, String output) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FullDisk known) {
        return known;
      }
      String text = String.valueOf(cause.getMessage());
      if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
        return new FullDisk(noSpace(cause, output, text.contains("quota")), isOutputs(output), e);
      }
      if (text.contains("File too large")) {
        return new FullDisk(
            "a file in "
                + fullest(output)
                + where()
                + " may not become larger, by the limit of this process (ulimit -f) or of the disk;"
                + " raise the limit, or choose another --output",
            false,
            e);
      }
    }
    return null;
  }

  private static String noSpace(Throwable cause, String output, boolean quota) {
    String place =
        cause instanceof FileSystemException named && named.getFile() != null
            ? named.getFile()
            : fullest(output);
    return (quota ? "the quota is used up on the disk of " : "no space is left on the disk of ")
        + place
        + where()
        + left(place, quota)
        + "; free some, or choose another place ("
        + (output == null ? "" : "--output, and ")
        + "for temporary files CURTAIN_JAVA_OPTS=-Djava.io.tmpdir=DIR)";
  }

  /** The host, where it is not that of the driver. */
  private static String where() {
    SparkEnv spark = SparkEnv.get();
    return spark == null || spark.executorId().equals("driver")
        ? ""
        : " on " + LeaseOwner.here(null).host();
  }

  private static String left(String place, boolean quota) {
    FileStore store = store(place);
    try {
      return quota || store == null
          ? ""
          : " (" + size(store.getUsableSpace()) + " of " + size(store.getTotalSpace()) + " left)";
    } catch (IOException e) {
      return "";
    }
  }

  /** A number of bytes in words, {@code 1.5 GiB} say. */
  public static String size(long bytes) {
    double number = bytes;
    int unit = 0;
    while (number >= STEP && unit < UNITS.length - 1) {
      number /= STEP;
      unit++;
    }
    String form = unit == 0 || number >= 100 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, form, number, UNITS[unit]);
  }

  /** The place with the least room: the output, or one of temporary files. */
  private static String fullest(String output) {
    String fullest = null;
    for (String place : places(output)) {
      if (fullest == null || room(place) < room(fullest)) {
        fullest = place;
      }
    }
    return fullest;
  }

  private static boolean isOutputs(String output) {
    return output != null && fullest(output).equals(local(output));
  }

  private static List<String> places(String output) {
    List<String> places = new ArrayList<>();
    if (output != null) {
      places.add(local(output));
    }
    places.add(System.getProperty("java.io.tmpdir"));
    SparkEnv spark = SparkEnv.get();
    if (spark != null) {
      places.addAll(scratch(spark.conf()));
    }
    return places;
  }

  /** The folders of Spark's own temporary files: the cluster's, or as the settings say. */
  private static List<String> scratch(SparkConf conf) {
    for (String name : List.of("LOCAL_DIRS", "SPARK_LOCAL_DIRS")) {
      String folders = System.getenv(name);
      if (folders != null && !folders.isBlank()) {
        return List.of(folders.split(","));
      }
    }
    String folders = conf.get("spark.local.dir", "");
    return folders.isBlank() ? List.of() : List.of(folders.split(","));
  }

  private static String local(String place) {
    return place.replaceFirst("^file:(?://)?(?=/)", "");
  }

  private static long room(String place) {
    FileStore store = store(place);
    try {
      // not on a local disk: then it is the output's
      return store == null ? 0 : store.getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The disk of a place; null where it is not on a local one. */
  private static FileStore store(String place) {
    try {
      Path path = Path.of(place).toAbsolutePath();
      while (path != null && !Files.exists(path)) {
        path = path.getParent();
      }
      return place.matches("[a-z][a-z0-9+.-]+://.*") ? null : Files.getFileStore(path);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }
}

package curtain.jobs.task;

import curtain.engine.Libtorch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * The folder of the libtorch that a user names, as the driver and executors find it: a full path is
 * the same on every node; another is a folder where a process was started, or below the name of an
 * archive that Spark unpacks for executors ({@code --archives FILE#NAME}).
 */
public final class Natives {
  /** Spark's setting by which executors learn of it. */
  public static final String SETTING = "spark.curtain.natives";

  /** What DJL knows it by. */
  private static final String VARIABLE = "PYTORCH_LIBRARY_PATH";

  private Natives() {}

  /**
   * Tells the engine of this process, which is the driver, and executors. A driver whose tasks run
   * elsewhere may lack the folder: it computes nothing, and has the libtorch of the class path.
   *
   * @param option what the user names; null for what the environment or Spark's settings name
   * @param conf Spark's settings, before Spark starts
   * @param local whether tasks run in this process
   * @throws IllegalArgumentException where they do and the folder is missing, or two are named
   */
  public static void onDriver(String option, SparkConf conf, boolean local) {
    String given = option != null ? option : System.getenv(VARIABLE);
    if (given == null || given.isEmpty()) {
      given = conf.get(SETTING, "");
    }
    if (given.isEmpty()) {
      return;
    }
    if (option != null) { // the environment is each process's own
      conf.set(SETTING, given);
    }
    Path path = Path.of(given);
    if (Files.isDirectory(path)) {
      Libtorch.choose(path);
    } else if (local) {
      throw new IllegalArgumentException(
          "--natives " + given + " is no folder; give that of a libtorch, in which libtorch.so is");
    }
  }

  /**
   * Tells the engine of this process, which is an executor.
   *
   * @throws IllegalArgumentException where the folder is not here
   */
  public static void onExecutor() {
    SparkEnv spark = SparkEnv.get();
    if (spark == null || spark.executorId().equals("driver")) {
      return;
    }
    String given = spark.conf().get(SETTING, "");
    if (!given.isEmpty()) {
      Libtorch.choose(find(given, List.of(Path.of(SparkFiles.getRootDirectory()), Path.of(""))));
    }
  }

  /**
   * Finds the folder.
   *
   * @param roots folders below which archives are unpacked, and where the process was started
   * @throws IllegalArgumentException where it is below none of them
   */
  static Path find(String given, List<Path> roots) {
    return roots.stream()
        .map(root -> root.resolve(given))
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--natives "
                        + given
                        + " is no folder on this executor; "
                        + (Path.of(given).isAbsolute()
                            ? "put the libtorch there on every node"
                            : "give spark-submit --archives FILE#"
                                + Path.of(given).getName(0)
                                + ", or a full path that is the same on every node")));
  }
}

package curtain.jobs.command;

import curtain.jobs.task.Natives;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Option;

/** Options on what a network is computed on, and by which libtorch. */
public final class DeviceArguments {
  /** The values of {@code --device}. */
  private enum Where {
    AUTO,
    CPU,
    GPU;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--device",
      paramLabel = "WHICH",
      defaultValue = "auto",
      description =
          "auto: a GPU where there is one (on a cluster: where Spark assigns one to a task), and the"
              + " CPU with a warning where that cannot be computed on; cpu; gpu, which fails where"
              + " there is none (default: ${DEFAULT-VALUE}).")
  private Where device;

  @Option(
      names = "--natives",
      paramLabel = "DIR",
      description =
          "Folder of a libtorch of Curtain's version, for CUDA or the CPU: a full path that is the"
              + " same on every node, or below the name of an archive that Spark unpacks for"
              + " executors (default: PYTORCH_LIBRARY_PATH, else the libtorch that was built in).")
  private String natives;

  /** The value of {@code --device}. */
  public String where() {
    return device.toString();
  }

  /** The options that were given, for a command that is started with the same. */
  public List<String> words() {
    List<String> words = new ArrayList<>(List.of("--device", where()));
    if (natives != null) {
      words.addAll(List.of("--natives", natives));
    }
    return words;
  }

  /**
   * Names the libtorch to this process and, by Spark's settings, to executors; before the engine
   * and Spark start.
   *
   * @throws IllegalArgumentException where its folder is missing
   */
  public void chooseNatives(SparkConf conf, Threads threads) {
    Natives.onDriver(natives, conf, threads.isLocal());
  }

  /**
   * Decides on the device before Spark starts, see {@link ProgramFile#device}.
   *
   * @throws IllegalArgumentException when a GPU was asked for and there is none, or the folder of
   *     natives is missing
   */
  public String device(SparkConf conf, Threads threads) {
    chooseNatives(conf, threads);
    return ProgramFile.device(where(), conf, threads);
  }
}

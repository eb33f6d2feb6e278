package curtain.jobs.command;

import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import java.util.Locale;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Option;

/** Options on how a network is run. They change no result but walks and last digits (spec 11). */
public final class EngineArguments {
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
      names = "--batch-size",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "16",
      description =
          "Images that the network takes at once, 1 to 65536; for ascend pairs of image and target,"
              + " for measures also noisy and partly blurred images. The last batch of a piece is"
              + " filled up with black images (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--device",
      paramLabel = "WHICH",
      defaultValue = "auto",
      description =
          "auto: a GPU where there is one (on a cluster: where Spark assigns one to a task); cpu;"
              + " gpu, which fails where there is none (default: ${DEFAULT-VALUE}).")
  private Where device;

  /** The value of {@code --batch-size}. */
  public int batchSize() {
    return batchSize;
  }

  /** The value of {@code --device}. */
  public String where() {
    return device.toString();
  }

  /** Begins to start the engine where tasks run in this process, beside what comes before it. */
  public void begin(Threads threads) {
    ProgramFile.beginEngine(device.toString(), threads);
  }

  /**
   * Decides on the device before Spark starts: {@code cpu} or {@code gpu}.
   *
   * @throws IllegalArgumentException when a GPU was asked for and there is none
   */
  public String device(SparkConf conf, Threads threads) {
    return ProgramFile.device(device.toString(), conf, threads);
  }
}

package curtain.jobs.command;

import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import java.util.Locale;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Option;

/** Options on how a network is run; none of them is meant to change a result. */
public final class EngineArguments {
  /** Value of {@code --device}. */
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
          "Images that the network takes at once, 1 to 65536, of ascend pairs of image and target, of"
              + " measures noisy and partly blurred images, too; the last ones of a piece are filled"
              + " up (default: ${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--device",
      paramLabel = "WHICH",
      defaultValue = "auto",
      description =
          "auto: a GPU where there is one (on a cluster: where Spark assigns one to a task); cpu;"
              + " gpu, which fails where there is none (default: ${DEFAULT-VALUE}).")
  private Where device;

  public int batchSize() {
    return batchSize;
  }

  /**
   * Decides before Spark starts: {@code cpu} or {@code gpu}.
   *
   * @throws IllegalArgumentException when a GPU was asked for and there is none
   */
  public String device(SparkConf conf, Threads threads) {
    return ProgramFile.device(device.toString(), conf, threads);
  }
}

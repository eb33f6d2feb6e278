package curtain.jobs.command;

import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import java.util.List;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options on how a network is run. They change no result but walks and last digits (spec 11). */
public final class EngineArguments {
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

  @Mixin private DeviceArguments device;

  /** The value of {@code --batch-size}. */
  public int batchSize() {
    return batchSize;
  }

  /** The options on the device, see {@link DeviceArguments#words}. */
  public List<String> words() {
    return device.words();
  }

  /** Begins to start the engine where tasks run in this process, beside what comes before it. */
  public void begin(SparkConf conf, Threads threads) {
    device.chooseNatives(conf, threads);
    ProgramFile.beginEngine(device.where(), threads);
  }

  /** Decides on the device before Spark starts, see {@link DeviceArguments#device}. */
  public String device(SparkConf conf, Threads threads) {
    return device.device(conf, threads);
  }
}

package curtain.jobs.command;

import curtain.jobs.task.BatchSize;
import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options on how a network is run. They change no result but walks and last digits (spec 11). */
public final class EngineArguments {
  @Option(
      names = "--batch-size",
      paramLabel = "N|auto[:N]",
      converter = BatchConverter.class,
      defaultValue = "16",
      description =
          "Images that the network takes at once, 1 to 65536; for ascend pairs of image and target,"
              + " for measures also noisy and partly blurred images. The last batch of a piece is"
              + " filled up with black images. auto: as many as a GPU's memory holds, at most N"
              + " (256), on a CPU 16; not for gram and bench (default: ${DEFAULT-VALUE}).")
  private BatchSize batchSize;

  @Mixin private DeviceArguments device;

  /** The value of {@code --batch-size}. */
  public BatchSize batch() {
    return batchSize;
  }

  /** The options on the device, see {@link DeviceArguments#words}. */
  public List<String> words() {
    return device.words();
  }

  /**
   * The value of {@code --batch-size} where it has to be a number.
   *
   * @throws IllegalArgumentException where it is {@code auto}
   */
  public int batchSize() {
    if (batchSize.auto()) {
      throw new IllegalArgumentException(
          "--batch-size " + batchSize + ": this command takes a number, as 16");
    }
    return batchSize.most();
  }

  /** The value of {@code --device}. */
  public String where() {
    return device.where();
  }

  /** A number, or {@code auto} with a bound or without. */
  private static final class BatchConverter implements ITypeConverter<BatchSize> {
    private static final String AUTO = "auto";

    @Override
    public BatchSize convert(String value) {
      Ranges.Count count = new Ranges.Count();
      String lower = value.toLowerCase(Locale.ROOT);
      if (lower.equals(AUTO)) {
        return BatchSize.auto(BatchSize.MOST);
      }
      if (lower.startsWith(AUTO + ":")) {
        return BatchSize.auto(count.convert(value.substring(AUTO.length() + 1)));
      }
      try {
        return BatchSize.of(count.convert(value));
      } catch (TypeConversionException e) {
        throw new TypeConversionException(e.getMessage() + ", auto or auto:N");
      }
    }
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

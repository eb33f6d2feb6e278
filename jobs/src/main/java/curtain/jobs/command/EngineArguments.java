package curtain.jobs.command;

import curtain.jobs.task.ProgramFile;
import curtain.jobs.task.Threads;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options on how a network is run; none of them is meant to change a result. */
public final class EngineArguments {
  private static final String CPU = "cpu";
  private static final String GPU = "gpu";
  private static final String AUTO = "auto";

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
      converter = DeviceConverter.class,
      defaultValue = AUTO,
      description =
          "auto: a GPU where there is one (on a cluster: where Spark assigns one to a task); cpu;"
              + " gpu, which fails where there is none (default: ${DEFAULT-VALUE}).")
  private String device;

  public int batchSize() {
    return batchSize;
  }

  /**
   * Decides before Spark starts: {@code cpu} or {@code gpu}.
   *
   * @throws IllegalArgumentException when a GPU was asked for and there is none
   */
  public String device(SparkConf conf, Threads threads) {
    return ProgramFile.device(device, conf, threads);
  }

  private static final class DeviceConverter implements ITypeConverter<String> {
    @Override
    public String convert(String value) {
      if (!value.equals(AUTO) && !value.equals(CPU) && !value.equals(GPU)) {
        throw new TypeConversionException("'" + value + "' is none of auto, cpu, gpu");
      }
      return value;
    }
  }
}

package curtain.jobs.command;

import curtain.compile.ProgramInfo.Layer;
import curtain.jobs.shards.RunException;
import curtain.pullback.Temperatures;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on the temperatures of pullbacks, and on their unit. */
public final class TemperatureArguments {
  private static final double MOST = 1e6;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--temperature",
      paramLabel = "T[,T...]",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "0.3",
      converter = TemperatureConverter.class,
      description =
          "Temperatures of gates and pools, in the unit of --temperature-unit, above 0, separated"
              + " by commas; the output has rows for each (default: ${DEFAULT-VALUE}).")
  private List<Double> temperatures;

  @Option(
      names = "--temperature-unit",
      paramLabel = "UNIT",
      defaultValue = "absolute",
      description =
          "What T = 1 is. absolute: 1 in units of the pre-activations; layer-std, channel-std: the"
              + " standard deviation of each layer's or channel's pre-activations, from"
              + " --calibration (default: ${DEFAULT-VALUE}).")
  private TemperatureUnit unit;

  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description = "Output of curtain calibrate for the same weights, a path or Hadoop URI.")
  private String calibration;

  /**
   * Checks the options before anything is read: no temperature twice, and a calibration where the
   * unit needs one.
   *
   * @param output the output, which must not hold the calibration
   * @throws RunException where it does
   * @throws IOException when storage fails
   */
  public void check(OutputArguments output, Configuration conf) throws IOException, RunException {
    if (new HashSet<>(temperatures).size() < temperatures.size()) {
      throw new ParameterException(
          command.commandLine(), "--temperature names one of " + temperatures + " twice");
    }
    if (isCalibrated() && calibration == null) {
      throw new ParameterException(
          command.commandLine(),
          "--temperature-unit " + unit + " needs --calibration, an output of curtain calibrate");
    }
    if (!isCalibrated() && calibration != null) {
      throw new ParameterException(
          command.commandLine(),
          "--calibration has no effect with --temperature-unit absolute;"
              + " give layer-std or channel-std");
    }
    if (calibration != null) {
      output.spare("--calibration", calibration, conf);
    }
  }

  /** The number of temperatures. */
  public int count() {
    return temperatures.size();
  }

  /** Whether the unit is from a calibration. */
  private boolean isCalibrated() {
    return unit != TemperatureUnit.ABSOLUTE;
  }

  /**
   * The temperatures that were chosen.
   *
   * @param choice temperatures in the order given, or null where a command takes none
   * @param settings settings that decide them
   */
  public record Chosen(TemperatureChoice choice, Settings settings) {}

  /**
   * Chooses the temperatures of a network.
   *
   * @param network settings of the network
   * @param relus the network's ReLU calls
   * @throws RunException when the calibration is not whole, or is another network's
   * @throws IOException when storage fails
   */
  public Chosen choose(Settings network, List<Layer> relus, Configuration conf)
      throws IOException, RunException {
    Settings.Builder settings =
        Settings.builder()
            .add("temperature", ModelArguments.join(temperatures))
            .add("temperature-unit", unit);
    if (!isCalibrated()) {
      Temperatures uniform = Temperatures.uniform(temperatures, relus.size());
      return new Chosen(new TemperatureChoice(temperatures, unit, uniform), settings.build());
    }
    Calibration measured = Calibration.read(calibration, network, relus, conf);
    return new Chosen(
        new TemperatureChoice(temperatures, unit, measured.temperatures(temperatures, unit)),
        settings.add("calibration_sha256", measured.sha256()).build());
  }

  /** Converts a value to a number above 0 and below 1e6. */
  public static final class TemperatureConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double number = Double.parseDouble(value);
        if (number > 0 && number < MOST && (float) number > 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // The message below is for this, too.
      }
      throw new TypeConversionException(
          "'" + value + "' is no temperature: a number above 0 and below 1e6");
    }
  }
}

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

/** Options on the temperatures that pullbacks are taken at, and their unit. */
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
          "Temperatures of gates and pools, in the unit of --temperature-unit, above 0, separated by"
              + " commas: a row for each (default: ${DEFAULT-VALUE}).")
  private List<Double> temperatures;

  @Option(
      names = "--temperature-unit",
      paramLabel = "UNIT",
      defaultValue = "absolute",
      description =
          "absolute: of the pre-activations; layer-std, channel-std: their standard deviation over"
              + " each layer or channel, by --calibration (default: ${DEFAULT-VALUE}).")
  private TemperatureUnit unit;

  @Option(
      names = "--calibration",
      paramLabel = "DIR",
      description = "What curtain calibrate wrote for the same weights; a path or Hadoop URI.")
  private String calibration;

  /**
   * Checks before anything is read: each temperature once, and a unit that is known.
   *
   * @param output which must not hold the calibration
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

  /** How many there are. */
  public int count() {
    return temperatures.size();
  }

  /** Whether the unit is one that was measured. */
  private boolean isCalibrated() {
    return unit != TemperatureUnit.ABSOLUTE;
  }

  /**
   * Temperatures as a command takes them.
   *
   * @param choice in the order given, null where a command takes none
   * @param settings that decide it
   */
  public record Chosen(TemperatureChoice choice, Settings settings) {}

  /**
   * The temperatures.
   *
   * @param network settings that name it
   * @param relus its ReLU calls
   * @throws RunException when the calibration is not whole, or another network's
   * @throws IOException when its storage fails
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

  /** A number above 0 and below 1e6. */
  public static final class TemperatureConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double number = Double.parseDouble(value);
        if (number > 0 && number < MOST && (float) number > 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Said below, for both.
      }
      throw new TypeConversionException(
          "'" + value + "' is no temperature: a number above 0 and below 1e6");
    }
  }
}

package curtain.jobs.calibrate;

import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.jobs.command.TemperatureUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options of {@code figures} on the temperature to mark in figures of {@code calibrate}. */
public final class TemperatureMark {
  /** The names of these options. */
  static final Set<String> OPTIONS = Set.of("--temperature", "--temperature-unit");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      converter = TemperatureArguments.TemperatureConverter.class,
      description = "For calibrate: mark -T and T in each layer's distribution (default: no mark).")
  private Double temperature;

  @Option(
      names = "--temperature-unit",
      paramLabel = "UNIT",
      converter = UnitConverter.class,
      completionCandidates = Units.class,
      description =
          "Unit of T: absolute, that of the pre-activations; layer-std, each layer's standard"
              + " deviation (default: absolute).")
  private TemperatureUnit unit;

  /**
   * Refuses a unit without a temperature.
   *
   * @throws ParameterException where only the unit was given
   */
  void check() {
    if (unit != null && temperature == null) {
      throw new ParameterException(
          command.commandLine(), "--temperature-unit has no effect without --temperature");
    }
  }

  /**
   * T in units of the pre-activations of a layer; null for no mark.
   *
   * @param deviation standard deviation of the layer
   */
  Double of(double deviation) {
    if (temperature == null) {
      return null;
    }
    return unit == TemperatureUnit.LAYER_STD
        ? Double.valueOf(temperature * deviation)
        : temperature;
  }

  /** T and its unit for people, as {@code T = 0.3 std}. */
  String title() {
    return "T\u00a0=\u00a0"
        + String.valueOf(temperature).replaceFirst("\\.0$", "")
        + (unit == TemperatureUnit.LAYER_STD ? "\u00a0std" : "");
  }

  /** The settings of these options, for the provenance. */
  Settings settings() {
    return Settings.builder()
        .add("temperature", temperature == null ? "none" : temperature)
        .add("temperature-unit", unit == null ? TemperatureUnit.ABSOLUTE : unit)
        .build();
  }

  private static final class Units implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("absolute", "layer-std").iterator();
    }
  }

  private static final class UnitConverter implements ITypeConverter<TemperatureUnit> {
    @Override
    public TemperatureUnit convert(String value) {
      for (TemperatureUnit unit : TemperatureUnit.values()) {
        if (unit != TemperatureUnit.CHANNEL_STD && unit.toString().equals(value)) {
          return unit;
        }
      }
      throw new TypeConversionException(
          "'" + value + "' is neither absolute nor layer-std; a panel is a layer's");
    }
  }
}

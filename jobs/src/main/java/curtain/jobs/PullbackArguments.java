package curtain.jobs;

import curtain.engine.TargetChoice;
import curtain.images.ClassList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on which pullbacks a command takes. */
final class PullbackArguments {
  private static final double MOST = 1e6;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private GateArguments gates;

  @Option(
      names = "--temperature",
      paramLabel = "T[,T...]",
      split = ",",
      hideParamSyntax = true,
      defaultValue = "0.3",
      converter = TemperatureConverter.class,
      description =
          "Temperatures of gates and pools, in units of the pre-activations, above 0, separated by"
              + " commas; all of them share one forward pass (default: ${DEFAULT-VALUE}).")
  private List<Double> temperatures;

  @Option(
      names = "--targets",
      paramLabel = "WHICH",
      defaultValue = "predicted",
      description =
          "Classes whose logits are pulled back: predicted; label, the image's; top:K, the K"
              + " largest logits; or a list of indices, WordNet ids or names, separated by commas"
              + " (default: ${DEFAULT-VALUE}).")
  private String targets;

  GateArguments gates() {
    return gates;
  }

  /** Temperatures in the order given, each once. */
  List<Double> temperatures() {
    if (new HashSet<>(temperatures).size() < temperatures.size()) {
      throw new ParameterException(
          command.commandLine(), "--temperature names one of " + temperatures + " twice");
    }
    return temperatures;
  }

  /** The targets, by the network's classes. */
  TargetChoice targets(ClassList classes) {
    try {
      return TargetChoice.parse(targets, classes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--targets: " + e.getMessage(), e);
    }
  }

  /** Adds what decides results, see {@link ImageArguments#describe}. */
  void describe(Map<String, String> settings, TargetChoice choice) {
    gates.describe(settings);
    settings.put("temperature", ModelArguments.join(temperatures));
    settings.put("temperature-unit", "absolute");
    settings.put("targets", choice.toString());
  }

  /** A number above 0 and below 1e6. */
  static final class TemperatureConverter implements ITypeConverter<Double> {
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

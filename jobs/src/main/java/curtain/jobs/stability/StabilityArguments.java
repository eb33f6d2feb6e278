package curtain.jobs.stability;

import curtain.compile.CompileOptions;
import curtain.gates.Gate;
import curtain.images.ClassList;
import curtain.jobs.command.GateArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TemperatureArguments;
import curtain.pullback.TargetChoice;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options on the checkpoints and on what is compared (spec 4). */
final class StabilityArguments {
  private static final String LABEL = "label";
  private static final Set<String> OF_MERGE =
      Set.of("--merge", "--output", "--overwrite", "--resume", "--quiet", "--stacktrace");

  /** Value of {@code --activations}: what active gates are counted for. */
  enum Activations {
    /** For each channel, summed over positions. */
    CHANNEL,
    /** For each neuron, that is channel and position. */
    NEURON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private GateArguments gates;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR|GLOB",
      description =
          "Weights files of one training run: a directory or glob, a path or Hadoop URI. They are"
              + " ordered by the step, epoch, iteration or checkpoint number in their names, the"
              + " first that all have, else by name, numbers as numbers; which, is said.")
  private String checkpoints;

  @Option(
      names = "--checkpoint-order",
      paramLabel = "FILE",
      description =
          "Order of the checkpoints, in place of that of their names: a text file with each one's"
              + " path below --checkpoints on a line, the first of the run first.")
  private String checkpointOrder;

  @Option(
      names = "--gates-from",
      paramLabel = "NAME,...|N",
      description =
          "Checkpoints whose gates are frozen and used with the weights of every checkpoint: their"
              + " names, or their number (default: all, or of more than 12 the first, the last and"
              + " logarithmically spaced ones between, 12 together).")
  private String gatesFrom;

  @Option(
      names = "--threshold",
      paramLabel = "R",
      converter = ThresholdConverter.class,
      defaultValue = "0.9",
      description =
          "Correlation from -1 to 1 above which the function counts as stable, for t_pi (default:"
              + " ${DEFAULT-VALUE}).")
  private double threshold;

  @Option(
      names = "--targets",
      paramLabel = "label[,CLASS...]",
      defaultValue = LABEL,
      description =
          "Logits that are correlated over images: that of each image's label, and those of fixed"
              + " classes, by index, WordNet id or name (default: ${DEFAULT-VALUE}).")
  private String targets;

  @Option(
      names = "--activations",
      paramLabel = "channel|neuron",
      defaultValue = "channel",
      description =
          "Count how often each channel or each neuron is active (default: ${DEFAULT-VALUE}).")
  private Activations activations;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.3",
      converter = TemperatureArguments.TemperatureConverter.class,
      description =
          "Temperature of gates and pools, in units of the pre-activations, above 0 (default:"
              + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      arity = "2",
      hideParamSyntax = true,
      description =
          "Instead of computing, merge two outputs that were made with the same settings over"
              + " different images: --merge A B --output C.")
  private List<String> merge;

  /**
   * Whether two outputs are merged.
   *
   * @throws ParameterException where {@code --merge} is given beside an option that it does not use
   */
  boolean merges() {
    if (merge == null) {
      return false;
    }
    if (merge.size() != 2) {
      throw new ParameterException(command.commandLine(), "--merge takes two directories");
    }
    for (OptionSpec given : command.commandLine().getParseResult().matchedOptions()) {
      if (!OF_MERGE.contains(given.longestName())) {
        throw new ParameterException(
            command.commandLine(),
            given.longestName() + " has no effect with --merge; leave it out");
      }
    }
    return true;
  }

  /**
   * Checks the options of a run that computes.
   *
   * @throws ParameterException where an option is missing, or the gate is hard or a baseline
   */
  void check() {
    Set<String> missing = new TreeSet<>(Set.of("--images", "--model", "--checkpoints"));
    command
        .commandLine()
        .getParseResult()
        .matchedOptions()
        .forEach(given -> missing.remove(given.longestName()));
    if (!missing.isEmpty()) {
      throw new ParameterException(
          command.commandLine(),
          "Missing required option: " + String.join(", ", missing) + " (or give --merge A B)");
    }
    if (gates.gate().kind() == Gate.Kind.HARD) {
      throw new ParameterException(
          command.commandLine(),
          "--gate hard: hard gates are always compared; name the gate to compare beside them");
    }
    if (gates.gate().isBaseline()) {
      throw new ParameterException(
          command.commandLine(),
          String.format(
              Locale.ROOT,
              "--gate %s: a network has no gates of this kind to hold; take one of %s",
              gates.gate(),
              Gate.GATES));
    }
  }

  List<String> merge() {
    return merge;
  }

  String checkpoints() {
    return checkpoints;
  }

  String checkpointOrder() {
    return checkpointOrder;
  }

  String gatesFrom() {
    return gatesFrom;
  }

  double threshold() {
    return threshold;
  }

  double temperature() {
    return temperature;
  }

  boolean neurons() {
    return activations == Activations.NEURON;
  }

  Gate gate() {
    return gates.gate();
  }

  CompileOptions options() {
    return gates.options();
  }

  /** Indices of the fixed classes of {@code --targets}, in order, without the label. */
  List<Integer> fixedTargets(ClassList classes) {
    if (targets.equals(LABEL)) {
      return List.of();
    }
    if (!targets.startsWith(LABEL + ",")) {
      throw new ParameterException(
          command.commandLine(),
          "--targets " + targets + ": give label, or label and classes: label,CLASS,...");
    }
    try {
      TargetChoice choice = TargetChoice.parse(targets.substring(LABEL.length() + 1), classes);
      if (choice.kind() == TargetChoice.Kind.CLASSES) {
        return choice.classes();
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--targets: " + e.getMessage(), e);
    }
    throw new ParameterException(
        command.commandLine(), "--targets " + targets + ": only classes may follow label");
  }

  /** The settings that decide results. */
  Settings settings(List<Integer> fixed) {
    String classes = fixed.stream().map(each -> "," + each).collect(Collectors.joining());
    return Settings.builder()
        .addAll(gates.settings())
        .add("temperature", temperature)
        .add("temperature-unit", "absolute")
        .add("targets", LABEL + classes)
        .add("threshold", threshold)
        .add("activations", activations)
        .build();
  }

  /** Removes {@code --weights}, and makes {@code --images} and {@code --model} optional. */
  static final class Transformer implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      spec.remove(spec.findOption("--weights"));
      for (String name : List.of("--images", "--model")) {
        OptionSpec option = spec.findOption(name);
        spec.remove(option);
        spec.addOption(option.toBuilder().required(false).build());
      }
      return spec;
    }
  }

  private static final class ThresholdConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double number = Double.parseDouble(value);
        if (number >= -1 && number <= 1) {
          return number;
        }
      } catch (NumberFormatException e) {
        // refused below
      }
      throw new TypeConversionException("'" + value + "' is no correlation: a number from -1 to 1");
    }
  }
}

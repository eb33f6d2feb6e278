package curtain.jobs.command;

import curtain.compile.ProgramInfo;
import curtain.network.Network;
import curtain.pullback.NeuronChoice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Option on the neurons of a hidden layer that a command is about, in the place of classes. */
public final class NeuronArguments {
  /** Its name among an output's settings, which hold it only where it was given. */
  public static final String SETTING = "neuron";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--neuron",
      paramLabel = "LAYER:CHANNEL[:Y:X]",
      hideParamSyntax = true,
      description =
          "Neurons of one hidden layer instead of classes: their pre-activations are pulled back,"
              + " the layer's own gate not applied. LAYER: a ReLU call, by index from 0 or name;"
              + " CHANNEL: an index, a range 0-63, several separated by commas, or all; without Y"
              + " and X a channel is summed over positions. A linear layer has channels only.")
  private String neuron;

  /** Checks that classes are not named, too; before anything is read. */
  public void check() {
    if (neuron != null && command.commandLine().getParseResult().hasMatchedOption("--targets")) {
      throw new ParameterException(
          command.commandLine(),
          "--neuron and --targets exclude each other; leave one of them out");
    }
  }

  /** The neurons, by the network's layers; null where the option is not given. */
  public NeuronChoice choose(Network network) {
    if (neuron == null) {
      return null;
    }
    try {
      return NeuronChoice.parse(neuron, ProgramInfo.relus(network));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--neuron: " + e.getMessage(), e);
    }
  }
}

package curtain.jobs.command;

import curtain.compile.ProgramInfo;
import curtain.images.ClassList;
import curtain.network.Network;
import curtain.pullback.NeuronChoice;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options on what a command pulls back: logits of classes, or neurons of a hidden layer. */
public final class GoalArguments {
  /**
   * The name of {@code --neuron} in an output's settings, which have it only where it was given.
   */
  public static final String NEURON = "neuron";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup private Goal goal = new Goal();

  /** Options of which at most one may be given. */
  private static final class Goal {
    @Option(
        names = "--targets",
        paramLabel = "WHICH",
        description = TargetArguments.DESCRIPTION + TargetArguments.DEFAULT + ").")
    private String targets;

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
  }

  /** The goals of the pullbacks: classes of the list, or neurons of the network. */
  public PullbackGoals goals(ClassList classes, Network network) {
    if (goal.neuron == null) {
      String targets = goal.targets == null ? TargetArguments.DEFAULT : goal.targets;
      return PullbackGoals.of(TargetArguments.choose(command, targets, classes));
    }
    try {
      return PullbackGoals.of(NeuronChoice.parse(goal.neuron, ProgramInfo.relus(network)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--neuron: " + e.getMessage(), e);
    }
  }
}

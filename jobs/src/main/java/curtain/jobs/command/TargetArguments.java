package curtain.jobs.command;

import curtain.images.ClassList;
import curtain.pullback.TargetChoice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Option on the classes whose logits a command is about. */
public final class TargetArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--targets",
      paramLabel = "WHICH",
      defaultValue = "predicted",
      description =
          "Classes whose logits are pulled back: predicted; label, the image's; top:K, the K"
              + " largest logits; or a list of indices, WordNet ids or names, separated by commas"
              + " (default: ${DEFAULT-VALUE}).")
  private String targets;

  /** The targets, by the network's classes. */
  public TargetChoice choose(ClassList classes) {
    try {
      return TargetChoice.parse(targets, classes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--targets: " + e.getMessage(), e);
    }
  }
}

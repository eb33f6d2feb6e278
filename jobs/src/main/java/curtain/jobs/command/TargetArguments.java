package curtain.jobs.command;

import curtain.images.ClassList;
import curtain.pullback.TargetChoice;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option on the classes whose logits a command uses. */
public final class TargetArguments {
  /** The option's default. */
  static final String DEFAULT = "predicted";

  /** The option's help text up to its default. */
  static final String DESCRIPTION =
      "Classes whose logits are pulled back: predicted; label, the image's; top:K, the K largest"
          + " logits; or a list of indices, WordNet ids or names, separated by commas (default: ";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--targets",
      paramLabel = "WHICH",
      defaultValue = DEFAULT,
      description = DESCRIPTION + DEFAULT + ").")
  private String targets;

  /** The targets, read by the network's classes. */
  public TargetChoice choose(ClassList classes) {
    return choose(command, targets, classes);
  }

  /** The targets that a value of the option names, read by the network's classes. */
  static TargetChoice choose(CommandSpec command, String targets, ClassList classes) {
    try {
      return TargetChoice.parse(targets, classes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--targets: " + e.getMessage(), e);
    }
  }
}

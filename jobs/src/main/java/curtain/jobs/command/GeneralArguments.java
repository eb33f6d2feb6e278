package curtain.jobs.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that the program declares and all its commands inherit. */
@SuppressWarnings("UnusedVariable") // read by name, as commands do not know whose options these are
public final class GeneralArguments {
  /** Shows where in the program something failed, of wrong use, too. */
  public static final String STACKTRACE = "--stacktrace";

  private static final String QUIET = "--quiet";

  @Option(
      names = QUIET,
      scope = ScopeType.INHERIT,
      description = "Neither progress nor what was done; errors and warnings stay.")
  private boolean quiet;

  @Option(
      names = STACKTRACE,
      scope = ScopeType.INHERIT,
      description = "On failure, show where in the program.")
  private boolean stacktrace;

  /** Whether a command was told to be quiet. */
  public static boolean isQuiet(CommandSpec command) {
    return given(command, QUIET);
  }

  /** Whether failures of a command are shown with their stack trace. */
  public static boolean showsStacktrace(CommandSpec command) {
    return given(command, STACKTRACE);
  }

  /** Nothing is, where a command is not the program's. */
  private static boolean given(CommandSpec command, String name) {
    OptionSpec option = command.commandLine().getCommandSpec().findOption(name);
    return option != null && option.<Boolean>getValue();
  }
}

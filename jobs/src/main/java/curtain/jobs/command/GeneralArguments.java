package curtain.jobs.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options that the program declares and all its commands inherit. */
@SuppressWarnings("UnusedVariable") // read by name, as commands do not know whose options these are
public final class GeneralArguments {
  /** The name of the option that shows stack traces of failures, wrong usage included. */
  public static final String STACKTRACE = "--stacktrace";

  private static final String QUIET = "--quiet";

  @Option(
      names = QUIET,
      scope = ScopeType.INHERIT,
      description = "Show neither progress nor what was done, only errors and warnings.")
  private boolean quiet;

  @Option(
      names = STACKTRACE,
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean stacktrace;

  /** Whether a command was told to be quiet. */
  public static boolean isQuiet(CommandSpec command) {
    return given(command, QUIET);
  }

  /** Whether failures of a command are shown with their stack trace. */
  public static boolean showsStacktrace(CommandSpec command) {
    return given(command, STACKTRACE);
  }

  /** Whether an option was given; false where the command is used without the program. */
  private static boolean given(CommandSpec command, String name) {
    OptionSpec option = command.commandLine().getCommandSpec().findOption(name);
    return option != null && option.<Boolean>getValue();
  }
}

package curtain.jobs;

import java.io.PrintWriter;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code curtain completion}: what makes a shell complete commands, options and their values. */
@Command(
    name = "completion",
    description = "Print a script for bash and zsh that completes commands, options and values.",
    footer = {
      "",
      "Example: source <(./curtain completion)",
      "A line in ~/.bashrc, or behind bashcompinit in ~/.zshrc, that sources what was",
      "printed to a file, makes it last. It completes curtain wherever that lies.",
    })
final class Completion implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine program = spec.root().commandLine();
    giveLabels(program);
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(program.getCommandName(), program));
    out.flush();
  }

  /**
   * Gives options with named values labels of their own: the script keeps these values under the
   * label, and several options of a command are of a NAME.
   */
  private static void giveLabels(CommandLine program) {
    CommandSpec command = program.getCommandSpec();
    for (OptionSpec option : List.copyOf(command.options())) {
      if (option.completionCandidates() != null) {
        command.remove(option);
        String label = option.longestName().replaceFirst("^-+", "").replace('-', '_');
        command.addOption(option.toBuilder().paramLabel(label).build());
      }
    }
    program.getSubcommands().values().forEach(Completion::giveLabels);
  }
}

package curtain.jobs;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** {@code curtain completion}: prints a script that completes commands, options and values. */
@Command(
    name = "completion",
    description = "Print a script for bash and zsh that completes commands, options and values.",
    footer = {
      "",
      "Example: source <(./curtain completion)",
      "To keep it, print the script to a file, and source the file in ~/.bashrc, or",
      "after bashcompinit in ~/.zshrc. It completes curtain under any path.",
    })
final class Completion implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine program = spec.root().commandLine();
    giveLabels(program);
    PrintWriter out = spec.commandLine().getOut();
    out.print(script(program));
    out.flush();
  }

  /**
   * The script, of which picocli formats numbers in the default locale, whose digits may be others.
   */
  private static String script(CommandLine program) {
    Locale locale = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    try {
      return AutoComplete.bash(program.getCommandName(), program);
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, locale);
    }
  }

  /**
   * Gives each option that has named values a label of its own. The script stores the values under
   * the label, and several options of one command have the label NAME. Options of a group keep
   * theirs, which picocli does not let go.
   */
  private static void giveLabels(CommandLine program) {
    CommandSpec command = program.getCommandSpec();
    for (OptionSpec option : List.copyOf(command.options())) {
      if (option.completionCandidates() != null && option.group() == null) {
        command.remove(option);
        String label = option.longestName().replaceFirst("^-+", "").replace('-', '_');
        command.addOption(option.toBuilder().paramLabel(label).build());
      }
    }
    program.getSubcommands().values().forEach(Completion::giveLabels);
  }
}

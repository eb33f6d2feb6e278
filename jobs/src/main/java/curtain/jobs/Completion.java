package curtain.jobs;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(program.getCommandName(), program));
    out.flush();
  }
}

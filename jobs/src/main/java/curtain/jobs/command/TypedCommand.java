package curtain.jobs.command;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Command lines as text that a shell takes. */
public final class TypedCommand {
  private TypedCommand() {}

  /** The command line as typed, quoted where a shell needs it. */
  public static String of(CommandSpec spec) {
    return "curtain " + quoted(spec.commandLine().getParseResult().originalArgs());
  }

  /** The words separated by spaces, quoted where a shell needs it. */
  public static String quoted(List<String> words) {
    return words.stream()
        .map(a -> a.matches("[\\w@%+=:,./-]+") ? a : "'" + a.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}

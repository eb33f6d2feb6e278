package curtain.jobs.bench;

import curtain.engine.Machine;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the benchmarks that print tables, and run commands in processes of their own. */
final class TableArguments {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--json",
      description = "Print each measurement as a JSON line, in place of the tables.")
  private boolean json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description =
          "A Markdown file that gets the tables, too, in place of what lies between two of its"
              + " lines, the comments 'bench all' and 'end of bench all' for example.")
  private Path page;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use (default: all cores).")
  private Integer threads;

  /**
   * Begins the tables with the machine, and the day.
   *
   * @throws IOException when the page cannot be read, or has no place for them
   */
  BenchTables begin() throws IOException {
    Optional<BenchPage> place =
        Optional.ofNullable(page)
            .map(file -> new BenchPage(file, command.qualifiedName().replaceFirst("^\\S+ ", "")));
    if (place.isPresent()) {
      place.get().read();
    }
    BenchTables tables = new BenchTables(command.commandLine().getOut(), json, place);
    tables.text(
        String.format(
            Locale.ROOT,
            "%s, of %d cores; %s, %s.",
            Machine.here(threads()),
            Runtime.getRuntime().availableProcessors(),
            Version.line(),
            LocalDate.now(ZoneOffset.UTC)));
    return tables;
  }

  /** The value of {@code --threads}. */
  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** Runs a command, quietly, after saying so, and says why where it fails. */
  FreshRuns.Ended run(FreshRuns runs, BenchTables to, List<String> words)
      throws IOException, InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    String line = TypedCommand.quoted(words);
    if (!GeneralArguments.isQuiet(command)) {
      err.println(command.qualifiedName() + ": " + line);
      err.flush();
    }
    List<String> quiet = new ArrayList<>(words);
    quiet.add("--quiet");
    FreshRuns.Ended ended = runs.run(quiet);
    if (!ended.done()) {
      err.println(command.qualifiedName() + ": " + line + ": " + ended.failure());
      err.flush();
      to.figures(Map.of("command", line, "error", ended.failure()));
    }
    return ended;
  }
}

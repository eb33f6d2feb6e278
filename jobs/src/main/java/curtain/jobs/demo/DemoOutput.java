package curtain.jobs.demo;

import curtain.engine.Machine;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.shards.LocalOutput;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options on the output of {@code demo data} and {@code demo train}, on this machine. */
final class DemoOutput {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory on this machine. It gets _SUCCESS when it is whole.")
  private Path output;

  @ArgGroup private There there = new There();

  /** The options on an output that exists, of which at most one may be given. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Delete an existing output of Curtain, and start again.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Keep a whole output that was made with the same settings, and start an unfinished one"
                + " again.")
    private boolean resume;
  }

  /** The work of a step. */
  interface Work {
    /**
     * Reads all that it needs, and only then starts the output and writes all files.
     *
     * @return what the output holds now, as the rest of a line that begins with the command's name
     */
    String write(LocalOutput directory, Progress progress) throws IOException, RunException;
  }

  /** The name of the command after that of its group, as {@code demo data}. */
  private String name() {
    return command.qualifiedName().substring("curtain ".length());
  }

  Path directory() {
    return output;
  }

  /**
   * Does the work, unless a whole output of the same settings exists.
   *
   * @param settings that decide what is written
   * @param names pattern of the files and directories that are written to {@code --output}
   * @param images number of images
   * @param build program and engine, for the provenance
   * @param machines the machines that the network ran on, asked for after the work
   * @return the exit status
   * @throws RunException where the output may not be used
   */
  int run(
      Settings settings,
      Pattern names,
      long images,
      ShardedRun.Build build,
      Supplier<List<Machine>> machines,
      Work work,
      Configuration conf)
      throws IOException, RunException {
    long nanos = System.nanoTime();
    String start = ShardedRun.now();
    String done;
    try (LocalOutput directory =
        LocalOutput.open(
            output,
            name(),
            settings.asMap(),
            names,
            OutputArguments.mode(there.overwrite, there.resume),
            conf)) {
      if (directory.finished() != null) {
        say(output + " is whole; there is nothing to do");
        return 0;
      }
      try (Progress progress =
          Progress.standard(
              name(), command.commandLine().getErr(), GeneralArguments.isQuiet(command))) {
        done = work.write(directory, progress);
      }
      directory.commit(
          new Provenance(
              build.version(),
              build.commit(),
              name(),
              TypedCommand.of(command),
              start,
              ShardedRun.now(),
              false,
              settings.asMap(),
              build.precision(),
              build.device(),
              build.libraries(),
              machines.get(),
              List.of(),
              images,
              images,
              0,
              Map.of(),
              null));
    }
    long seconds = (System.nanoTime() - nanos) / 1_000_000_000L;
    say(String.format(Locale.ROOT, "%s in %s (%s)", done, output, Progress.duration(seconds)));
    return 0;
  }

  private void say(String what) {
    if (!GeneralArguments.isQuiet(command)) {
      PrintWriter err = command.commandLine().getErr();
      err.println("curtain " + name() + ": " + what);
      err.flush();
    }
  }
}

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

/** The output of the demo's own two steps, on this machine. */
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

  /** At most one of them. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Delete an output of Curtain's that is there, and begin again.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Keep an output that is whole and was made with the same settings, and begin one that is"
                + " not again.")
    private boolean resume;
  }

  /** What a step does. */
  interface Work {
    /**
     * Reads all that it needs, and only then begins the output and writes all files.
     *
     * @return the words behind the command's name that say what is there now
     */
    String write(LocalOutput directory, Progress progress) throws IOException;
  }

  /** The command with the group that it is in. */
  private String name() {
    return command.qualifiedName().substring("curtain ".length());
  }

  Path directory() {
    return output;
  }

  /**
   * Does the work, unless it is done.
   *
   * @param settings that decide what is written
   * @param names of what is written at the top
   * @param images number of them
   * @param build what the provenance says of the program and where it ran
   * @param machines that the network ran on, asked for when the work is done
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
    LocalOutput directory =
        LocalOutput.open(
            output,
            name(),
            settings.asMap(),
            names,
            OutputArguments.mode(there.overwrite, there.resume),
            conf);
    if (directory.finished() != null) {
      say(output + " is whole; there is nothing to do");
      return 0;
    }
    long nanos = System.nanoTime();
    String start = ShardedRun.now();
    String done;
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
            Map.of()));
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

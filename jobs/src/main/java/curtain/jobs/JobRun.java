package curtain.jobs;

import curtain.jobs.shards.Layout;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.shards.SparkScheduler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Model.CommandSpec;

/** How every job over images ends: runs on Spark with a progress line, and says what came of it. */
final class JobRun {
  private final CommandSpec spec;
  private final boolean quiet;

  JobRun(CommandSpec spec, boolean quiet) {
    this.spec = spec;
    this.quiet = quiet;
  }

  /** Runs to the end; the exit status is 0. */
  int execute(ShardedRun run, OutputDirectory directory, SparkConf spark, Configuration conf)
      throws IOException, RunException {
    return execute(run, directory, spark, conf, List.of());
  }

  /**
   * Runs to the end; the exit status is 0.
   *
   * @param files that Spark brings to the executors, see {@link SparkScheduler}
   */
  int execute(
      ShardedRun run,
      OutputDirectory directory,
      SparkConf spark,
      Configuration conf,
      List<Path> files)
      throws IOException, RunException {
    long start = System.nanoTime();
    PrintWriter err = spec.commandLine().getErr();
    ShardedRun.Result result;
    try (Progress progress = Progress.standard(run.command(), err, quiet);
        SparkScheduler scheduler = new SparkScheduler(spark, files)) {
      result = run.run(directory, scheduler, conf, progress);
    }
    String output = Layout.display(directory.layout().root());
    long errors = result.counts().errors();
    if (!quiet && result.wasWhole()) {
      err.printf("curtain %s: %s is whole; there is nothing to do%n", run.command(), output);
    }
    if (!quiet || errors > 0) {
      String line =
          String.format(
              Locale.ROOT,
              "curtain %s: %,d of %,d images are in %s (%s)",
              run.command(),
              result.counts().images(),
              run.images().size(),
              output,
              Progress.duration((System.nanoTime() - start) / 1_000_000_000L));
      if (errors > 0) {
        line +=
            String.format(
                Locale.ROOT, "; %,d could not be used: %s/errors says why", errors, output);
      }
      err.println(line);
    }
    err.flush();
    return 0;
  }

  /** The command line as typed, quoted where a shell needs it. */
  static String commandLine(CommandSpec spec) {
    return commandLine(spec.commandLine().getParseResult().originalArgs());
  }

  /** A command line of these arguments, quoted where a shell needs it. */
  static String commandLine(List<String> arguments) {
    return "curtain "
        + arguments.stream()
            .map(a -> a.matches("[\\w@%+=:,./-]+") ? a : "'" + a.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "));
  }
}

package curtain.jobs.command;

import curtain.images.source.ImageRef;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.shards.Stage;
import curtain.jobs.task.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Model.CommandSpec;

/** How every job over images ends: runs on Spark with a progress line, and says what came of it. */
public final class JobRun {
  private final CommandSpec spec;
  private final RunArguments run;
  private final OutputArguments output;

  public JobRun(CommandSpec spec, RunArguments run, OutputArguments output) {
    this.spec = spec;
    this.run = run;
    this.output = output;
  }

  /** A run of this command over images, see {@link ShardedRun}. */
  public ShardedRun over(
      Map<String, String> settings,
      List<ImageRef> images,
      ShardKernel kernel,
      int batch,
      ShardedRun.Build build) {
    return over(settings, images, kernel, Optional.empty(), batch, build);
  }

  /** The same with what follows when all images are done. */
  public ShardedRun over(
      Map<String, String> settings,
      List<ImageRef> images,
      ShardKernel kernel,
      Optional<Stage<?>> stage,
      int batch,
      ShardedRun.Build build) {
    return new ShardedRun(
        spec.name(),
        commandLine(spec),
        settings,
        images,
        kernel,
        stage,
        batch,
        run.partitions(),
        output.maxErrors(),
        build);
  }

  /** Runs to the end; the exit status is 0. */
  public int execute(
      ShardedRun work, OutputDirectory directory, SparkConf spark, Configuration conf)
      throws IOException, RunException {
    return execute(work, directory, spark, conf, List.of());
  }

  /**
   * Runs to the end; the exit status is 0.
   *
   * @param files that Spark brings to the executors, see {@link SparkScheduler}
   */
  public int execute(
      ShardedRun work,
      OutputDirectory directory,
      SparkConf spark,
      Configuration conf,
      List<Path> files)
      throws IOException, RunException {
    boolean quiet = run.quiet();
    long start = System.nanoTime();
    PrintWriter err = spec.commandLine().getErr();
    ShardedRun.Result result;
    try (Progress progress = Progress.standard(work.command(), err, quiet);
        SparkScheduler scheduler = new SparkScheduler(spark, files)) {
      result = work.run(directory, scheduler, conf, progress);
    }
    String where = Layout.display(directory.layout().root());
    long errors = result.counts().errors();
    if (!quiet && result.wasWhole()) {
      err.printf(
          Locale.ROOT, "curtain %s: %s is whole; there is nothing to do%n", work.command(), where);
    }
    if (!quiet || errors > 0) {
      String line =
          String.format(
              Locale.ROOT,
              "curtain %s: %,d of %,d images are in %s (%s)",
              work.command(),
              result.counts().images(),
              work.images().size(),
              where,
              Progress.duration((System.nanoTime() - start) / 1_000_000_000L));
      if (errors > 0) {
        line +=
            String.format(
                Locale.ROOT, "; %,d could not be used: %s/errors says why", errors, where);
      }
      err.println(line);
    }
    err.flush();
    return 0;
  }

  /** The command line as typed, quoted where a shell needs it. */
  public static String commandLine(CommandSpec spec) {
    return commandLine(spec.commandLine().getParseResult().originalArgs());
  }

  /** A command line of these arguments, quoted where a shell needs it. */
  public static String commandLine(List<String> arguments) {
    return "curtain " + quoted(arguments);
  }

  /** Words, quoted where a shell needs it. */
  public static String quoted(List<String> words) {
    return words.stream()
        .map(a -> a.matches("[\\w@%+=:,./-]+") ? a : "'" + a.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}

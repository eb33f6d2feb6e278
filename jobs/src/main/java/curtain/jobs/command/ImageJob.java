package curtain.jobs.command;

import curtain.images.source.ImageOptions;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Options that every job over images has: what it reads, what it writes and where it runs; and how
 * it begins. A job through one network takes {@link NetworkJob}, which goes on from here to the
 * end.
 */
public final class ImageJob {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Mixin private ImageArguments images;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  /** What a job refuses of its own options. */
  @FunctionalInterface
  public interface Check {
    /**
     * Checks before anything is read or written.
     *
     * @param output which must not hold what the job reads
     */
    void check(OutputArguments output, Configuration conf) throws IOException, RunException;
  }

  /** Takes notes of what is done; null where none are wanted. */
  public PrintWriter notes() {
    return run.quiet() ? null : mixee.commandLine().getErr();
  }

  /** Options on the output, for what is no job over images. */
  public OutputArguments output() {
    return output;
  }

  /**
   * Decides where the job runs, checks its options, and looks at its output; changes nothing.
   *
   * @param work that tasks do
   * @param model that says how images are cut where no option does
   * @param check of the job's own options
   * @throws RunException when something is there that no option allows to replace or go on with
   */
  public OpenJob open(Threads.Work work, ModelDefaults model, Check check)
      throws IOException, RunException {
    CommandSpec command = mixee.commandLine().getCommandSpec();
    SparkConf spark = new SparkConf();
    Threads threads = run.threads(spark, work);
    run.prepare(spark, command.name(), threads);
    Configuration conf = RunArguments.hadoop(spark);
    ImageOptions options = images.options(model);
    check.check(output, conf);
    OutputDirectory directory = output.open(images.uri(), conf);
    return new OpenJob(
        command, images, output, run, model, spark, threads, conf, options, directory);
  }
}

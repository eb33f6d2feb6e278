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
 * The options of every job over images, on what it reads, what it writes and where it runs, and the
 * first step of the job. A job through one network uses {@link NetworkJob}, which does all further
 * steps.
 */
public final class ImageJob {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Mixin private ImageArguments images;
  @Mixin private OutputArguments output;
  @Mixin private RunArguments run;

  /** A check of a job's own options. */
  @FunctionalInterface
  public interface Check {
    /**
     * Checks the options before anything is read or written.
     *
     * @param output the output, which must not hold what the job reads
     * @throws RunException naming an option that is refused
     * @throws IOException when storage fails
     */
    void check(OutputArguments output, Configuration conf) throws IOException, RunException;
  }

  /** The writer of messages for the user; null under {@code --quiet}. */
  public PrintWriter notes() {
    return run.quiet() ? null : mixee.commandLine().getErr();
  }

  /** The options on the output. */
  public OutputArguments output() {
    return output;
  }

  /**
   * Decides where the job runs, checks its options, and looks at its output; changes nothing.
   *
   * @param work kind of the tasks' work
   * @param model defaults of the images
   * @param check check of the job's own options
   * @throws RunException when an option is refused, or an output exists that no option allows to
   *     replace or resume
   * @throws IOException when storage fails
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

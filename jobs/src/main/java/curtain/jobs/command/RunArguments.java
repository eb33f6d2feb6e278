package curtain.jobs.command;

import curtain.jobs.task.Threads;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import scala.Tuple2;

/** Options on where and how a job runs; none of them changes a result. */
public final class RunArguments {
  private static final String HADOOP_PREFIX = "spark.hadoop.";

  /** The loggers that log a failed task with its stack trace. */
  private static final List<String> FAILED_TASKS =
      List.of("org.apache.spark.executor.Executor", "org.apache.spark.scheduler.TaskSetManager");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master (default: this machine, in this process; spark-submit sets it).")
  private String master;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description =
          "Threads to use, 1 to 65536 (default: all cores; on a cluster, of each task:"
              + " spark.task.cpus).")
  private Integer threads;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description =
          "Cut the images into at most N pieces, 1 to 65536. One task does a piece, and --resume"
              + " skips those that are done (default: about 4 for each task that runs at once, at"
              + " most 1024 images each).")
  private Integer partitions;

  /** The value of {@code --partitions}, or 0 where it was not given. */
  int partitions() {
    return partitions == null ? 0 : partitions;
  }

  /** Whether {@code --quiet} was given. */
  public boolean quiet() {
    return GeneralArguments.isQuiet(mixee);
  }

  /**
   * Decides on tasks and threads, see {@link Threads#decide}.
   *
   * @throws IllegalArgumentException when {@code --threads} would have no effect
   */
  public Threads threads(SparkConf conf, Threads.Work work) {
    return Threads.decide(
        master != null ? master : conf.get("spark.master", null),
        threads == null ? 0 : threads,
        work,
        Runtime.getRuntime().availableProcessors(),
        conf.getInt("spark.task.cpus", 1));
  }

  /** Completes Spark's settings; those of spark-submit stay. */
  public void prepare(SparkConf conf, String command, Threads threads) {
    prepare(conf, command, threads, mixee);
  }

  /** Completes Spark's settings for a command without these options. */
  public static void prepare(SparkConf conf, String command, Threads threads, CommandSpec spec) {
    threads.applyTo(conf);
    conf.setIfMissing("spark.app.name", "curtain " + command);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (threads.isLocal()) {
      if (!GeneralArguments.showsStacktrace(spec)) {
        // The command reports the failure of a task in one line.
        FAILED_TASKS.forEach(logger -> Configurator.setLevel(logger, Level.OFF));
      }
      conf.setIfMissing("spark.ui.enabled", "false");
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      // Progress comes with the heartbeats.
      conf.setIfMissing("spark.executor.heartbeatInterval", "1s");
    }
  }

  /**
   * Hadoop's settings with those that Spark's settings and AWS's variables add, without starting
   * Spark.
   */
  public static Configuration hadoop(SparkConf conf) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf.getAll()) {
      if (setting._1().startsWith(HADOOP_PREFIX)) {
        hadoop.set(setting._1().substring(HADOOP_PREFIX.length()), setting._2());
      }
    }
    AwsVariables.applyTo(hadoop, System.getenv());
    ProcessUmask.applyTo(hadoop);
    return hadoop;
  }
}

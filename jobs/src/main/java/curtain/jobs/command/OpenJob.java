package curtain.jobs.command;

import curtain.images.ArchiveScan;
import curtain.images.ThreadScan;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.ClusterDriver;
import curtain.jobs.shards.ErrorReasons;
import curtain.jobs.shards.Layout;
import curtain.jobs.shards.OutputDirectory;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.shards.ShardedRun;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.shards.Stage;
import curtain.jobs.task.ModelDefaults;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Threads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A job over images whose options are checked and whose output may be written, with its further
 * steps.
 */
public final class OpenJob {
  private final CommandSpec command;
  private final ImageArguments images;
  private final OutputArguments output;
  private final RunArguments run;
  private final ModelDefaults model;
  private final SparkConf spark;
  private final Threads threads;
  private final Configuration conf;
  private final ImageOptions options;
  private final OutputDirectory directory;
  private ArchiveScan scan = ThreadScan.HERE;

  OpenJob(
      CommandSpec command,
      ImageArguments images,
      OutputArguments output,
      RunArguments run,
      ModelDefaults model,
      SparkConf spark,
      Threads threads,
      Configuration conf,
      ImageOptions options,
      OutputDirectory directory) {
    this.command = command;
    this.images = images;
    this.output = output;
    this.run = run;
    this.model = model;
    this.spark = spark;
    this.threads = threads;
    this.conf = conf;
    this.options = options;
    this.directory = directory;
  }

  /** Hadoop's settings. */
  public Configuration conf() {
    return conf;
  }

  /** The tasks that run at once, and their threads. */
  public Threads threads() {
    return threads;
  }

  /** The transform and sizes of images. */
  public ImageOptions options() {
    return options;
  }

  /** The output directory. */
  public OutputDirectory directory() {
    return directory;
  }

  /** Begins to start the engine, see {@link EngineArguments#begin}. */
  void begin(EngineArguments engine) {
    engine.begin(spark, threads);
  }

  /** The device of a network, see {@link DeviceArguments#device}. */
  public String device(EngineArguments engine) {
    return engine.device(spark, threads);
  }

  /** The class list that labels are read by, see {@link ImageArguments#classes}. */
  public Classes classes() throws IOException {
    return images.classes(model, conf);
  }

  /**
   * The classes of a network with so many outputs, see {@link ImageArguments#classes}.
   *
   * @param listed the images
   */
  public Classes classes(int outputs, List<ImageRef> listed) throws IOException {
    return images.classes(model, outputs, listed, notes(), conf);
  }

  /** Lists the images, see {@link ImageArguments#list}. */
  public List<ImageRef> list() throws IOException {
    return images.list(options, notes(), scan, conf);
  }

  /** Lists the images that another option names, see {@link ImageArguments#list}. */
  public List<ImageRef> list(String option, String uri) throws IOException {
    return images.list(option, uri, options, notes(), scan, conf);
  }

  /** The settings that decide results, of these images. */
  public Settings settings(Classes classes, List<ImageRef> listed) throws IOException {
    return images.settings(options, classes, listed, conf);
  }

  /** The writer of messages for the user; null under {@code --quiet}. */
  public PrintWriter notes() {
    return run.quiet() ? null : command.commandLine().getErr();
  }

  /** The run of this command over images, without a stage, see {@link ShardedRun}. */
  public ShardedRun over(
      Settings settings,
      List<ImageRef> listed,
      ShardKernel kernel,
      int batch,
      ShardedRun.Build build) {
    return over(settings, listed, kernel, Optional.empty(), batch, build);
  }

  /** The run of this command over images, with a stage that may follow, see {@link ShardedRun}. */
  public ShardedRun over(
      Settings settings,
      List<ImageRef> listed,
      ShardKernel kernel,
      Optional<Stage<?>> stage,
      int batch,
      ShardedRun.Build build) {
    return new ShardedRun(
        command.name(),
        TypedCommand.of(command),
        settings.asMap(),
        listed,
        kernel,
        stage,
        batch,
        run.partitions(),
        output.maxErrors(),
        build);
  }

  /**
   * A scheduler on this job's Spark. Where the cluster runs this driver, Spark starts at once: YARN
   * waits for it 100 seconds, and listing the images may take longer. Elsewhere it starts when all
   * options are known to be right.
   */
  public SparkScheduler scheduler() {
    SparkScheduler scheduler = new SparkScheduler(spark);
    if (!threads.isLocal()) {
      scan = scheduler.scan();
    }
    if (!threads.isLocal() && ClusterDriver.isThis(spark)) {
      scheduler.start();
    }
    return scheduler;
  }

  /**
   * A scheduler as that of {@link #scheduler()}, for a network.
   *
   * @throws IllegalArgumentException when a GPU was asked for and Spark assigns none
   */
  public SparkScheduler scheduler(EngineArguments engine) {
    if (!threads.isLocal()) {
      device(engine); // refused before Spark starts
    }
    return scheduler();
  }

  /**
   * Whether to begin what tasks need while the driver still prepares them: they run in this
   * process, and there is work for them. With {@code --resume} the output may be whole.
   */
  boolean isAhead() {
    return threads.isLocal() && !directory.isResumed();
  }

  /**
   * Runs the work on Spark, with a progress line, and prints a summary; the exit status is 0.
   *
   * @param files files that Spark brings to the executors, see {@link SparkScheduler}
   * @param open scheduler, which is closed when the work is done
   * @throws RunException when settings differ from those of the run to go on with, there are more
   *     errors than allowed, or no image could be used; the output is whole then all the same
   * @throws IOException when storage fails
   */
  public int execute(ShardedRun work, List<Path> files, SparkScheduler open)
      throws IOException, RunException {
    open.ship(files);
    boolean quiet = run.quiet();
    long start = System.nanoTime();
    PrintWriter err = command.commandLine().getErr();
    ShardedRun.Result result;
    try (Progress progress = Progress.standard(work.command(), err, quiet);
        SparkScheduler scheduler = open) {
      result = work.run(directory, scheduler, conf, progress);
    }
    String where = Layout.display(directory.layout().root());
    long errors = result.counts().errors();
    if (errors > 0 && errors == work.images().size()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "none of the %,d images could be used, most often: %s; %s/errors has them all",
              errors,
              ErrorReasons.commonest(directory, conf),
              where));
    }
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
}

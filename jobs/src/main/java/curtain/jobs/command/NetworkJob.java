package curtain.jobs.command;

import curtain.compile.Target;
import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.shards.SparkScheduler;
import curtain.jobs.task.BatchSize;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/**
 * The options of a job over images through one network, and all of its steps but for {@link Work}:
 * it opens the output, reads the network, lists the images, compiles, runs on Spark and commits.
 */
public final class NetworkJob {
  @Mixin private ImageJob job;
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  /** The part that differs between jobs. */
  public interface Work {
    /**
     * Checks options before anything is read.
     *
     * @param output the output, which must not hold what the job reads
     * @throws RunException naming an option that is refused
     * @throws IOException when storage fails
     */
    void check(OutputArguments output, Configuration conf) throws IOException, RunException;

    /** Interprets the options for the network and its classes. */
    Computation choose(OpenNetwork network);

    /** The option on the precision; empty for a job without one, which computes in float32. */
    default Optional<PrecisionArguments> precision() {
      return Optional.empty();
    }
  }

  /** The computation that the options name. */
  @FunctionalInterface
  public interface Computation {
    /**
     * Compiles the network, and gives the kernel and the job's own settings.
     *
     * @throws RunException naming an option that is refused
     * @throws IOException when storage fails
     */
    Compiled compile(Site site) throws IOException, RunException;
  }

  /**
   * A network that was read.
   *
   * @param network the network with its weights
   * @param classes class list of its outputs
   * @param options transform and sizes of images
   * @param batch value of {@code --batch-size}
   */
  public record OpenNetwork(
      Network network, ClassList classes, ImageOptions options, BatchSize batch) {}

  /**
   * The surroundings of a compilation.
   *
   * @param network settings of the network
   * @param programs programs, which the job keeps until its end
   * @param target what networks are compiled for
   * @param images number of images
   * @param notes writer of messages for the user; null under {@code --quiet}
   * @param conf Hadoop's settings
   */
  public record Site(
      Settings network,
      ProgramFiles programs,
      Target target,
      int images,
      PrintWriter notes,
      Configuration conf) {}

  /**
   * The compiled job.
   *
   * @param settings the job's own settings, besides those of images and network
   * @param kernel kernel of a shard of images
   */
  public record Compiled(Settings settings, ShardKernel kernel) {}

  /**
   * Runs the job; the exit status is 0.
   *
   * @throws RunException when an option, or an existing output, does not allow it
   * @throws IOException when storage fails
   */
  public int run(Work work) throws IOException, RunException {
    OpenJob open = job.open(Threads.Work.NETWORK, model.defaults(), work::check);
    open.begin(engine);
    NetworkPrecision precision = precision(work);
    if (precision != NetworkPrecision.FP32) {
      precision.target(open.device(engine)); // refused before anything is read
    }
    try (SparkScheduler scheduler = open.scheduler(engine)) {
      ModelArguments.Read read = model.read(open.conf());
      List<ImageRef> listed = open.list();
      Classes classes = open.classes(read.network().classes(), listed);
      Computation computation =
          work.choose(
              new OpenNetwork(read.network(), classes.list(), open.options(), engine.batch()));
      if (open.isAhead()) {
        scheduler.begin();
      }
      return compute(open, scheduler, read, listed, classes, work, computation);
    }
  }

  private static NetworkPrecision precision(Work work) {
    return work.precision().map(PrecisionArguments::value).orElse(NetworkPrecision.FP32);
  }

  private int compute(
      OpenJob open,
      SparkScheduler scheduler,
      ModelArguments.Read read,
      List<ImageRef> listed,
      Classes classes,
      Work work,
      Computation computation)
      throws IOException, RunException {
    NetworkPrecision precision = precision(work);
    String device = precision.device(open.device(engine));
    Settings images = open.settings(classes, listed);
    Settings network = model.settings(read.sha256());
    try (ProgramFiles programs = new ProgramFiles(open.threads(), device)) {
      Compiled compiled =
          computation.compile(
              new Site(
                  network,
                  programs,
                  precision.target(device),
                  listed.size(),
                  open.notes(),
                  open.conf()));
      if (open.isAhead()) {
        programs.beginLoading();
      }
      Settings settings =
          Settings.builder()
              .addAll(images)
              .addAll(network)
              .addAll(compiled.settings())
              .addAll(work.precision().map(PrecisionArguments::settings).orElse(Settings.NONE))
              .withVersion();
      return open.execute(
          open.over(
              settings,
              listed,
              compiled.kernel(),
              engine.batch().unit(),
              Version.build(precision.toString(), device)),
          programs.shipped(),
          scheduler);
    }
  }
}

package curtain.jobs.command;

import curtain.images.ClassList;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.shards.RunException;
import curtain.jobs.shards.ShardKernel;
import curtain.jobs.task.ProgramFiles;
import curtain.jobs.task.Threads;
import curtain.jobs.task.Version;
import curtain.network.Network;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;

/**
 * The template of a job over images through one network: its options, and all that it does except
 * for {@link Work}. It opens the output, reads the network, lists the images, compiles, runs on
 * Spark and commits.
 */
public final class NetworkJob {
  private static final String PRECISION = "fp32";

  @Mixin private ImageJob job;
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  /** What is one job's own. */
  public interface Work {
    /**
     * Checks options before anything is read.
     *
     * @param output which must not hold what the job reads
     */
    void check(OutputArguments output, Configuration conf) throws IOException, RunException;

    /** Decides what the options mean for the network, before images are listed. */
    Computation choose(OpenNetwork network);
  }

  /** What is computed of each image, once that is decided. */
  @FunctionalInterface
  public interface Computation {
    /** Compiles, and says what decides results. */
    Compiled compile(Site site) throws IOException, RunException;
  }

  /**
   * A network that was read.
   *
   * @param network with its weights
   * @param classes of its outputs
   * @param options how images become its inputs
   * @param batchSize images that it is to take at once
   */
  public record OpenNetwork(
      Network network, ClassList classes, ImageOptions options, int batchSize) {}

  /**
   * Where programs are compiled to and for.
   *
   * @param network that describes itself: its settings
   * @param programs that the job keeps until its end
   * @param images number of them
   * @param notes takes what should be known beforehand; null where nothing should
   */
  public record Site(
      Settings network, ProgramFiles programs, int images, PrintWriter notes, Configuration conf) {}

  /**
   * What is run.
   *
   * @param settings the job's own, besides those of images and network
   * @param kernel of a shard of images
   */
  public record Compiled(Settings settings, ShardKernel kernel) {}

  /**
   * Runs the job; the exit status is 0.
   *
   * @throws RunException when an option, or what is there already, does not allow it
   * @throws IOException when storage fails
   */
  public int run(Work work) throws IOException, RunException {
    OpenJob open = job.open(Threads.Work.NETWORK, model.defaults(), work::check);
    ModelArguments.Read read = model.read(open.conf());
    ClassList classes = open.classes(read.network().classes());
    Computation computation =
        work.choose(new OpenNetwork(read.network(), classes, open.options(), engine.batchSize()));
    List<ImageRef> listed = open.list();
    String device = open.device(engine);
    Settings images = open.settings(classes, listed);
    Settings network = model.settings(read.sha256());
    try (ProgramFiles programs = new ProgramFiles(open.threads(), device)) {
      Compiled compiled =
          computation.compile(
              new Site(network, programs, listed.size(), open.notes(), open.conf()));
      Settings settings =
          Settings.builder()
              .addAll(images)
              .addAll(network)
              .addAll(compiled.settings())
              .withVersion();
      return open.execute(
          open.over(
              settings,
              listed,
              compiled.kernel(),
              engine.batchSize(),
              Version.build(PRECISION, device)),
          programs.shipped());
    }
  }
}

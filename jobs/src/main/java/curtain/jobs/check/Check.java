package curtain.jobs.check;

import ai.djl.Device;
import curtain.engine.Devices;
import curtain.gram.IntegerProducts;
import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.jobs.command.Classes;
import curtain.jobs.command.EngineArguments;
import curtain.jobs.command.ImageArguments;
import curtain.jobs.command.ModelArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.stability.CheckpointOrder;
import curtain.jobs.stability.Checkpoints;
import curtain.jobs.task.OwnThread;
import curtain.jobs.task.Threads;
import curtain.network.FoundNetwork;
import curtain.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain check}: lists images, reads a few of them and the weights, and says what a run
 * would find and about how long commands would take. Writes nothing and starts no Spark.
 *
 * <pre>
 * ./curtain check --images photos --model resnet50 --weights resnet50.pth
 * </pre>
 */
@Command(
    name = "check",
    description =
        "Say what a run would find in images and weights, and about how long it would take; writes"
            + " nothing.",
    modelTransformer = Check.Transformer.class,
    footer = {
      "",
      "Give --images, or --model and --weights, or all three. Of the images it reads 20, spread",
      "evenly over the listing, with the listing whole. Exit status 1, where a run would fail:",
      "the report's end says why, a line for each reason.",
      "",
      "Times are estimates, from a few batches on this machine, for the commands' default options.",
      "",
      "Example: curtain check --images photos --model resnet50 --weights resnet50.pth",
    })
public final class Check implements Callable<Integer> {
  private static final int EXAMPLES = 3;

  @Spec private CommandSpec spec;
  @Mixin private ImageArguments images;
  @Mixin private ModelArguments model;
  @Mixin private EngineArguments engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Ranges.Count.class,
      description = "Threads to use, 1 to 65536 (default: all cores).")
  private Integer threads;

  @Option(
      names = "--checkpoints",
      paramLabel = "DIR|GLOB",
      description =
          "Also say in which order stability would take these weights files of a training run"
              + " (default: none).")
  private String checkpoints;

  /** A step that may find that a run would fail. */
  private interface Step<T> {
    T run() throws IOException;
  }

  @Override
  public Integer call() {
    refuseHalves();
    // The report is one page; what it says of products at INFO is for a run of gram.
    Configurator.setLevel(IntegerProducts.class.getName(), Level.WARN);
    Configuration conf = RunArguments.hadoop(new SparkConf());
    int cores = Runtime.getRuntime().availableProcessors();
    Threads tasks =
        Threads.decide(null, threads == null ? 0 : threads, Threads.Work.NETWORK, cores, 1);
    Screen screen = new Screen();
    Optional<FoundNetwork> found =
        model.weights() == null
            ? Optional.empty()
            : attempt(screen, () -> model.read(conf).found());
    Optional<ImageReport> there =
        images.uri() == null
            ? Optional.empty()
            : attempt(screen, () -> look(found.isPresent(), conf));
    there.ifPresent(of -> of.say(screen));
    found.ifPresent(of -> sayNetwork(of, screen));
    Optional<ClassList> classes = there.flatMap(of -> sayLabels(of, found, conf, screen));
    Optional<CheckpointOrder> order =
        checkpoints == null
            ? Optional.empty()
            : attempt(screen, () -> Checkpoints.ordered(checkpoints, conf));
    Optional<Trial> trial =
        screen.fails()
            ? Optional.empty()
            : found.flatMap(of -> attempt(screen, () -> trial(of, there, tasks)));
    TrialReport report = new TrialReport(trial, there);
    classes.ifPresent(of -> report.sayAnswers(of, screen));
    order.ifPresent(of -> screen.say("checkpoints", "%s", of.said()));
    if (!screen.fails()) {
      report.sayCosts(
          found.map(FoundNetwork::network),
          images.options(model.defaults()).size(),
          order,
          tasks.perTask(),
          screen);
    }
    screen.print(spec.commandLine().getOut());
    return screen.fails() ? 1 : 0;
  }

  /**
   * Refuses a model without weights and weights without a model, and to check nothing.
   *
   * @throws ParameterException naming the options
   */
  private void refuseHalves() {
    if ((model.architecture() == null) != (model.weights() == null)) {
      throw new ParameterException(
          spec.commandLine(), "--model and --weights go together; give both, or none");
    }
    if (images.uri() == null && model.weights() == null && checkpoints == null) {
      throw new ParameterException(
          spec.commandLine(), "nothing to check: give --images, or --model and --weights, or all");
    }
  }

  /** Runs a step; what it fails of is a problem of the report. */
  private static <T> Optional<T> attempt(Screen screen, Step<T> step) {
    try {
      return Optional.of(step.run());
    } catch (UncheckedIOException e) {
      screen.problem(e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      screen.problem(e.getMessage());
    }
    return Optional.empty();
  }

  private ImageReport look(boolean network, Configuration conf) throws IOException {
    ImageSet set = images.listed(conf);
    ImageOptions options = images.options(model.defaults());
    set.check(options);
    return new ImageReport(
        images.uri(),
        set,
        SourceKind.of(set.refs(), images.columns(), conf),
        Sample.read(set.refs(), options, network, conf));
  }

  private void sayNetwork(FoundNetwork found, Screen screen) {
    Network network = found.network();
    screen.say(
        "network",
        "%s, images of %d x %d, %,d outputs",
        network.name(),
        network.imageSize(),
        network.imageSize(),
        network.classes());
    String place =
        String.format(
            Locale.ROOT,
            "%,d entries %s%s",
            found.entries(),
            found.key().isEmpty() ? "at the top" : "under " + quoted(found.key()),
            found.prefix().isEmpty() ? "" : " behind " + quoted(found.prefix()));
    int room = Screen.WIDTH - Screen.MARGIN - place.length() - 4;
    screen.say("weights", "%s of %s", place, Screen.end(model.weights(), room));
    if (!found.leftOut().isEmpty()) {
      screen.more(
          "left out, as no part of the network: %,d (%s)",
          found.leftOut().size(), Counts.names(found.leftOut(), EXAMPLES));
    }
  }

  private static String quoted(String name) {
    return "'" + Screen.cut(name, 20) + "'";
  }

  private Optional<ClassList> sayLabels(
      ImageReport of, Optional<FoundNetwork> found, Configuration conf, Screen screen) {
    of.sayNotes(screen);
    Optional<Classes> read =
        attempt(
            screen,
            () ->
                found.isPresent()
                    ? images.classes(
                        model.defaults(), found.get().network().classes(), of.refs(), null, conf)
                    : images.classes(model.defaults(), conf));
    read.ifPresent(
        classes ->
            new LabelReport(
                    classes.list(),
                    whose(classes, of.refs()),
                    of.refs().stream().filter(ref -> ref.error() == null).toList())
                .say(of.kind().labels(), screen));
    return read.map(Classes::list);
  }

  /** Whose the classes are. */
  private String whose(Classes classes, List<ImageRef> refs) {
    if (images.labels() != null) {
      return "of --labels " + Screen.end(images.labels(), 40);
    }
    if (classes.origin() == Classes.Origin.FOLDERS) {
      return refs.stream().allMatch(LabelReport::inItsFolder)
          ? "the folders by name"
          : "the labels by name";
    }
    boolean models = classes.list().size() == model.defaults().classes().size();
    if (!models) {
      return "numbers without names";
    }
    return model.architecture() != null && model.architecture().cifar()
        ? "CIFAR-10's"
        : "ImageNet's";
  }

  /** Images of a batch, as a run takes them that knows no GPU's memory. */
  private int size() {
    return engine.batch().auto() ? engine.batch().atMost(16).most() : engine.batchSize();
  }

  private Trial trial(FoundNetwork found, Optional<ImageReport> of, Threads tasks)
      throws IOException {
    String where = engine.device(new SparkConf(), tasks);
    Device device = Devices.of(where, 0);
    List<byte[]> pixels = of.map(each -> each.sample().pixels()).orElse(List.of());
    return OwnThread.run(() -> Trial.of(found.network(), pixels, size(), device, tasks.perTask()));
  }

  /** Makes {@code --images}, {@code --model} and {@code --weights} optional. */
  static final class Transformer implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec spec) {
      for (String name : List.of("--images", "--model", "--weights")) {
        OptionSpec option = spec.findOption(name);
        spec.remove(option);
        spec.addOption(option.toBuilder().required(false).build());
      }
      return spec;
    }
  }
}

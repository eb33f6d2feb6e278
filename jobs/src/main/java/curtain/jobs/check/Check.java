package curtain.jobs.check;

import ai.djl.Device;
import curtain.engine.Devices;
import curtain.gram.IntegerProducts;
import curtain.images.ClassList;
import curtain.images.ImageSet;
import curtain.images.source.ImageError;
import curtain.images.source.ImageOptions;
import curtain.images.source.ImageRef;
import curtain.images.source.LeftOut;
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
import curtain.pullback.ImagePullbacks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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

  /** Images without pixels that have a line of their own. */
  private static final int NAMED = 5;

  /** The number of images that times are of where none are given. */
  private static final long WITHOUT_IMAGES = 1000;

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

  /** A set of images, with those of it that were read. */
  private record Images(ImageSet set, SourceKind kind, Sample sample) {
    List<ImageRef> refs() {
      return set.refs();
    }
  }

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
    Optional<Images> there =
        images.uri() == null
            ? Optional.empty()
            : attempt(screen, () -> look(found.isPresent(), conf));
    there.ifPresent(of -> sayImages(of, screen));
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
    if (trial.isPresent() && there.isPresent() && classes.isPresent()) {
      sayAnswers(trial.get(), there.get().sample(), classes.get(), screen);
    }
    order.ifPresent(of -> screen.say("checkpoints", "%s", of.said()));
    if (!screen.fails()) {
      sayCosts(there, found.map(FoundNetwork::network), trial, order, tasks.perTask(), screen);
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

  private Images look(boolean network, Configuration conf) throws IOException {
    ImageSet set = images.listed(conf);
    ImageOptions options = images.options(model.defaults());
    set.check(options);
    return new Images(
        set,
        SourceKind.of(set.refs(), images.columns(), conf),
        Sample.read(set.refs(), options, network, conf));
  }

  private void sayImages(Images of, Screen screen) {
    List<ImageRef> refs = of.refs();
    List<ImageRef> errors = refs.stream().filter(ref -> ref.error() != null).toList();
    String kind = of.kind().words();
    int room = Screen.WIDTH - Screen.MARGIN - kind.length() - 2;
    screen.say("images", "%s: %s", kind, Screen.end(images.uri(), room));
    screen.say(
        "listed",
        "%,d%s",
        refs.size(),
        of.kind().files() ? ": " + Counts.words(Counts.of(extensions(refs)), 6) : " rows");
    if (!of.set().leftOut().isEmpty()) {
      screen.say("left out", "%s", LeftOut.words(of.set().leftOut()));
    }
    if (!errors.isEmpty()) {
      screen.say("errors", "%,d of the listing, rows of errors/ in a run", errors.size());
      errors.stream()
          .limit(EXAMPLES)
          .forEach(ref -> screen.more("%s: %s", name(ref, 50), ref.error()));
    }
    Sample sample = of.sample();
    screen.say(
        "read",
        "%s: %,d can be used%s, %,d cannot",
        refs.size() == sample.count()
            ? "all"
            : String.format(Locale.ROOT, "%,d, spread evenly", sample.count()),
        sample.usable().size(),
        formats(sample),
        sample.errors().size());
    List<ImageError> bad = sample.errors();
    bad.stream()
        .limit(NAMED)
        .forEach(error -> screen.more("%s: %s", name(error.ref(), 40), error.reason()));
    if (bad.size() > NAMED) {
      List<ImageError> rest = bad.subList(NAMED, bad.size());
      screen.more(
          "%,d more: %s",
          rest.size(),
          Counts.names(rest.stream().map(e -> name(e.ref(), 20)).toList(), Sample.MOST));
    }
    if (sample.usable().isEmpty()) {
      screen.problem(
          String.format(
              Locale.ROOT,
              "--images %s: none of the %,d images that were read can be used, most often: %s",
              images.uri(),
              bad.size(),
              Counts.of(bad.stream().map(ImageError::reason).toList()).keySet().iterator().next()));
    }
  }

  private static String formats(Sample sample) {
    List<String> formats =
        sample.usable().stream()
            .map(read -> read.format() == null ? "of stored pixels" : read.format())
            .toList();
    return formats.isEmpty() ? "" : " (" + Counts.words(Counts.of(formats), 6) + ")";
  }

  private static List<String> extensions(List<ImageRef> refs) {
    List<String> extensions = new ArrayList<>();
    for (ImageRef ref : refs) {
      String file = ref.imageId().substring(ref.imageId().lastIndexOf('/') + 1);
      int dot = file.lastIndexOf('.');
      extensions.add(
          dot <= 0
              ? "without extension"
              : Screen.cut(file.substring(dot).toLowerCase(Locale.ROOT), 12));
    }
    return extensions;
  }

  private static String name(ImageRef ref, int width) {
    return Screen.end(ref.imageId(), width);
  }

  /** The end of a name without its extension. */
  private static String shortName(ImageRef ref) {
    String name = ref.imageId();
    int dot = name.lastIndexOf('.');
    return Screen.end(dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name, 22);
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
      Images of, Optional<FoundNetwork> found, Configuration conf, Screen screen) {
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

  private Trial trial(FoundNetwork found, Optional<Images> of, Threads tasks) throws IOException {
    String where = engine.device(new SparkConf(), tasks);
    Device device = Devices.of(where, 0);
    List<byte[]> pixels = of.map(each -> each.sample().pixels()).orElse(List.of());
    return OwnThread.run(
        () -> Trial.of(found.network(), pixels, engine.batchSize(), device, tasks.perTask()));
  }

  /** Two images on a line: name, class of the largest logit, its probability. */
  private static void sayAnswers(Trial trial, Sample sample, ClassList classes, Screen screen) {
    int labelled = 0;
    int right = 0;
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < trial.answers().size(); i++) {
      ImageRef ref = sample.usable().get(i).ref();
      ImagePullbacks answer = trial.answers().get(i);
      int top = answer.targets()[0];
      Integer label = classes.label(ref);
      boolean hit = label != null && label == top;
      labelled += label == null ? 0 : 1;
      right += hit ? 1 : 0;
      cells.add(
          answer.isFinite()
              ? String.format(
                  Locale.ROOT,
                  "%-22s %s %-12s %.2f",
                  shortName(ref),
                  hit ? "=" : " ",
                  Screen.cut(classes.name(top), 12),
                  answer.probability(top))
              : String.format(Locale.ROOT, "%-22s   not finite", shortName(ref)));
    }
    if (cells.isEmpty()) {
      return;
    }
    screen.say(
        "top-1",
        "%s",
        labelled == 0
            ? "largest logit and its probability; no image has a label"
            : String.format(
                Locale.ROOT,
                "largest logit and its probability; it is the label (=) of %,d of %,d",
                right,
                labelled));
    for (int i = 0; i < cells.size(); i += 2) {
      screen.more("%-42s  %s", cells.get(i), i + 1 < cells.size() ? cells.get(i + 1) : "");
    }
    if (trial.answers().stream().noneMatch(ImagePullbacks::isFinite)) {
      screen.problem(
          "no logit, pullback or gradient of the images that were read is finite: are these"
              + " weights of before the training diverged, and --mean and --std right?");
    }
  }

  private void sayCosts(
      Optional<Images> there,
      Optional<Network> network,
      Optional<Trial> trial,
      Optional<CheckpointOrder> order,
      int cores,
      Screen screen) {
    long count = there.map(of -> (long) of.refs().size()).orElse(WITHOUT_IMAGES);
    double decode = there.map(of -> of.sample().seconds()).orElse(0.0);
    int side = images.options(model.defaults()).size();
    Costs costs = new Costs(count, side, decode, cores);
    List<Costs.Estimate> estimates = new ArrayList<>();
    if (there.isPresent() && side > 0) {
      estimates.add(costs.ingest());
    }
    trial.ifPresent(
        of ->
            estimates.addAll(
                costs.all(
                    of,
                    network.get().nodes().get(network.get().penultimate()).channels(),
                    order.map(each -> each.names().size()).orElse(0))));
    if (estimates.isEmpty()) {
      return;
    }
    screen.say(
        "estimate",
        "for %,d images and default options, from %s with %d threads on this machine;",
        count,
        trial
            .map(of -> String.format(Locale.ROOT, "batches of %d", of.batch()))
            .orElse("what was read"),
        cores);
    screen.more("the start of Spark, some seconds, comes on top");
    for (Costs.Estimate each : estimates) {
      screen.more("%-26s %14s  %10s", each.command(), each.time(), Screen.bytes(each.bytes()));
    }
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

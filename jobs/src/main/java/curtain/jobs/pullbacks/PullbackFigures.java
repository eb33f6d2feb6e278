package curtain.jobs.pullbacks;

import curtain.figures.Style;
import curtain.images.source.ImageRef;
import curtain.jobs.command.GoalArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.PictureArguments;
import curtain.jobs.task.Progress;
import curtain.pullback.TargetChoice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Pullbacks as pictures [paper, figure 2], and the options that say which and how. Rows are images,
 * columns target classes, the first column the input; each gate and temperature has a row of its
 * own, the vanilla gradient's above the others; or the other way round. Writes {@code
 * figure-0001.png} and so on, and {@code figures.csv} ({@link FigureTable}). Of neurons {@link
 * NeuronFigures} draws sheets, unless images are named: then columns are neurons.
 */
public final class PullbackFigures implements FigureKind {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Mixin private PictureArguments pictures;
  @Mixin private NeuronFigures neurons;

  @Option(
      names = "--targets",
      paramLabel = "CLASS[,CLASS...]",
      hideParamSyntax = true,
      description =
          "Only these columns, in this order: indices, WordNet ids or names, separated by commas"
              + " (default: each image's own, in the order of the pullbacks).")
  private String targets;

  @Option(
      names = "--columns",
      paramLabel = "WHAT",
      description =
          "targets, a row for each temperature; or temperatures, a row for each target (default:"
              + " targets).")
  private FigureBlock.Columns across;

  @Option(
      names = "--style",
      paramLabel = "NAME",
      defaultValue = "rgb",
      description = "rgb, diverging or overlay, see below (default: ${DEFAULT-VALUE}).")
  private Style style;

  /** The options that other figures with pictures have, too. */
  public PictureArguments pictures() {
    return pictures;
  }

  /** How values become colours. */
  public Style style() {
    return style;
  }

  /** The classes that {@code --targets} names, none without it. */
  public List<Integer> columns(ClassNames names) {
    return targets == null ? List.of() : targets(names);
  }

  @Override
  public String command() {
    return "pullbacks";
  }

  @Override
  public Set<String> options() {
    Set<String> options = new LinkedHashSet<>(PictureArguments.OPTIONS);
    options.addAll(List.of("--targets", "--columns", "--style"));
    options.addAll(NeuronFigures.OPTIONS);
    return options;
  }

  @Override
  public String files() {
    return "figures\\.csv|figure-\\d+\\.png|" + NeuronFigures.FILES;
  }

  @Override
  public Ready ready(FinishedOutput pullbacks, String labels, Configuration conf)
      throws IOException, RunException {
    Store store = Store.of(pullbacks.setting("store"));
    if (store == Store.NONE) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--input %s keeps no pullbacks, only their norms (--store none); run curtain pullbacks with --store float32 or float16",
              pullbacks.given()));
    }
    ClassNames names = ClassNames.of(pullbacks, labels, conf);
    if (sheets(pullbacks)) {
      return neurons.ready(
          pullbacks,
          store,
          FigureSet.list(pullbacks, pictures.images(), conf),
          NeuronFigures.pages(pictures, names, style),
          settings(List.of(), conf),
          conf);
    }
    List<Integer> columns = columns(names);
    Set<String> chosen = new LinkedHashSet<>(pictures.ids());
    FigureSet set = FigureSet.list(pullbacks, pictures.images(), conf);
    Long limit = pictures.limit();
    set.choose(pullbacks, chosen, columns, limit == null ? Long.MAX_VALUE : limit, names);
    Set<String> read =
        chosen.isEmpty() || limit == null
            ? chosen
            : set.chosen().stream().map(ImageRef::imageId).collect(Collectors.toSet());
    Integer cell = pictures.cell();
    FigurePages pages =
        new FigurePages(columns, across(), names, style, cell == null ? 0 : cell, pictures.rows());
    Settings settings =
        Settings.builder().addAll(settings(columns, conf)).add("columns", across()).build();
    return new Chosen(pullbacks, store, set, read, pages, settings, conf);
  }

  /** Whether the pullbacks are drawn by neuron; by image where images are named. */
  private boolean sheets(FinishedOutput pullbacks) {
    if (!pullbacks.provenance().settings().containsKey(GoalArguments.NEURON)) {
      neurons.refuse("pullbacks of classes, which --input has; see --targets");
      return false;
    }
    if (targets != null) {
      throw new ParameterException(
          command.commandLine(),
          "--targets has no effect on pullbacks of neurons, which --input has; see --neuron");
    }
    if (pictures.ids().isEmpty() && pictures.limit() == null) {
      if (across != null) {
        throw new ParameterException(
            command.commandLine(),
            "--columns has no effect on sheets of neurons; give --image or --limit for pages of images");
      }
      return true;
    }
    neurons.refuse("pages of single images; leave out --image and --limit");
    return false;
  }

  private FigureBlock.Columns across() {
    return across == null ? FigureBlock.Columns.TARGETS : across;
  }

  private List<Integer> targets(ClassNames names) {
    try {
      TargetChoice choice = TargetChoice.parse(targets, names.classes());
      if (choice.kind() == TargetChoice.Kind.CLASSES) {
        return choice.classes();
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--targets: " + e.getMessage(), e);
    }
    throw new ParameterException(
        command.commandLine(),
        "--targets: '" + targets + "' is no list of indices, WordNet ids or names");
  }

  private Settings settings(List<Integer> columns, Configuration conf) throws IOException {
    return Settings.builder()
        .addAll(pictures.place(conf))
        .addAll(pictures.choice(PictureArguments.OWN_SIZE))
        .addAll(settings(columns))
        .build();
  }

  /** The columns and the style. */
  public Settings settings(List<Integer> columns) {
    String targets =
        columns.isEmpty()
            ? "all"
            : columns.stream().map(String::valueOf).collect(Collectors.joining(","));
    return Settings.builder().add("targets", targets).add("style", style).build();
  }

  /**
   * Images that are there, in the pullbacks and in the set.
   *
   * @param read image_ids whose rows are read, all where it is empty
   */
  private record Chosen(
      FinishedOutput pullbacks,
      Store store,
      FigureSet set,
      Set<String> read,
      FigurePages pages,
      Settings settings,
      Configuration conf)
      implements Ready {
    @Override
    public long images() {
      return set.chosen().size();
    }

    @Override
    public String shown() {
      return String.format(Locale.ROOT, "%,d images", images());
    }

    @Override
    public Map<String, Long> draw(FileOutput output, Progress progress)
        throws IOException, RunException {
      FigurePages.Drawn drawn;
      try (PullbackReader reader = PullbackReader.open(pullbacks, store, read, conf)) {
        drawn = pages.draw(reader, set, output, done -> progress.show(done, 0, done, images()));
      }
      Map<String, Long> counts = new LinkedHashMap<>();
      counts.put("pages", (long) drawn.pages());
      counts.put("figures.csv", drawn.cells());
      return counts;
    }
  }
}

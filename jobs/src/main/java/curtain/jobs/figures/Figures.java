package curtain.jobs.figures;

import curtain.jobs.ascend.AscentFigures;
import curtain.jobs.ascend.WalkArguments;
import curtain.jobs.calibrate.CalibrationFigures;
import curtain.jobs.calibrate.TemperatureMark;
import curtain.jobs.command.GeneralArguments;
import curtain.jobs.command.OutputArguments;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.command.TypedCommand;
import curtain.jobs.gram.GramFigures;
import curtain.jobs.kernel.KernelFigures;
import curtain.jobs.measures.MeasuresFigures;
import curtain.jobs.pullbacks.PullbackFigures;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.OutputLock;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.FigureKind;
import curtain.jobs.show.InputSettings;
import curtain.jobs.stability.StabilityFigures;
import curtain.jobs.task.Progress;
import curtain.jobs.task.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code curtain figures}: the output of another command as pictures. What is drawn depends on the
 * command that made it: {@link PullbackFigures}, {@link AscentFigures}, {@link CalibrationFigures},
 * {@link MeasuresFigures}, {@link StabilityFigures}, {@link GramFigures}, {@link KernelFigures}.
 * Runs in this process, without Spark.
 *
 * <pre>
 * ./curtain figures --input pullbacks --output figures
 * ./curtain figures --input ascended --output figures
 * ./curtain figures --input calibration --output figures
 * ./curtain figures --input measures --output figures
 * ./curtain figures --input stability --output figures
 * ./curtain figures --input gram --output figures
 * ./curtain figures --input kernel --output figures
 * </pre>
 */
@Command(
    name = "figures",
    description =
        "Outputs of pullbacks, ascend, calibrate, measures, stability, gram and kernel as pictures:"
            + " PNG, and CSV of what they show.",
    footer = {
      "",
      "Of pullbacks and ascend: figure-0001.png and so on, and figures.csv. Only these",
      "take --targets and --style; these and kernel's take --image, --limit, --cell and",
      "--rows; ascend's alone --direction and --step; pullbacks' alone --columns,",
      "--neuron and --top; pullbacks' and kernel's --images. With several temperatures",
      "each has a row, or with --columns temperatures a column, the gradient first.",
      "Of ascend each target has two columns, where the walk led, as it is, and the",
      "difference; and logits.png and logits.csv have each target's logit over the",
      "steps, mean over images; with --targets top:K that of each rank, whatever class",
      "it is. Styles of pullbacks and differences:",
      "  rgb        the three channels as colours, from their least to their largest",
      "             value, as torchvision's make_grid(normalize=True, scale_each=True)",
      "  diverging  the sum of the channels by ColorBrewer's RdBu, blue below 0, red",
      "             above, to its largest magnitude",
      "  overlay    the same over the grey image, more opaque where larger",
      "Each picture is scaled by itself; figures.csv has its extremes, and says what",
      "each shows and where. The input is shown as it is.",
      "Of pullbacks of neurons instead neurons-0001.png and so on, and neurons.csv: a",
      "row for each channel, the images that excite it most, the most exciting first,",
      "each with its pre-activation and its pullback beside it; --rows channels on a",
      "page. With --image or --limit these images as above, neurons as columns.",
      "",
      "Of calibrate, which alone takes --temperature and --temperature-unit:",
      "  distributions-0001 and so on",
      "                   a histogram of each layer's pre-activations, -T and T marked.",
      "                   CSV: distributions.csv, every bin; layers.csv",
      "",
      "Of measures, measures.png and measures.csv: a panel for each measure, in it means over",
      "images with 95 %% intervals, a point for each direction.",
      "",
      "Of stability, a CSV file with the numbers beside each picture:",
      "  path_stability   correlations of the logit with the one under the gates of",
      "                   another checkpoint, t_pi framed; a page for each fixed class",
      "  gate_flips       by layer, the gates that differ from the last checkpoint's;",
      "                   beside it the correlation in path space",
      "  activations      histograms of how often a channel is active",
      "  pullback_cosine  of pullback and gradient with the last checkpoint's",
      "",
      "Of gram, for each kernel but single layers:",
      "  gram_KERNEL      the normalised kernel, images ordered by class; of the",
      "                   product and the path kernel its logarithm. Beyond 2,000",
      "                   images a cell is a mean. CSV: every cell, and beyond 200",
      "                   images means by class",
      "  class_blocks_KERNEL",
      "                   of a Gram without tiles: means by class",
      "",
      "Of kernel:",
      "  neighbours-KERNEL-0001 and so on",
      "                   images and their nearest neighbours, those of another class",
      "                   framed. Without --image and --limit these are 24 images at",
      "                   equal distances in the set. CSV: neighbours.csv",
      "  spectrum         leading eigenvalues, a line for each kernel",
      "  scores           of kernel.json: accuracies, alignments, regression",
      "",
      "Example: curtain figures --input pullbacks --targets tench,parachute \\",
      "           --output figures",
      "         curtain figures --input stability --output figures",
      "         curtain figures --input kernel --limit 8 --output figures",
    })
public final class Figures implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description =
          "Output of curtain pullbacks, ascend, calibrate, measures, stability, gram or kernel,"
              + " whole: a path or Hadoop URI.")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory for the pages, a path or Hadoop URI. It gets _SUCCESS when it is whole.")
  private String output;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class list that names are taken from: index, directory, name, separated by tabs"
              + " (default: the run's).")
  private String labels;

  @Option(
      names = "--csv-safe",
      description =
          "Put an apostrophe before text in CSV files that begins with =, +, -, @, a tab or a"
              + " line's end, which spreadsheets take for a formula. For files from people you do"
              + " not know.")
  private boolean csvSafe;

  @Mixin private PullbackFigures pullbacks;
  @Mixin private WalkArguments walks;
  @Mixin private TemperatureMark mark;

  @ArgGroup private There there = new There();

  /** At most one of them. */
  private static final class There {
    @Option(
        names = "--overwrite",
        description = "Replace figures that are there, once the new ones are whole.")
    private boolean overwrite;

    @Option(
        names = "--resume",
        description =
            "Keep figures that are whole, of the same --input, not made anew since, and with the"
                + " same options; refused where these have changed. Draw those that are not whole"
                + " again.")
    private boolean resume;
  }

  /** The commands whose outputs can be drawn: a line for each. */
  private List<FigureKind> kinds() {
    return List.of(
        pullbacks,
        new AscentFigures(pullbacks, walks),
        new CalibrationFigures(mark),
        new MeasuresFigures(),
        new StabilityFigures(),
        new GramFigures(),
        new KernelFigures(pullbacks.pictures()));
  }

  @Override
  public Integer call() throws Exception {
    String start = now();
    long nanos = System.nanoTime();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    List<String> commands = kinds().stream().map(FigureKind::command).toList();
    FinishedOutput made = FinishedOutput.open("--input", input, commands, conf);
    FigureKind kind = kinds().get(commands.indexOf(made.provenance().command()));
    refuseOthersOptions(kind);
    String files = kinds().stream().map(FigureKind::files).collect(Collectors.joining("|"));
    FileOutput directory =
        FileOutput.open(
            output,
            spec.name(),
            Pattern.compile(files),
            OutputArguments.mode(there.overwrite, there.resume),
            csvSafe,
            conf);
    FigureKind.Ready ready = kind.ready(made, labels, conf);
    Settings settings = settings(made, ready, conf);
    if (directory.isFinished(settings.asMap())) {
      say(directory.display() + " is whole; there is nothing to do");
      return 0;
    }
    Map<String, Long> counts = draw(ready, settings, start, directory);
    say(
        String.format(
            Locale.ROOT,
            "%s on %,d pages are in %s (%s)",
            ready.shown(),
            counts.get("pages"),
            directory.display(),
            Progress.duration((System.nanoTime() - nanos) / 1_000_000_000L)));
    return 0;
  }

  private Map<String, Long> draw(
      FigureKind.Ready ready, Settings settings, String start, FileOutput directory)
      throws IOException, RunException {
    boolean drawn = false;
    OutputLock lock = directory.lock(this::warn);
    try {
      directory.begin();
      Map<String, Long> counts;
      try (Progress progress =
          Progress.standard(
              spec.name(), spec.commandLine().getErr(), GeneralArguments.isQuiet(spec))) {
        counts = ready.draw(directory, progress);
      }
      directory.commit(lock, provenance(start, settings, ready, counts));
      drawn = true;
      return counts;
    } finally {
      try {
        if (!drawn) {
          directory.abandon();
        }
      } finally {
        lock.close();
      }
    }
  }

  private void say(String what) {
    if (!GeneralArguments.isQuiet(spec)) {
      warn(what);
    }
  }

  private void warn(String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("curtain " + spec.name() + ": " + what);
    err.flush();
  }

  /** An option that would have no effect is a mistake. */
  private void refuseOthersOptions(FigureKind kind) {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      List<String> others =
          kinds().stream()
              .filter(each -> each.options().contains(name))
              .map(FigureKind::command)
              .toList();
      if (!others.isEmpty() && !kind.options().contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            String.format(
                Locale.ROOT,
                "%s has no effect on figures of curtain %s, which made --input %s; it is for those"
                    + " of curtain %s",
                name,
                kind.command(),
                input,
                String.join(" or ", others)));
      }
    }
  }

  /** What decides the figures. */
  private Settings settings(FinishedOutput made, FigureKind.Ready ready, Configuration conf)
      throws IOException {
    Settings.Builder settings = Settings.builder();
    if (csvSafe) {
      settings.add("csv-safe", true);
    }
    return settings
        .addAll(InputSettings.of(List.of(made), conf))
        .addAll(ClassNames.settings(labels, conf))
        .addAll(ready.settings())
        .withVersion();
  }

  private Provenance provenance(
      String start, Settings settings, FigureKind.Ready ready, Map<String, Long> counts) {
    return new Provenance(
        Version.version(),
        Version.commit(),
        spec.name(),
        TypedCommand.of(spec),
        start,
        now(),
        false,
        settings.asMap(),
        null,
        null,
        Version.libraries(),
        List.of(),
        List.of(),
        ready.images(),
        ready.images(),
        0,
        counts,
        null);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

package curtain.jobs;

import curtain.engine.TargetChoice;
import curtain.figures.Style;
import curtain.images.ImageRef;
import curtain.jobs.shards.FileOutput;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Provenance;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code curtain figures}: pullbacks as pictures [paper, figure 2]. Rows are images, columns target
 * classes, the first column the input; each gate and temperature has a row of its own, the vanilla
 * gradient's above the others.
 *
 * <p>Writes {@code figure-0001.png} and so on, and {@code figures.csv} ({@link FigureTable}). Runs
 * in this process, without Spark: pages are drawn one after the other.
 *
 * <pre>
 * ./curtain figures --input pullbacks --output figures
 * </pre>
 */
@Command(
    name = "figures",
    description = "Pullbacks as pictures: figure-0001.png and so on, figures.csv.",
    footer = {
      "",
      "Styles:",
      "  rgb        the three channels as colours, from their least to their largest",
      "             value, as torchvision's make_grid(normalize=True, scale_each=True)",
      "  diverging  the sum of the channels by ColorBrewer's RdBu, blue below 0, red",
      "             above, to its largest magnitude",
      "  overlay    the same over the grey image, more opaque where larger",
      "Each picture is scaled by itself; figures.csv has its extremes, and says what",
      "each shows and where. The input is shown as it is.",
      "",
      "Example: curtain figures --input pullbacks --targets tench,parachute \\",
      "           --output figures",
    })
final class Figures implements Callable<Integer> {
  private static final String MADE_BY = "pullbacks";
  private static final Pattern FILES = Pattern.compile("figures\\.csv|figure-\\d+\\.png");

  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description = "Output of curtain pullbacks, whole: a path or Hadoop URI.")
  private String input;

  @Option(
      names = "--images",
      paramLabel = "URI",
      description =
          "The images that the pullbacks are of, found by image_id (default: those of the run, if"
              + " their list has not changed). The run's transform is applied.")
  private String images;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class list that names are taken from: index, directory, name, separated by tabs"
              + " (default: the run's).")
  private String labels;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Directory for the pages, a path or Hadoop URI. It gets _SUCCESS when it is whole.")
  private String output;

  @Option(
      names = "--image",
      paramLabel = "ID[,ID...]",
      split = ",",
      hideParamSyntax = true,
      description =
          "Only these images, by image_id, separated by commas (default: all). They come in the"
              + " set's order.")
  private List<String> ids = List.of();

  @Option(
      names = "--targets",
      paramLabel = "CLASS[,CLASS...]",
      hideParamSyntax = true,
      description =
          "Only these columns, in this order: indices, WordNet ids or names, separated by commas"
              + " (default: each image's own, in the order of the pullbacks).")
  private String targets;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Ranges.PositiveLong.class,
      description = "Only the first N of these images, 1 and up (default: all).")
  private Long limit;

  @Option(
      names = "--style",
      paramLabel = "NAME",
      converter = StyleConverter.class,
      defaultValue = "rgb",
      description = "rgb, diverging or overlay, see below (default: ${DEFAULT-VALUE}).")
  private Style style;

  @Option(
      names = "--cell",
      paramLabel = "PIXELS",
      converter = Ranges.Side.class,
      description =
          "Longer side of a picture, 32 to 4096 (default: the image's own; its least multiple from"
              + " 128 where that is smaller). Multiples enlarge each pixel to a square, other sizes"
              + " are bilinear.")
  private Integer cell;

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "8",
      description = "Images on a page, 1 to 65536 (default: ${DEFAULT-VALUE}).")
  private int rows;

  @Option(names = "--overwrite", description = "Replace figures that are there.")
  private boolean overwrite;

  @Option(names = "--quiet", description = "No progress line; errors stay.")
  private boolean quiet;

  @Option(names = "--stacktrace", description = "On failure, show where in the program.")
  @SuppressWarnings("UnusedVariable") // Main looks for it, as failures are told there
  private boolean stacktrace;

  @Override
  public Integer call() throws Exception {
    String start = now();
    long nanos = System.nanoTime();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    FinishedOutput pullbacks = FinishedOutput.open("--input", input, MADE_BY, conf);
    Store store = Store.of(pullbacks.setting("store"));
    if (store == Store.NONE) {
      throw new RunException(
          "--input %s keeps no pullbacks, only their norms (--store none); run curtain pullbacks with --store float32 or float16"
              .formatted(input));
    }
    FileOutput directory = FileOutput.open(output, spec.name(), FILES, overwrite, conf);
    ClassNames names = ClassNames.of(pullbacks, labels, conf);
    List<Integer> columns = targets == null ? List.of() : targets(names);
    Set<String> chosen = new LinkedHashSet<>(ids);
    FigureSet set = FigureSet.list(pullbacks, images, conf);
    set.choose(pullbacks, chosen, columns, limit == null ? Long.MAX_VALUE : limit, names);

    directory.begin();
    Set<String> read =
        chosen.isEmpty() || limit == null
            ? chosen
            : set.chosen().stream().map(ImageRef::imageId).collect(Collectors.toSet());
    FigurePages pages = new FigurePages(columns, names, style, cell == null ? 0 : cell, rows);
    FigurePages.Drawn drawn;
    long total = set.chosen().size();
    try (PullbackReader reader = PullbackReader.open(pullbacks, store, read, conf);
        Progress progress = Progress.standard(spec.name(), spec.commandLine().getErr(), quiet)) {
      drawn = pages.draw(reader, set, directory, done -> progress.show(done, 0, done, total));
    }
    directory.commit(provenance(start, conf, columns, total, drawn));
    if (!quiet) {
      spec.commandLine()
          .getErr()
          .printf(
              "curtain %s: %,d images on %,d pages are in %s (%s)%n",
              spec.name(),
              total,
              drawn.pages(),
              directory.display(),
              Progress.duration((System.nanoTime() - nanos) / 1_000_000_000L));
      spec.commandLine().getErr().flush();
    }
    return 0;
  }

  private List<Integer> targets(ClassNames names) {
    try {
      TargetChoice choice = TargetChoice.parse(targets, names.classes());
      if (choice.kind() == TargetChoice.Kind.CLASSES) {
        return choice.classes();
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--targets: " + e.getMessage(), e);
    }
    throw new ParameterException(
        spec.commandLine(),
        "--targets: '" + targets + "' is no list of indices, WordNet ids or names");
  }

  private Provenance provenance(
      String start, Configuration conf, List<Integer> columns, long total, FigurePages.Drawn drawn)
      throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("input", OutputArguments.qualified(input, conf));
    settings.put("images", images == null ? "the run's" : OutputArguments.qualified(images, conf));
    settings.put("labels", labels == null ? "the run's" : labels);
    settings.put("image", ids.isEmpty() ? "all" : String.join(",", ids));
    settings.put(
        "targets",
        columns.isEmpty()
            ? "all"
            : columns.stream().map(String::valueOf).collect(Collectors.joining(",")));
    settings.put("limit", limit == null ? "none" : String.valueOf(limit));
    settings.put("style", style.toString());
    settings.put("cell", cell == null ? "the image's own" : String.valueOf(cell));
    settings.put("rows", String.valueOf(rows));
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("pages", (long) drawn.pages());
    counts.put("figures.csv", drawn.cells());
    return new Provenance(
        Version.version(),
        Version.commit(),
        spec.name(),
        JobRun.commandLine(spec),
        start,
        now(),
        false,
        settings,
        null,
        null,
        Version.libraries(),
        List.of(),
        total,
        total,
        0,
        counts);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static final class StyleConverter implements ITypeConverter<Style> {
    @Override
    public Style convert(String value) {
      for (Style style : Style.values()) {
        if (style.toString().equals(value)) {
          return style;
        }
      }
      throw new TypeConversionException("'" + value + "' is none of rgb, diverging, overlay");
    }
  }
}

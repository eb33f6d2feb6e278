package curtain.jobs;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code curtain report}: outputs of other commands as one page of HTML that needs no other file
 * and no network. Tables are read row by row; of images only some are in the page. Runs in this
 * process, without Spark.
 *
 * <pre>
 * ./curtain report --input pullbacks --input measures --input stability --output report.html
 * </pre>
 */
@Command(
    name = Report.NAME,
    description =
        "Outputs of the other commands as one HTML page, which opens from disk without a network.",
    footer = {
      "",
      "Takes outputs of pullbacks, ascend, gram, kernel, stability, measures, calibrate",
      "and demo train, in any number and order. The page says what was run, and shows",
      "images with their pullbacks and gradients, walks, kernels with their spectra and",
      "scores, correlations and flips over training, measures with intervals, and what",
      "could not be used. It holds at most --images-shown images of each output, at",
      "equal distances in the set, and heat maps of at most 500 x 500 cells, beyond",
      "that means, and stays below 15 MB.",
      "",
      "Example: curtain report --input pullbacks --input measures --output report.html",
    })
final class Report implements Callable<Integer> {
  private static final long MOST_BYTES = 15_000_000;

  static final String NAME = "report";

  /** Bytes of all pictures together. */
  private static final long PICTURES = 8_000_000;

  /** Cells of all heat maps together: 16 bits each, in base64. */
  private static final long CELLS = 1_250_000;

  /** Cells of a heat map's side. */
  private static final int SIDE = 500;

  @Spec private CommandSpec spec;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description =
          "Output of curtain pullbacks, ascend, gram, kernel, stability, measures, calibrate or"
              + " demo train, whole: a path or Hadoop URI. May be given several times.")
  private List<String> inputs;

  @Mixin private FileArguments output;

  @Option(
      names = "--images-shown",
      paramLabel = "N",
      converter = Ranges.Count.class,
      defaultValue = "24",
      description =
          "Images of each output that are in the page, 1 to 65536 (default: ${DEFAULT-VALUE}). The"
              + " more there are, the smaller they become.")
  private int images;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Class list that names are taken from: index, directory, name, separated by tabs"
              + " (default: each run's).")
  private String labels;

  /** The commands whose outputs can be shown, in the page's order. */
  static final List<ReportSection> SECTIONS =
      List.of(
          new PullbackReport(),
          new AscentReport(),
          new MeasuresReport(),
          new StabilityReport(),
          new GramReport(),
          new KernelReport(),
          new CalibrationReport(),
          new TrainingReport());

  /** An input with its section. */
  private record Part(ReportSection section, FinishedOutput input) {}

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    output.check();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    List<Part> parts = parts(conf);
    Map<String, String> settings = settings(parts, conf);
    if (output.isFinished(settings, ReportPage::settings)) {
      return 0;
    }
    output.write(
        unfinished -> {
          try (Writer page = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8);
              Progress progress =
                  Progress.standard(spec.name(), spec.commandLine().getErr(), output.isQuiet())) {
            progress.begin("outputs");
            write(page, settings, parts, conf, progress);
          }
          refuseLarge(Files.size(unfinished));
        });
    output.say(
        "%d outputs are in %s, %.1f MB (%s)"
            .formatted(
                parts.size(),
                output.path(),
                Files.size(output.path()) / 1e6,
                Progress.duration((System.nanoTime() - start) / 1_000_000_000L)));
    return 0;
  }

  /** What decides the page, which holds it. */
  private Map<String, String> settings(List<Part> parts, Configuration conf) throws IOException {
    Map<String, String> settings = MadeOf.of(parts.stream().map(Part::input).toList(), conf);
    settings.put("images-shown", String.valueOf(images));
    ClassNames.describe(settings, labels, conf);
    settings.put("curtain_version", Version.version());
    return settings;
  }

  /** Pictures are bounded; logits of endless walks, or maps of many checkpoints, are not. */
  static void refuseLarge(long bytes) throws RunException {
    if (bytes > MOST_BYTES) {
      throw new RunException(
          "the page would have %.1f MB, more than the 15 that browsers show well; give fewer --input or a smaller --images-shown"
              .formatted(bytes / 1e6));
    }
  }

  private List<Part> parts(Configuration conf) throws IOException, RunException {
    List<String> commands = SECTIONS.stream().map(ReportSection::command).toList();
    List<FinishedOutput> opened = new ArrayList<>();
    for (String input : inputs) {
      opened.add(FinishedOutput.open("--input", input, commands, conf));
    }
    List<Part> parts = new ArrayList<>();
    for (ReportSection section : SECTIONS) {
      for (FinishedOutput input : opened) {
        if (input.provenance().command().equals(section.command())) {
          parts.add(new Part(section, input));
        }
      }
    }
    return parts;
  }

  private void write(
      Writer page,
      Map<String, String> settings,
      List<Part> parts,
      Configuration conf,
      Progress progress)
      throws IOException, RunException {
    String models =
        parts.stream()
            .map(part -> part.input.provenance().settings().get("model"))
            .filter(model -> model != null)
            .distinct()
            .collect(Collectors.joining(", "));
    ReportRoom room = room(parts, conf);
    ReportPage.write(
        models.isEmpty() ? "Curtain" : "Curtain: " + models,
        settings,
        out -> data(new ReportJson(out), parts, room, progress),
        page);
  }

  private void data(ReportJson json, List<Part> parts, ReportRoom room, Progress progress)
      throws IOException, RunException {
    json.begin();
    json.beginArray("runs");
    for (Part part : parts) {
      ReportRuns.write(part.input, room.conf(), json);
    }
    json.endArray();
    json.beginArray("sections");
    for (int i = 0; i < parts.size(); i++) {
      progress.show(i, 0, i, parts.size());
      Part part = parts.get(i);
      json.begin();
      json.put("kind", part.section.command());
      json.put("input", part.input.given());
      part.section.write(part.input, room, json);
      json.end();
    }
    json.endArray();
    json.end();
    json.flush();
  }

  /** Divides the page among the outputs. */
  private ReportRoom room(List<Part> parts, Configuration conf) {
    long pictured = parts.stream().filter(part -> part.section.hasPictures()).count();
    long grams = parts.stream().filter(part -> part.section instanceof GramReport).count();
    double side = Math.sqrt((double) CELLS / DrawnKernel.values().length / Math.max(1, grams));
    return new ReportRoom(
        images, PICTURES / Math.max(1, pictured), (int) Math.min(SIDE, side), labels, conf);
  }
}

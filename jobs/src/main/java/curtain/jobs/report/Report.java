package curtain.jobs.report;

import curtain.jobs.ascend.AscentReport;
import curtain.jobs.calibrate.CalibrationReport;
import curtain.jobs.command.FileArguments;
import curtain.jobs.command.Ranges;
import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.demo.TrainingReport;
import curtain.jobs.gram.DrawnKernel;
import curtain.jobs.gram.GramReport;
import curtain.jobs.kernel.KernelReport;
import curtain.jobs.measures.MeasuresReport;
import curtain.jobs.pullbacks.PullbackReport;
import curtain.jobs.report.ReportData.Part;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import curtain.jobs.show.InputSettings;
import curtain.jobs.show.PageTooLarge;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import curtain.jobs.stability.StabilityReport;
import curtain.jobs.task.Progress;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
      "images with their pullbacks and gradients, walks, kernels with their spectra,",
      "scores and nearest neighbours, correlations and flips over training, measures",
      "with intervals, and what could not be used. It holds at most --images-shown",
      "images of each output, at equal distances in the set, and heat maps of at most",
      "500 x 500 cells, beyond that means; fewer where it would be larger than 15 MB.",
      "Where something cannot be shown a sentence says why, there and on standard",
      "error, and the rest of the page is whole.",
      "",
      "Example: curtain report --input pullbacks --input measures --output report.html",
    })
public final class Report implements Callable<Integer> {
  public static final String NAME = "report";

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
  public static final List<ReportSection> SECTIONS =
      List.of(
          new PullbackReport(),
          new AscentReport(),
          new MeasuresReport(),
          new StabilityReport(),
          new GramReport(),
          new KernelReport(),
          new CalibrationReport(),
          new TrainingReport());

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    output.check();
    Configuration conf = RunArguments.hadoop(new SparkConf());
    List<Part> parts = parts(conf);
    for (String input : inputs) {
      output.spare("--input", input, conf);
    }
    if (labels != null) {
      output.spare("--labels", labels, conf);
    }
    Settings settings = settings(parts, conf);
    if (output.isFinished(settings, ReportPage::settings)) {
      return 0;
    }
    List<String> warnings = new ArrayList<>();
    output.write(file -> warnings.addAll(write(file, settings, parts, room(parts, conf))));
    PrintWriter err = spec.commandLine().getErr();
    warnings.forEach(warning -> err.println("curtain report: warning: " + warning));
    err.flush();
    output.say(
        String.format(
            Locale.ROOT,
            "%d outputs are in %s, %.1f MB (%s)",
            parts.size(),
            output.path(),
            Files.size(output.path()) / 1e6,
            Progress.duration((System.nanoTime() - start) / 1_000_000_000L)));
    return 0;
  }

  /** What decides the page, which holds it. */
  private Settings settings(List<Part> parts, Configuration conf) throws IOException {
    return Settings.builder()
        .addAll(InputSettings.of(parts.stream().map(Part::input).toList(), conf))
        .add("images-shown", images)
        .addAll(ClassNames.settings(labels, conf))
        .withVersion();
  }

  /**
   * Writes a page; where it would be too large, again with less in it. Pictures are bounded; logits
   * of endless walks, or maps of many checkpoints, are not.
   *
   * @return what is not in the page, and why: a sentence each
   */
  private List<String> write(Path file, Settings settings, List<Part> parts, ReportRoom whole)
      throws IOException, RunException {
    String models =
        parts.stream()
            .map(part -> part.input().provenance().settings().get("model"))
            .filter(model -> model != null)
            .distinct()
            .collect(Collectors.joining(", "));
    String title = models.isEmpty() ? "Curtain" : "Curtain: " + models;
    ReportRoom room = whole;
    String reduced = null;
    while (true) {
      ReportData data = new ReportData(parts, room, reduced);
      try (OutputStream bytes = Files.newOutputStream(file);
          Writer page =
              new BufferedWriter(
                  new OutputStreamWriter(
                      new PageTooLarge.Limited(bytes, PageTooLarge.MOST_BYTES),
                      StandardCharsets.UTF_8));
          Progress progress =
              Progress.standard(spec.name(), spec.commandLine().getErr(), output.isQuiet())) {
        progress.begin("outputs");
        ReportPage.write(title, settings, out -> data.write(out, progress), page);
      } catch (PageTooLarge e) {
        if (room.isLeast()) {
          throw new RunException(
              "the page would be larger than 15 MB, the most that browsers show well, even with one image of each output; give fewer --input");
        }
        room = room.smaller();
        reduced = room.reduced();
        continue;
      }
      List<String> warnings = new ArrayList<>(data.warnings());
      if (reduced != null) {
        warnings.add(0, reduced);
      }
      return warnings;
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

  /** Divides the page among the outputs. */
  private ReportRoom room(List<Part> parts, Configuration conf) {
    long pictured = parts.stream().filter(part -> part.section().hasPictures()).count();
    long grams = parts.stream().filter(part -> part.section() instanceof GramReport).count();
    double side = Math.sqrt((double) CELLS / DrawnKernel.values().length / Math.max(1, grams));
    return new ReportRoom(
        images, PICTURES / Math.max(1, pictured), (int) Math.min(SIDE, side), labels, conf);
  }
}

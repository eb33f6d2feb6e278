package curtain.jobs;

import curtain.jobs.command.RunArguments;
import curtain.jobs.command.Settings;
import curtain.jobs.report.Report;
import curtain.jobs.report.ReportPage;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.Plan;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.InputSettings;
import curtain.jobs.show.ReportSection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/** Compares what an earlier demo made with what this one is asked for. */
final class DemoMade {
  private static final String FIGURES = "figures";

  /** Commands whose output is replaced if one of its inputs was made again. */
  private static final List<String> SHOWING = List.of(FIGURES, Report.NAME);

  private static final List<String> SHOWN =
      Report.SECTIONS.stream().map(ReportSection::command).toList();

  private DemoMade() {}

  /**
   * Refuses to resume a demo with other settings.
   *
   * @param output the demo's directory
   * @param asked settings of the demo that is to run
   * @throws RunException if settings differ; the message names each with both values
   */
  static void refuseAnother(Path output, Settings asked) throws IOException, RunException {
    Map<String, String> made =
        settings(
            output.resolve("data"), "demo data", Set.of("train", "held-out", "curtain_version"));
    made.putAll(settings(output.resolve("checkpoints"), "demo train", Set.of("steps")));
    Map<String, String> comparable = new LinkedHashMap<>(asked.asMap());
    comparable.keySet().retainAll(made.keySet());
    List<String> changes = Plan.changes(made, comparable);
    if (!changes.isEmpty()) {
      throw new RunException(
          String.format(
              Locale.ROOT,
              "--output %s holds a demo with other settings: %s; give the same, another --output, or --overwrite to replace it",
              output,
              String.join("; ", changes)));
    }
  }

  /**
   * Whether the figures or the page of a step exist, but show inputs that were made again since.
   *
   * @param step a command of the demo, word by word
   */
  static boolean isStale(List<String> step) throws IOException, RunException {
    if (!SHOWING.contains(step.get(0))) {
      return false;
    }
    Path shown = Path.of(step.get(step.indexOf("--output") + 1));
    Map<String, String> before = Map.of();
    if (step.get(0).equals(FIGURES)) {
      before = finished(shown, FIGURES);
    } else if (Files.exists(shown)) {
      before = ReportPage.settings(shown).orElse(before);
    }
    if (before.isEmpty()) {
      return false;
    }
    List<FinishedOutput> inputs = new ArrayList<>();
    for (int i = 1; i < step.size() - 1; i++) {
      if (step.get(i).equals("--input")) {
        inputs.add(FinishedOutput.open("--input", step.get(i + 1), SHOWN, hadoop()));
      }
    }
    return !before.entrySet().containsAll(InputSettings.of(inputs, hadoop()).asMap().entrySet());
  }

  private static Map<String, String> settings(Path output, String command, Set<String> names)
      throws IOException, RunException {
    Map<String, String> settings = new LinkedHashMap<>(finished(output, command));
    settings.keySet().retainAll(names);
    return settings;
  }

  /** The settings of a command's output; empty if there is no whole output. */
  private static Map<String, String> finished(Path output, String command)
      throws IOException, RunException {
    return Files.exists(output.resolve("_SUCCESS"))
        ? FinishedOutput.open("--output", output.toString(), command, hadoop())
            .provenance()
            .settings()
        : Map.of();
  }

  private static Configuration hadoop() {
    return RunArguments.hadoop(new SparkConf());
  }
}

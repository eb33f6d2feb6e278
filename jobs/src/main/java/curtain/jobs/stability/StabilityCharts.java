package curtain.jobs.stability;

import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.shards.RunException;
import curtain.jobs.show.ClassNames;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * The charts of an output of stability, which figures and page draw.
 *
 * @param results what is shown
 * @param labels of checkpoints
 * @param correlations by checkpoint and lender of gates
 * @param training gates, paths and directions over training
 * @param activity how often channels are active
 */
record StabilityCharts(
    StabilityResults results,
    StabilityLabels labels,
    PathStabilityPages correlations,
    TrainingPages training,
    ActivationPages activity) {
  /**
   * Reads an output.
   *
   * @param classes of {@code --labels}, or null
   * @throws RunException where it has no images, or something is missing
   * @throws IOException when storage fails or a table is damaged
   */
  static StabilityCharts read(FinishedOutput input, String classes, Configuration conf)
      throws IOException, RunException {
    StabilityResults results = StabilityResults.read(input, conf);
    String smooth =
        String.format(
            Locale.ROOT,
            "%s gates, T\u00a0=\u00a0%s",
            input.setting("gate"),
            input.setting("temperature"));
    StabilityLabels labels = StabilityLabels.of(results.checkpoints(), smooth);
    String model = input.setting("model");
    return new StabilityCharts(
        results,
        labels,
        new PathStabilityPages(
            results,
            labels,
            model,
            input.setting("threshold"),
            ClassNames.of(input, classes, conf)),
        new TrainingPages(results, labels, model),
        new ActivationPages(results, labels, model, input.setting("activations").equals("neuron")));
  }
}

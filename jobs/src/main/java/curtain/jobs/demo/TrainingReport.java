package curtain.jobs.demo;

import curtain.figures.Axis;
import curtain.figures.LineChart;
import curtain.jobs.shards.FinishedOutput;
import curtain.jobs.show.ReportBlock;
import curtain.jobs.show.ReportJson;
import curtain.jobs.show.ReportRoom;
import curtain.jobs.show.ReportSection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.hadoop.fs.Path;

/** The section of the demo's training: loss and accuracy at every checkpoint. */
public final class TrainingReport implements ReportSection {
  @Override
  public String command() {
    return "demo train";
  }

  @Override
  public List<String> write(FinishedOutput input, ReportRoom room, ReportJson json)
      throws IOException {
    Path file = new Path(input.root(), DemoTrain.CSV);
    DoubleStream.Builder steps = DoubleStream.builder();
    DoubleStream.Builder accuracies = DoubleStream.builder();
    DoubleStream.Builder trained = DoubleStream.builder();
    DoubleStream.Builder losses = DoubleStream.builder();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                file.getFileSystem(room.conf()).open(file), StandardCharsets.UTF_8))) {
      lines.readLine(); // the columns' names
      boolean first = true;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] values = line.split(",", -1);
        try {
          double step = Long.parseLong(values[0]);
          steps.add(step);
          accuracies.add(Double.parseDouble(values[2]));
          // The first checkpoint is before all training, and has no loss.
          if (!first || !values[1].isEmpty()) {
            trained.add(step);
            losses.add(number(values[1]));
          }
          first = false;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
          throw new IOException(file + " is damaged: it has the line " + line, e);
        }
      }
    }
    json.putBlocks(
        blocks(
            steps.build().toArray(),
            accuracies.build().toArray(),
            trained.build().toArray(),
            losses.build().toArray()));
    return List.of();
  }

  /** A field of the file, which says nothing for NaN. */
  private static double number(String field) {
    return field.isEmpty() ? Double.NaN : Double.parseDouble(field);
  }

  /**
   * Shows the training.
   *
   * @param trained steps of those checkpoints that have a loss
   */
  private static List<ReportBlock> blocks(
      double[] steps, double[] accuracies, double[] trained, double[] losses) {
    if (steps.length == 0) {
      return List.of(new ReportBlock.Text("No checkpoint was written."));
    }
    int last = steps.length - 1;
    Axis across = Axis.covering("step", Arrays.stream(steps));
    return List.of(
        new ReportBlock.Text(
            String.format(
                Locale.ROOT,
                "After %,.0f steps %.1f %% of the held-out images are classified correctly.",
                steps[last],
                100 * accuracies[last])),
        new ReportBlock.Lines(
            List.of(
                new LineChart(
                    "Accuracy on the held-out images",
                    across,
                    Axis.linear("accuracy", 0, 1),
                    List.of(LineChart.Line.of("", steps, accuracies))),
                new LineChart(
                    "Mean loss since the checkpoint before",
                    across,
                    Axis.covering(
                        "loss", DoubleStream.concat(DoubleStream.of(0), Arrays.stream(losses))),
                    List.of(LineChart.Line.of("", trained, losses))))));
  }
}
